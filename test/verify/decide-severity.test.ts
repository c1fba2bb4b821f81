import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Evidence, type Severity, VerdictValue } from '../../src/domain/vocabulary.ts';
import { decideSeverity, type Rating } from '../../src/verify/decide-severity.ts';

const cases = readRows('src/verify/severity.md', 7);

test('the rule has its table of cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(26);
});

test('the cases in README are among them', () => {
  const quoted = readRows('README.md', 6).filter((cells) => /^[abc][CIS]/.test(cells[1] ?? ''));
  expect(quoted.length).toBeGreaterThanOrEqual(10);
  for (const cells of quoted) expect(cases.map((all) => all.slice(0, 6))).toContainEqual(cells);
});

test.each(cases)('%s', (_case, raised = '', examined = '', verdict, evidence, severity, reason) => {
  const decision = decideSeverity({
    ratings: parseRatings(raised),
    examined: parseRatings(examined),
    verdict: VerdictValue.parse(verdict),
    evidence: Evidence.parse(evidence),
    origin: 'introduced',
  });
  expect(decision).toEqual({ severity, reason });
});

/** Rows of so many cells of the tables in a file of this repository, heads left out. */
function readRows(path: string, width: number): string[][] {
  return readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| case '))
    .map((line) => line.slice(2, -2).split(' | '))
    .filter((cells) => cells.length === width);
}

const letters: Record<string, Severity> = { C: 'critical', I: 'important', S: 'suggestion' };

/** `aC bI`: reviewer a says critical, b important. */
function parseRatings(text: string): Rating[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((rating) => {
      const severity = letters[rating.charAt(1)];
      if (severity === undefined) throw new Error(`no rating: ${rating}`);
      return { reviewer: rating.charAt(0), severity };
    });
}
