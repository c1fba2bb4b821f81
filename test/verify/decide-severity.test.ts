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

/** `bI`: reviewer b, important; without a reviewer it is a's. */
function parseRating(text: string): { reviewer: string; severity: Severity } {
  const letter = text.at(-1);
  return {
    reviewer: text.length > 1 ? text.charAt(0) : 'a',
    severity: letter === 'C' ? 'critical' : letter === 'I' ? 'important' : 'suggestion',
  };
}
