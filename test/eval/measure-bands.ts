import { findingKey } from '../../src/domain/finding.ts';
import { type Band, compareFindings, textOf } from '../../src/reconcile/compare-findings.ts';
import { reconcileRules } from '../../src/reconcile/rules.ts';
import { TextLikeness } from '../../src/reconcile/text-likeness.ts';
import type { LabelledChange } from './labelled-change.ts';
import { type Detail, figure } from './row.ts';

const bands = ['sure', 'merge', 'ask', 'apart'] as const;

/** What the bands in force make of labelled pairs: how many of each are the same, and how many of all the same are there. */
export function measureBands(
  groups: readonly { name: string; changes: readonly LabelledChange[] }[],
): Detail {
  return {
    title: 'Bands in force (sure and merge are put together without a model, ask stays apart)',
    lines: groups.flatMap(({ name, changes }) => {
      const pairs = changes.flatMap(bandPairs);
      const allSame = pairs.filter(({ same }) => same).length;
      return bands.map((band) => {
        const inside = pairs.filter((pair) => pair.band === band);
        const same = inside.filter((pair) => pair.same).length;
        const share = figure(same / Math.max(1, inside.length));
        const part = figure(same / Math.max(1, allSame));
        return `${name.padEnd(24)} ${band.padEnd(6)} ${String(inside.length).padStart(5)} pairs, ${share} of them the same, ${part} of all the same`;
      });
    }),
  };
}

function bandPairs({ findings, pairs }: LabelledChange): { same: boolean; band: Band | 'apart' }[] {
  const likeness = new TextLikeness(findings.map(textOf), reconcileRules.weights);
  const bandOf = new Map(
    compareFindings(findings, likeness).comparisons.map(
      ({ a, b, band }) => [[a, b].sort().join('\n'), band] as const,
    ),
  );
  return pairs.map(({ a, b, same }) => {
    const keys = [findings[a], findings[b]].flatMap((one) => (one === undefined ? [] : findingKey(one)));
    return { same, band: bandOf.get(keys.sort().join('\n')) ?? 'apart' };
  });
}
