import { type FindingKey, findingKey, type RawFinding } from '../domain/finding.ts';
import { comparePlaces, placeTexts } from './compare-places.ts';
import { findLikePairs } from './find-like-pairs.ts';
import { findRepetitions, type Repetition, speakersOf } from './find-repetitions.ts';
import { type ReconcileRules, reconcileRules } from './rules.ts';
import type { FindingText, TextLikeness } from './text-likeness.ts';
import { weighPairs } from './weigh-pairs.ts';

/**
 * `sure`: one defect, nobody needs to be asked. `merge`: likely one. `ask`: may be; a model may be asked, and they stay
 * apart when none answers.
 */
export type Band = 'sure' | 'merge' | 'ask';

export interface Comparison {
  a: FindingKey;
  b: FindingKey;
  /** Text likeness, less what a likelier rival takes off; 0 to 1. */
  score: number;
  band: Band;
  reason: string;
}

export interface Compared {
  /** What a reviewer says twice. */
  repetitions: Repetition[];
  comparisons: Comparison[];
}

/**
 * Pairs of findings of different reviewers that may be one defect. Place alone decides nothing: several defects stand on
 * the same lines. But findings that share no file are never merged without being asked for.
 */
export function compareFindings(
  findings: readonly RawFinding[],
  likeness: TextLikeness,
  rules: Omit<ReconcileRules, 'weights'> = reconcileRules,
): Compared {
  const reviewers = findings.map(({ reviewer }) => reviewer);
  const pairs = findLikePairs(likeness, reviewers, rules.ask);
  const repetitions = findRepetitions(findings, { likeness, pairs }, rules);
  const speakers = speakersOf(findings, repetitions);
  const comparisons = weighPairs(pairs, speakers, rules).flatMap(
    ({ a, b, score, certainty }): Comparison[] => {
      const [one, other] = [findings[a], findings[b]];
      if (one === undefined || other === undefined) return [];
      const place = comparePlaces(one.locations, other.locations);
      const isLikely = score >= rules.merge;
      if (place === 'other-file' && !isLikely) return [];
      const likely = certainty >= rules.sure ? 'sure' : 'merge';
      const band = isLikely && place !== 'other-file' ? likely : 'ask';
      const reason = `${placeTexts[place]}, ${Math.round(score * 100)} % alike`;
      return [{ a: findingKey(one), b: findingKey(other), score, band, reason }];
    },
  );
  return { repetitions, comparisons };
}

/** What of a finding is compared. */
export function textOf(finding: RawFinding): FindingText {
  const { title, explanation, scenario, quote, fix } = finding.claim;
  return { title, text: [title, explanation, scenario, quote, fix.text].join('\n') };
}
