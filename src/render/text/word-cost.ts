import type { LostRequests, StageCost } from '../../domain/cost.ts';
import { formatUsd, plural } from './words.ts';

const stageWords: Record<StageCost['stage'], string> = {
  collect: 'collecting',
  review: 'reviews',
  reconcile: 'reconciliation',
  verify: 'verification',
  render: 'summary',
  publish: 'publishing',
};

/** `$0.42`; with the parts once more than one stage cost something: `$0.42 (reviews $0.40, verification $0.02)`. */
export function wordCost(cost: {
  costUsd: number | null;
  stageCosts?: readonly StageCost[];
  lostRequests: LostRequests;
}): string {
  const paid = (cost.stageCosts ?? []).filter(({ costUsd }) => costUsd !== 0);
  const parts = paid.map(({ stage, costUsd }) => `${stageWords[stage]} ${formatUsd(costUsd)}`);
  return `${formatUsd(cost.costUsd)}${parts.length > 1 ? ` (${parts.join(', ')})` : ''}${wordLost(cost.lostRequests)}`;
}

/** What may come on top: ` + up to $0.10 for 2 requests that broke off`; empty without such a request. */
function wordLost({ count, mostUsd }: LostRequests): string {
  if (count === 0) return '';
  const amount = mostUsd === null ? 'an unknown amount' : `up to ${formatUsd(mostUsd)}`;
  return ` + ${amount} for ${plural(count, 'request')} that broke off`;
}
