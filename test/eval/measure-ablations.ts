import { type ReconcileRules, reconcileRules } from '../../src/reconcile/rules.ts';
import { answerAcross, fitBestF1 } from './fit-threshold.ts';
import type { LabelledChange } from './labelled-change.ts';
import { answerSure } from './measure-bench-pairs.ts';
import { chooseReviewers, clusterQuality } from './measure-clusters.ts';
import { measure } from './measures.ts';
import { type Detail, figure, quality } from './row.ts';
import { scorePairs } from './score-pairs.ts';

/** Each part of the score, and each rule of clustering, left out; thresholds fitted anew where the score changes. */
export function measureAblations(changes: readonly LabelledChange[], reviewers: readonly string[]): Detail[] {
  const chosen = chooseReviewers(changes, reviewers);
  const names = Object.keys(reconcileRules.weights) as (keyof ReconcileRules['weights'])[];
  const scores: [string, ReconcileRules][] = [
    ['whole score', reconcileRules],
    ...names.map((name): [string, ReconcileRules] => [`without ${name}`, without(name)]),
    ['never giving way', { ...reconcileRules, yielding: 0 }],
    ['no support by a third', { ...reconcileRules, support: 0 }],
  ];
  const clustering: [string, ReconcileRules][] = [
    ['as it is', reconcileRules],
    ['no weakest link', { ...reconcileRules, weakestLink: 0 }],
    ['reviewers not kept apart', { ...reconcileRules, keepsReviewersApart: false }],
    ['single link', { ...reconcileRules, weakestLink: 0, keepsReviewersApart: false }],
    ['only what is sure', { ...reconcileRules, mergesUnsure: false }],
    ['repetitions never merged', { ...reconcileRules, repetition: Number.POSITIVE_INFINITY }],
  ];
  return [
    {
      title:
        'Ablations of the score: pairs and zone with thresholds of other repositories, clusters with one fitted on all pairs',
      lines: scores.map(([name, rules]) => {
        const pairs = changes.flatMap((change) => scorePairs(change, rules));
        const judges = [...new Set(pairs.map(({ judge }) => judge))];
        const ordered = judges.flatMap((judge) => pairs.filter((pair) => pair.judge === judge));
        const answers = judges.flatMap((judge) =>
          answerAcross(
            pairs.filter((pair) => pair.judge === judge),
            fitBestF1,
          ),
        );
        const sure = measure(ordered, answerSure(ordered));
        const hasOwn = name !== 'whole score' && name !== 'no support by a third';
        const merge = hasOwn ? fitBestF1(pairs) : rules.merge;
        const { quality: clusters } = clusterQuality(chosen, {
          ...rules,
          merge,
          ask: merge * rules.weakestLink,
        });
        return `${name.padEnd(26)} pairs F1 ${figure(measure(ordered, answers).f1)}   zone P ${figure(sure.precision)}, R ${figure(sure.recall)}   clusters ${quality(clusters)}, from ${figure(merge)} on`;
      }),
    },
    {
      title: 'Ablations of clustering',
      lines: clustering.map(([name, rules]) => {
        const { quality: clusters, interval } = clusterQuality(chosen, rules);
        return `${name.padEnd(26)} ${quality(clusters)} ${interval}`;
      }),
    },
  ];
}

function without(name: keyof ReconcileRules['weights']): ReconcileRules {
  const weights = { ...reconcileRules.weights, [name]: 0 };
  const sum = weights.words + weights.rareWords + weights.titles;
  return {
    ...reconcileRules,
    weights: { words: weights.words / sum, rareWords: weights.rareWords / sum, titles: weights.titles / sum },
  };
}
