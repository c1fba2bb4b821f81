import { expect, test } from 'vitest';
import { noLostRequests } from '../../src/domain/cost.ts';
import { wordCost } from '../../src/render/text/word-cost.ts';

const lostRequests = noLostRequests;
const reviews = { stage: 'review', costUsd: 0.4 } as const;

test.each<[string, Parameters<typeof wordCost>[0], string]>([
  ['one amount', { costUsd: 0.42, lostRequests }, '$0.42'],
  ['nothing', { costUsd: 0, stageCosts: [{ stage: 'review', costUsd: 0 }], lostRequests }, '$0.00'],
  ['unknown', { costUsd: null, lostRequests }, 'unknown'],
  [
    'only one stage that costs something',
    { costUsd: 0.4, stageCosts: [{ stage: 'collect', costUsd: 0 }, reviews], lostRequests },
    '$0.40',
  ],
  [
    'two stages',
    { costUsd: 0.42, stageCosts: [reviews, { stage: 'verify', costUsd: 0.02 }], lostRequests },
    '$0.42 (reviews $0.40, verification $0.02)',
  ],
  [
    'a stage of unknown cost',
    { costUsd: null, stageCosts: [reviews, { stage: 'verify', costUsd: null }], lostRequests },
    'unknown (reviews $0.40, verification unknown)',
  ],
  [
    'requests that broke off',
    { costUsd: 0.4, stageCosts: [reviews], lostRequests: { count: 2, mostUsd: 0.1 } },
    '$0.40 + up to $0.10 for 2 requests that broke off',
  ],
  [
    'one of unknown price',
    { costUsd: null, lostRequests: { count: 1, mostUsd: null } },
    'unknown + an unknown amount for 1 request that broke off',
  ],
])('%s', (_name, cost, words) => {
  expect(wordCost(cost)).toBe(words);
});
