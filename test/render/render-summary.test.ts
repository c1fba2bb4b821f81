import { resolve } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PublishedFinding, Report } from '../../src/domain/report.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import { renderSummary } from '../../src/render/markdown/render-summary.ts';
import { loadTemplates, type Templates } from '../../src/render/templates.ts';
import { countSeverities } from '../../src/render/text/words.ts';
import { randomRun } from './random-run.ts';

let templates: Templates;
beforeAll(async () => {
  templates = await loadTemplates(resolve(import.meta.dirname, '../../templates'));
});

const summarise = (report: Report) => renderSummary({ report, templates, reportUrl: null });

interface Said {
  /** By the sentence that counts them. */
  counted: Record<string, number>;
  /** Labels of the rows. */
  shown: string[];
  /** How many of each severity are said to be left out, and the first and last label of these. */
  leftOut: Record<string, { count: number; first: string; last: string }>;
}

/** What a summary says of its findings, read as a person would. */
function read(summary: string): Said {
  const [, counts = ''] = /^Found: (.*)\.$/m.exec(summary) ?? [];
  const [, rest = ''] = /^Not listed here: (.*)\. The whole report has everything\.$/m.exec(summary) ?? [];
  const number = (text: string | undefined) => Number((text ?? '').replaceAll(',', ''));
  const counted = Object.fromEntries(
    [...counts.matchAll(/([\d,]+) (critical|important|suggestion)/g)].map(([, count, severity = '']) => [
      severity,
      number(count),
    ]),
  );
  const parts = rest.matchAll(
    /([\d,]+) (critical|important|suggestion)[a-z ]*\(([CIS]\d+)(?:–([CIS]\d+))?\)/g,
  );
  const leftOut = Object.fromEntries(
    [...parts].map(([, count, severity = '', first = '', last = first]) => [
      severity,
      { count: number(count), first, last },
    ]),
  );
  const shown = [...summary.matchAll(/^\| \*\*([CIS]\d+)\*\*·/gm)].map(([, label = '']) => label);
  return { counted, shown, leftOut };
}

/** That nothing is unaccounted for: the rows and what is left out come to the report's findings. */
function expectWhole(report: Report): Said {
  const summary = summarise(report);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(60_000);
  const said = read(summary);
  const labels = report.findings.map(({ label }) => label);
  expect(said.shown).toEqual(labels.slice(0, said.shown.length));
  expect(said.shown.length).toBeLessThanOrEqual(6);
  const left = report.findings.slice(said.shown.length);
  for (const [severity, count] of Object.entries(report.counts)) {
    expect([severity, said.counted[severity] ?? 0]).toEqual([severity, count]);
    const names = left.filter((finding) => finding.severity === severity).map(({ label }) => label);
    const expected =
      names.length === 0 ? undefined : { count: names.length, first: names[0], last: names.at(-1) };
    expect([severity, said.leftOut[severity]]).toEqual([severity, expected]);
  }
  return said;
}

const samples = fc.sample(randomRun, { numRuns: 30, seed: 3 });
function sampleReport(): Report {
  const found = samples.map(buildReport).find(({ findings }) => findings.length > 0);
  if (found === undefined) throw new Error('no sample has a finding');
  return found;
}

describe('summary.md', { timeout: 120_000 }, () => {
  test('accounts for every finding, whatever the run', () => {
    fc.assert(
      fc.property(randomRun, (input) => {
        expectWhole(buildReport(input));
      }),
      { numRuns: 200 },
    );
  });

  test('accounts for every finding, however long the texts and however many there are', () => {
    const model = modelFinding();
    const texts = fc.constantFrom(
      'x',
      '\u202e'.repeat(500),
      '|`*_[]<>@a'.repeat(100),
      'é'.repeat(400),
      '\u{E0041}'.repeat(300),
    );
    const arbitrary = fc.record({
      numbers: fc.tuple(fc.nat(8), fc.nat(8), fc.nat(3000)),
      text: texts,
      notices: fc.nat(12),
      places: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ numbers, text, notices, places }) => {
        const findings = numbers.flatMap((count, at) =>
          Array.from({ length: count }, (_, index) => ({
            ...model,
            ...({ label: `${'CIS'[at]}${index + 1}`, severity: severityOf(at) } as const),
            title: text,
            locations: Array.from({ length: places }, () => ({
              path: text,
              startLine: 1,
              endLine: 2,
              side: 'head' as const,
            })),
          })),
        );
        const report = sampleReport();
        const long: Report = {
          ...report,
          title: text,
          run: { ...report.run, notices: Array.from({ length: notices }, () => text) },
          recommendation: { ...report.recommendation, sentence: text },
          findings,
          counts: countSeverities(findings.map(({ severity }) => severity)),
        };
        expectWhole(long);
        const left = /([\d,]+) notices?\b/.exec(
          /^Not listed here: .*$/m.exec(summarise(long))?.[0] ?? '',
        )?.[1];
        const shown = summarise(long).match(/^> \[!WARNING\]$/gm)?.length ?? 0;
        expect(shown + Number(left ?? 0)).toBe(notices);
      }),
      { numRuns: 40 },
    );
  });

  test('sheds notices and reviewers too when texts are made to be long, and says so', () => {
    const report = sampleReport();
    const [reviewer] = report.reviewers;
    if (reviewer === undefined) throw new Error('a run has reviewers');
    const long = '\u{E0041}'.repeat(1000);
    const failed = {
      ...reviewer,
      reviewer: { ...reviewer.reviewer, model: long } as typeof reviewer.reviewer,
      status: 'failed' as const,
      cause: { code: 'x', message: long, retryable: false },
    };
    const summary = summarise({
      ...report,
      run: { ...report.run, notices: Array.from({ length: 9 }, () => long) },
      reviewers: Array.from({ length: 30 }, () => failed),
    });
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(60_000);
    const shown = summary.match(/^> \[!WARNING\]$/gm)?.length ?? 0;
    const named = summary.match(/ — failed: /g)?.length ?? 0;
    expect(shown).toBeGreaterThan(0);
    expect(summary).toMatch(
      new RegExp(`Not listed here: .*\\b${9 - shown} notices and ${30 - named} reviewers\\.`),
    );
  });

  test('says how many more places a finding has', () => {
    const at = (startLine: number) => ({
      path: 'a.go',
      startLine,
      endLine: startLine,
      side: 'head' as const,
    });
    const report = sampleReport();
    const rows = (count: number) =>
      summarise({
        ...report,
        findings: [{ ...modelFinding(), locations: [at(1), at(2), at(3)].slice(0, count) }],
      });
    expect(rows(1)).toContain('| `a.go:1` |');
    expect(rows(2)).toContain('| `a.go:1` and 1 more place |');
    expect(rows(3)).toContain('| `a.go:1` and 2 more places |');
  });

  test('of a run in which everybody failed says nothing about the change', () => {
    const report = sampleReport();
    const summary = summarise({
      ...report,
      findings: [],
      counts: countSeverities([]),
      run: { ...report.run, status: 'failed' },
      reviewers: report.reviewers.map((one) => ({ ...one, status: 'failed' })),
    });
    expect(summary).toContain('Nothing can be said: no reviewer came to its end.');
    expect(summary).not.toMatch(/^Found: |None/m);
  });
});

function severityOf(at: number): PublishedFinding['severity'] {
  return at === 0 ? 'critical' : at === 1 ? 'important' : 'suggestion';
}

function modelFinding(): PublishedFinding {
  const [first] = sampleReport().findings;
  if (first === undefined) throw new Error('the sample has findings');
  return first;
}
