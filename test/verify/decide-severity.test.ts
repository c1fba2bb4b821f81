import { expect, test } from 'vitest';
import type { Severity } from '../../src/domain/vocabulary.ts';
import { decideSeverity } from '../../src/verify/decide-severity.ts';

const capped = 'capped at important: one reviewer alone rates it critical and nobody confirmed it';

test.each([
  ['one rating stands', ['S'], 'suggestion', 'rated suggestion'],
  ['one important', ['I'], 'important', 'rated important'],
  ['a lone critical nobody confirmed', ['C'], 'important', capped],
  ['one reviewer twice is still alone', ['C', 'aC'], 'important', capped],
  ['two agree on critical', ['C', 'bC'], 'critical', '2 reviewers rate it critical'],
  ['two of three on critical', ['C', 'bC', 'cS'], 'critical', '2 reviewers rate it critical'],
  ['critical and important', ['C', 'bI'], 'important', 'rated between critical and important: important'],
  ['critical and suggestion', ['C', 'bS'], 'important', 'rated between critical and suggestion: important'],
  [
    'important and suggestion',
    ['I', 'bS'],
    'suggestion',
    'rated between important and suggestion: suggestion',
  ],
  ['all agree', ['I', 'bI', 'cI'], 'important', 'all rate it important'],
])('%s', (_name, ratings, severity, reason) => {
  const decision = decideSeverity({
    ratings: ratings.map(parseRating),
    examined: [],
    verdict: 'unexamined',
    evidence: 'inferred',
    origin: 'introduced',
  });
  expect(decision).toEqual({ severity, reason });
});

test.each([
  ['unexamined', 'observed'],
  ['unexamined', 'reproduced'],
] as const)('a lone critical that is %s and %s keeps its severity', (verdict, evidence) => {
  const decision = decideSeverity({
    ratings: [{ reviewer: 'a', severity: 'critical' }],
    examined: [],
    verdict,
    evidence,
    origin: 'introduced',
  });
  expect(decision).toEqual({ severity: 'critical', reason: 'rated critical' });
});

/** Who raised it, who examined it and did not refute it; then what comes of it. */
test.each([
  ['an examiner that agrees', 'I', 'xI', 'confirmed', 'observed', 'important', 'rated important'],
  [
    'one examiner goes down one step',
    'I',
    'xS',
    'confirmed',
    'observed',
    'suggestion',
    'rated important; lowered one step to suggestion: X rates it suggestion',
  ],
  ['one against one stays', 'I', 'xS yI', 'confirmed', 'observed', 'important', 'rated important'],
  [
    'a sceptic alone lowers no confirmed critical',
    'C',
    'xS',
    'confirmed',
    'observed',
    'critical',
    'rated critical; X rates it suggestion, which alone does not lower a confirmed critical',
  ],
  [
    'two examiners lower a confirmed critical',
    'C',
    'xI yI',
    'confirmed',
    'observed',
    'important',
    'rated critical; lowered one step to important: X and Y rate it important',
  ],
  [
    'two examiners go down two steps, and that is said',
    'C',
    'xS yS',
    'confirmed',
    'observed',
    'suggestion',
    'rated critical; lowered two steps to suggestion: X and Y rate it suggestion',
  ],
  [
    'one examiner never goes down two steps',
    'C',
    'xS',
    'uncertain',
    'observed',
    'important',
    'rated critical; lowered one step to important: X rates it suggestion',
  ],
  [
    'an examiner that rates it critical too',
    'C',
    'xC',
    'confirmed',
    'observed',
    'critical',
    '2 reviewers rate it critical',
  ],
  [
    'critical beside important, examined as critical',
    'C bI',
    'xC',
    'confirmed',
    'observed',
    'critical',
    '2 reviewers rate it critical',
  ],
  ['one examiner never goes up', 'S', 'xC', 'confirmed', 'observed', 'suggestion', 'rated suggestion'],
  [
    'two examiners go up, and that is said',
    'S',
    'xI yC',
    'confirmed',
    'observed',
    'important',
    'rated suggestion; raised one step to important: X and Y rate it so or worse',
  ],
  [
    'a lone critical confirmed without a path that stands',
    'C',
    'xC',
    'confirmed',
    'inferred',
    'important',
    'capped at important: one reviewer alone rates it critical and whoever confirmed it gave no path whose quotes all stand',
  ],
  ['a lone critical nobody could tell', 'C', '', 'unexamined', 'inferred', 'important', capped],
  [
    'who raised it counts once when asked again',
    'C bC',
    'aS bS',
    'confirmed',
    'inferred',
    'critical',
    '2 reviewers rate it critical',
  ],
] as const)('%s', (_name, raised, examined, verdict, evidence, severity, reason) => {
  const parse = (text: string) => text.split(' ').filter(Boolean).map(parseRating);
  const decision = decideSeverity({
    ratings: parse(raised),
    examined: parse(examined),
    verdict,
    evidence,
    origin: 'introduced',
  });
  expect(decision).toEqual({ severity, reason });
});

/** `bI`: reviewer b, important; without a reviewer it is a's. */
function parseRating(text: string): { reviewer: string; severity: Severity } {
  const letter = text.at(-1);
  return {
    reviewer: text.length > 1 ? text.charAt(0) : 'a',
    severity: letter === 'C' ? 'critical' : letter === 'I' ? 'important' : 'suggestion',
  };
}
