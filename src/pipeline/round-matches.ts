import type { Change } from '../domain/change.ts';
import type { Clusters } from '../domain/cluster.ts';
import type { Location } from '../domain/location.ts';
import type { Review } from '../domain/review.ts';
import { type RoundMatch, RoundMatches } from '../domain/round-match.ts';
import { createEarlierCode } from '../evidence/compare-earlier-code.ts';
import { matchRounds } from '../reconcile/match-rounds.ts';
import { readArtifact } from '../run/read-artifact.ts';
import type { DeclinedCluster } from '../verify/judge-declined.ts';
import { findCommentedDeclines } from './commented-declines.ts';
import { findSymbols } from './find-symbols.ts';
import type { RunContext } from './run-context.ts';

/** `reconcile/rounds.json`: which clusters earlier rounds raised. Nothing is written where no round is known. */
export async function writeRoundMatches(
  context: RunContext,
  input: { change: Change; clusters: Clusters; reviews: readonly Review[] },
): Promise<void> {
  if (!isLater(input.change)) return;
  const { repository } = context;
  const matches = matchRounds({
    ...input,
    symbols: await findSymbols({ repository, ...input }),
    places: await findPlaces(context, input.change),
  });
  const content: RoundMatches = { schemaVersion: 1, matches };
  await context.run.memory.write(roundsFile(context), `${JSON.stringify(content, null, 2)}\n`);
}

/** None where no earlier round is known, also of a run that an older version of this program reconciled. */
export async function readRoundMatches(context: RunContext, change: Change): Promise<RoundMatch[]> {
  if (!isLater(change)) return [];
  const { memory } = context.run;
  const lookup = await readArtifact({ path: roundsFile(context), memory, schema: RoundMatches, version: 1 });
  return lookup.outcome === 'found' ? lookup.value.matches : [];
}

/** Clusters that people declined in an earlier round, and what became of their code. */
export async function findDeclinedClusters(
  context: RunContext,
  input: { change: Change; clusters: Clusters; reviews: readonly Review[] },
  matches: readonly RoundMatch[],
): Promise<DeclinedCluster[]> {
  const { change } = input;
  const compare = createEarlierCode({ repository: context.repository, change, signal: context.signal });
  const found: DeclinedCluster[] = [];
  for (const match of matches) {
    const decided = findDecline(change, match.id);
    if (decided === null) continue;
    const { round, declined } = decided;
    found.push({ match, round: round.round, declined, code: await compare(decided) });
  }
  if (change.decided === undefined) return found;
  const symbols = await findSymbols({ repository: context.repository, ...input });
  const others = findCommentedDeclines({ ...input, symbols });
  return [
    ...found,
    ...others.filter(({ match }) => !found.some((one) => one.match.cluster === match.cluster)),
  ];
}

/** Where the code of earlier findings is today, by the newest round that published each. */
async function findPlaces(context: RunContext, change: Change): Promise<Map<string, readonly Location[]>> {
  const compare = createEarlierCode({ repository: context.repository, change, signal: context.signal });
  const places = new Map<string, readonly Location[]>();
  for (const round of change.earlierRounds ?? [])
    for (const finding of round.findings ?? []) {
      const code = await compare({ finding, round });
      places.set(finding.id, code.outcome === 'unknown' ? [] : code.places);
    }
  return places;
}

function findDecline(change: Change, id: string) {
  for (const round of change.earlierRounds ?? []) {
    const declined = round.declined.find((one) => one.id === id);
    const finding = round.findings?.find((one) => one.id === id);
    if (declined !== undefined && finding !== undefined) return { round, declined, finding };
  }
  return null;
}

function isLater({ earlierRounds }: Change): boolean {
  return (earlierRounds ?? []).some(({ findings }) => (findings ?? []).length > 0);
}

function roundsFile({ run }: RunContext): string {
  return run.file('reconcile', 'rounds.json');
}
