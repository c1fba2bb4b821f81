import type { RawFinding } from '../../src/domain/finding.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { toReviews } from './labelled-change.ts';
import { randomNumbers } from './measures.ts';
import type { Row } from './row.ts';

const shuffles = 100;

/** Every list of findings in 100 orders: the clusters have to be the same, byte by byte. */
export function measureOrder(lists: readonly (readonly RawFinding[])[]): Row {
  const random = randomNumbers(1);
  let different = 0;
  for (const findings of lists) {
    const expected = clustersOf(findings);
    for (let time = 0; time < shuffles; time += 1)
      if (clustersOf(shuffle(findings, random)) !== expected) different += 1;
  }
  return {
    name: `input shuffled ${shuffles} times, ${lists.length} changes`,
    baseline: '–',
    reached: `${different} differ`,
    target: '0 differ, byte by byte',
    met: different === 0,
  };
}

function clustersOf(findings: readonly RawFinding[]): string {
  return JSON.stringify(reconcile({ reviews: toReviews(findings) }));
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const shuffled = [...items];
  for (let at = shuffled.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [shuffled[at], shuffled[other]] = [shuffled[other] as T, shuffled[at] as T];
  }
  return shuffled;
}
