import type { Change } from '../domain/change.ts';
import type { Clusters } from '../domain/cluster.ts';
import type { SettledFinding } from '../domain/earlier-outcome.ts';
import { findingKey } from '../domain/finding.ts';
import type { Ledger } from '../domain/ledger.ts';
import type { Location } from '../domain/location.ts';
import type { Review } from '../domain/review.ts';
import type { RoundMatch } from '../domain/round-match.ts';
import type { RunStatus } from '../domain/vocabulary.ts';
import { createEarlierCode, type EarlierCode } from '../evidence/compare-earlier-code.ts';
import { listEarlier, settleEarlierFindings } from '../verify/settle-earlier-findings.ts';
import type { RunContext } from './run-context.ts';

/** What became of the findings of earlier rounds; undefined where no earlier round is known. */
export async function settleEarlier(
  { repository, signal }: Pick<RunContext, 'repository' | 'signal'>,
  input: {
    change: Change;
    status: RunStatus;
    reviews: readonly Review[];
    clusters: Clusters;
    matches: readonly RoundMatch[];
    ledger: Ledger;
  },
): Promise<SettledFinding[] | undefined> {
  const { change } = input;
  if (!(change.earlierRounds ?? []).some(({ round }) => round < change.round)) return undefined;
  const compare = createEarlierCode({ repository, change, signal });
  const code = new Map<string, EarlierCode>();
  for (const { finding, round } of listEarlier(input))
    code.set(finding.id, await compare({ finding, round }));
  return settleEarlierFindings({ ...input, code, places: placesOf(input) });
}

/** The places of each cluster, its members' in their order. */
function placesOf(input: {
  clusters: Clusters;
  reviews: readonly Review[];
}): Map<string, readonly Location[]> {
  const found = new Map(
    input.reviews.flatMap(({ findings }) => findings.map((one) => [findingKey(one), one.locations] as const)),
  );
  return new Map(
    input.clusters.clusters.map(({ id, members }) => [id, members.flatMap((key) => found.get(key) ?? [])]),
  );
}
