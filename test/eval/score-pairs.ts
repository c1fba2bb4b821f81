import { findingKey } from '../../src/domain/finding.ts';
import { compareFindings, textOf } from '../../src/reconcile/compare-findings.ts';
import { findLikePairs } from '../../src/reconcile/find-like-pairs.ts';
import { findRepetitions, speakersOf } from '../../src/reconcile/find-repetitions.ts';
import { type ReconcileRules, reconcileRules } from '../../src/reconcile/rules.ts';
import { TextLikeness } from '../../src/reconcile/text-likeness.ts';
import { weighPairs } from '../../src/reconcile/weigh-pairs.ts';
import { jaccard, wordsOf } from './jaccard.ts';
import type { LabelledChange, LabelledPair } from './labelled-change.ts';
import type { Recorded } from './measures.ts';

export interface ScoredPair extends Recorded, LabelledPair {
  part: string;
  /** By the rules, 0 to 1. */
  score: number;
  /** As `score`, with the lead over every rival. */
  certainty: number;
  /** The baseline's. */
  jaccard: number;
  sharesFile: boolean;
  /** Whether the rules would merge the two unasked. */
  merges: boolean;
}

/** Every labelled pair with what the rules and the baseline say of it. What is rare is told by the whole change. */
export function scorePairs(change: LabelledChange, rules: ReconcileRules = reconcileRules): ScoredPair[] {
  const { findings, pairs, unit, part, judge } = change;
  const likeness = new TextLikeness(findings.map(textOf), rules.weights);
  const merging = new Set(
    compareFindings(findings, likeness, rules)
      .comparisons.filter(({ band }) => band !== 'ask')
      .map(({ a, b }) => [a, b].sort().join('\n')),
  );
  const reviewers = findings.map(({ reviewer }) => reviewer);
  const like = findLikePairs(likeness, reviewers, rules.ask);
  const speakers = speakersOf(findings, findRepetitions(findings, { likeness, pairs: like }, rules));
  const weighed = new Map(weighPairs(like, speakers, rules).map((one) => [`${one.a} ${one.b}`, one]));
  const words = findings.map(wordsOf);
  return pairs.flatMap((pair): ScoredPair[] => {
    const [one, other] = [findings[pair.a], findings[pair.b]];
    if (one === undefined || other === undefined) return [];
    const score = likeness.between(pair.a, pair.b);
    const order = `${Math.min(pair.a, pair.b)} ${Math.max(pair.a, pair.b)}`;
    const { score: settled, certainty } = weighed.get(order) ?? { score, certainty: score };
    const paths = new Set(one.locations.map(({ path }) => path));
    return [
      {
        ...pair,
        unit,
        part,
        judge,
        score: settled,
        certainty,
        jaccard: jaccard(words[pair.a] ?? new Set(), words[pair.b] ?? new Set()),
        sharesFile: other.locations.some(({ path }) => paths.has(path)),
        merges: merging.has([findingKey(one), findingKey(other)].sort().join('\n')),
      },
    ];
  });
}
