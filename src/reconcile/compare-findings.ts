import { type FindingKey, findingKey, type RawFinding } from '../domain/finding.ts';
import { isGuard } from '../domain/guard.ts';
import { comparePlaces, placeTexts } from './compare-places.ts';
import { type ReconcileRules, reconcileRules } from './rules.ts';
import type { FindingText, TextLikeness } from './text-likeness.ts';
import { type Speakers, weighPairs } from './weigh-pairs.ts';

/** `merge`: one defect. `ask`: may be; a model may be asked, and they stay apart when none answers. */
export type Band = 'merge' | 'ask';

export interface Comparison {
  a: FindingKey;
  b: FindingKey;
  /** Text likeness, less what a likelier rival takes off; 0 to 1. */
  score: number;
  band: Band;
  reason: string;
}

/** How many findings of its own a finding is compared with, on shared lines. */
const mostRepetitions = 200;

/**
 * Pairs of findings of different reviewers that may be one defect. Place alone decides nothing: several defects stand on
 * the same lines. But findings that share no file are never merged without being asked for.
 */
export function compareFindings(
  findings: readonly RawFinding[],
  likeness: TextLikeness,
  rules: Omit<ReconcileRules, 'weights'> = reconcileRules,
): Comparison[] {
  const speakers = speakersOf(findings, findRepetitions(findings, likeness, rules));
  return weighPairs(likeness, speakers, rules).flatMap(({ a, b, score }): Comparison[] => {
    const [one, other] = [findings[a], findings[b]];
    if (one === undefined || other === undefined) return [];
    // No reviewer may speak for the guard, lower its rating, or count it as one that agrees.
    if (isGuard(one.reviewer) || isGuard(other.reviewer)) return [];
    const place = comparePlaces(one.locations, other.locations);
    const isSure = score >= rules.merge;
    if (place === 'other-file' && !isSure) return [];
    const band = isSure && place !== 'other-file' ? 'merge' : 'ask';
    const reason = `${placeTexts[place]}, ${Math.round(score * 100)} % alike`;
    return [{ a: findingKey(one), b: findingKey(other), score, band, reason }];
  });
}

/** Who says each finding, and what of it is said before. */
export function speakersOf(findings: readonly RawFinding[], repetitions: readonly Comparison[]): Speakers {
  const places = new Map(findings.map((finding, at) => [findingKey(finding), at]));
  const firsts = new Map(repetitions.map(({ a, b }) => [b, places.get(a)]));
  return {
    reviewers: findings.map(({ reviewer }) => reviewer),
    statements: findings.map((finding, at) => firsts.get(findingKey(finding)) ?? at),
  };
}

/** Repetitions of one reviewer: each finding with the first one that it repeats. */
export function findRepetitions(
  findings: readonly RawFinding[],
  likeness: TextLikeness,
  rules: Pick<ReconcileRules, 'repetition'> = reconcileRules,
): Comparison[] {
  const firsts = new Map<string, number[]>();
  return findings.flatMap((finding, at): Comparison[] => {
    if (isGuard(finding.reviewer)) return [];
    const key = `${finding.reviewer}\n${finding.locations[0]?.path ?? ''}`;
    const before = firsts.get(key) ?? [];
    firsts.set(key, before);
    for (const first of before.slice(-mostRepetitions)) {
      const other = findings[first];
      if (other === undefined || comparePlaces(other.locations, finding.locations) !== 'overlap') continue;
      const score = likeness.between(first, at);
      if (score < rules.repetition) continue;
      const reason = `said twice by one reviewer, ${Math.round(score * 100)} % alike`;
      return [{ a: findingKey(other), b: findingKey(finding), score, band: 'merge', reason }];
    }
    before.push(at);
    return [];
  });
}

/** What of a finding is compared. */
export function textOf(finding: RawFinding): FindingText {
  const { title, explanation, scenario, quote, fix } = finding.claim;
  return { title, text: [title, explanation, scenario, quote, fix.text].join('\n') };
}
