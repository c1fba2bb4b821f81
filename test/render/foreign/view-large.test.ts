import { describe, expect, test } from 'vitest';
import { viewForeignReport } from '../../../src/render/foreign/foreign-view.ts';
import { readForeignReport } from '../../../src/render/read/read-foreign-report.ts';

const tool = { name: 'deep-review', version: '0.0.0' } as const;
const many = 100_000;
const lines = (line: (at: number) => string) => Array.from({ length: many }, (_, at) => line(at)).join('\n');

function view(findings: string, verdict = 'Rework') {
  const text = `# Deep Review: x\n\n| | |\n|---|---|\n| **Reviewers** | Claude |\n| **Verdict** | ${verdict} |\n\n## Executive Summary\n\nx\n\n## Important Issues\n\n${findings}\n`;
  return viewForeignReport(readForeignReport({ file: 'x.md', text, tool }));
}

// Work that grows with the square of these sizes takes many minutes: the time that a test has is the limit.
describe('a report made to take long is looked at in time', () => {
  test('one name for all findings', () => {
    const anchors = view(lines(() => 'I1. **T** — `a/b.go:1`')).sections.flatMap(({ findings }) =>
      findings.map(({ anchor }) => anchor),
    );
    expect([anchors.length, new Set(anchors).size]).toEqual([many, many]);
    expect(anchors.slice(0, 3)).toEqual(['I1', 'I1-2', 'I1-3']);
  }, 120_000);

  test('another file for each finding', () => {
    const { filters } = view(lines((at) => `I${at % 9000}. **T** — \`a/b${at}.go:1\``));
    expect(filters.files.length).toBe(many);
    expect(new Set(filters.files.map(({ count }) => count))).toEqual(new Set([1]));
  }, 120_000);

  test('a section for each finding', () => {
    const { sections } = view(lines(() => '## Important\n\nI1. **T** — `a/b.go:1`'));
    expect(new Set(sections.map(({ id }) => id)).size).toBe(sections.length);
    expect(sections.reduce((sum, { findings }) => sum + findings.length, 0)).toBe(many);
  }, 120_000);

  test('long runs of blanks, where a dash could follow', () => {
    const blanks = `x${' '.repeat(2900)}y`;
    const { recommendation, sections } = view(
      `I1. **T** — \`a/b.go:1\`\n${`1. T ${blanks}\n`.repeat(2500)}`,
      `a${' '.repeat(79_000)}b`,
    );
    expect(recommendation?.words).toBe(`a${' '.repeat(79_000)}b`);
    expect(sections.flatMap(({ findings }) => findings.map(({ label }) => label))).toEqual(['I1']);
  }, 120_000);
});
