import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caseLanguages } from './generate/case-file.ts';
import { createCase, type ExpectedFinding, type GeneratedCase, listCases } from './generate/create-case.ts';
import type { Place } from './generate/file-tree.ts';
import { withoutMarks } from './generate/marked-text.ts';
import { syntaxProblem } from './generate/parse-check.ts';
import { compare, shareOfIdeas } from './score/likeness.ts';

let folder: string;
let cases: GeneratedCase[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deep-review-cases-test-'));
  cases = listCases().map((name) => createCase(name, join(folder, 'first', name)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const git = (path: string, ...words: string[]) =>
  execFileSync('git', ['-C', path, ...words], { encoding: 'utf8', maxBuffer: 2 ** 26 });

describe('the cases', () => {
  test('are as many as the README says, in every language of ours', () => {
    const expected = cases.flatMap((one) => one.expected);
    const figures = {
      all: cases.length,
      planted: cases.filter((one) => one.expected.length > 0).length,
      defects: expected.length,
      classes: new Set(expected.map((one) => one.class)).size,
      outside: expected.filter(({ outsideDiff }) => outsideDiff).length,
      older: expected.filter(({ origin }) => origin === 'pre-existing').length,
      clean: cases.filter((one) => one.expected.length === 0).length,
    };
    const { all, planted, defects, classes, outside, older, clean } = figures;
    const readme = readFileSync('README.md', 'utf8').replace(/\s+/g, ' ');
    expect(readme).toContain(`generates ${all} pull requests`);
    expect(readme).toContain(`${planted} hold ${defects} defects of ${classes} classes`);
    expect(readme).toContain(
      `${outside} of them only visible outside the diff and ${older} older than it; ${clean} are clean`,
    );
    expect(new Set(cases.map(({ language }) => language))).toEqual(new Set(caseLanguages));
  });

  test('are the same repositories every time', () => {
    const again = cases.map(({ name }) => createCase(name, join(folder, 'second', name)));
    expect(again.map(({ base, head }) => [base, head])).toEqual(cases.map(({ base, head }) => [base, head]));
    expect(cases.every(({ base, head }) => base !== head && /^[0-9a-f]{40}$/.test(head))).toBe(true);
  });

  test('have their defects at lines that stand in the commit', () => {
    const seen = new Map<string, string[]>();
    const linesAt = (generated: GeneratedCase, { path, side }: Place) => {
      const name = `${side === 'head' ? generated.head : generated.base}:${path}`;
      const lines = seen.get(name) ?? git(generated.path, 'show', name).split('\n');
      seen.set(name, lines);
      return lines;
    };
    for (const generated of cases)
      for (const expected of generated.expected)
        for (const place of [expected.place, ...expected.alternatives]) {
          const lines = linesAt(generated, place).slice(place.startLine - 1, place.endLine);
          expect([generated.name, expected.id, lines]).toEqual([generated.name, expected.id, place.lines]);
          expect(lines.join('').trim()).not.toBe('');
        }
  });

  test('hold only files that their languages’ grammars can read', async () => {
    const checked = new Set<string>();
    const problems: string[] = [];
    for (const { name, commits } of cases)
      for (const { tree, archive } of commits)
        for (const entry of archive.entries) {
          const path = entry.action === 'rename' ? entry.to : entry.path;
          const lines = tree.get(path);
          if (lines === undefined) continue;
          const text = withoutMarks(lines);
          const digest = createHash('sha256').update(`${path}\n${text}`).digest('hex');
          if (checked.has(digest)) continue;
          checked.add(digest);
          const problem = await syntaxProblem(path, text);
          if (problem !== null) problems.push(`${name}: ${path}: ${problem}`);
        }
    expect(problems).toEqual([]);
    expect(checked.size).toBeGreaterThan(cases.length);
  });

  test('say truly whether the diff shows the defect', () => {
    const wrong = cases.flatMap((generated) =>
      generated.expected
        .filter((expected) => isShown(generated, expected.place) === expected.outsideDiff)
        .filter((expected) => expected.origin === 'introduced')
        .map(({ id }) => `${generated.name}: ${id}`),
    );
    expect(wrong).toEqual([]);
  });

  test('tell their defects apart: each sentence names its own ideas, and no other defect of the case', () => {
    const all = cases.flatMap((generated) =>
      [...generated.expected, ...generated.tolerated].map((expected) => ({ generated, expected })),
    );
    const silent = all.filter(({ expected }) => shareOfIdeas(expected.what, expected.terms) < 1);
    expect(silent.map(({ generated, expected }) => `${generated.name}: ${expected.id}`)).toEqual([]);
    const mixed = all.flatMap(({ generated, expected }) =>
      generated.expected
        .filter((other) => other !== expected && compare(sentenceOf(expected), other) !== null)
        .map((other) => `${generated.name}: ${expected.id} reads as ${other.id}`),
    );
    expect(mixed).toEqual([]);
  });
});

/** Whether a line of the place is an added line of the diff, or a removed one for a place at the base. */
function isShown(generated: GeneratedCase, place: Place): boolean {
  const diff = git(
    generated.path,
    'diff',
    '--unified=3',
    '--no-renames',
    generated.base,
    generated.head,
    '--',
    place.path,
  );
  const hunks = [...diff.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)];
  return hunks.some(([, oldStart, oldCount = '1', newStart, newCount = '1']) => {
    const [start, count] = place.side === 'head' ? [newStart, newCount] : [oldStart, oldCount];
    return Number(start) <= place.endLine && place.startLine < Number(start) + Number(count);
  });
}

function sentenceOf(expected: ExpectedFinding) {
  const { path, startLine, endLine, side } = expected.place;
  return {
    key: expected.id,
    severity: expected.severity,
    title: expected.what,
    text: '',
    locations: [{ path, startLine, endLine, side }],
    origin: expected.origin,
    isObservation: false,
  };
}
