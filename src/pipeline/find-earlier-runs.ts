import { Change } from '../domain/change.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { DeepReviewError } from '../errors.ts';
import type { ReviewTarget } from '../forge/pull-request-source.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { parseReport } from '../render/parse-report.ts';
import { decisionsFile, readDecisions, requireOwnDecisions } from '../resolve/decisions-file.ts';
import { readArtifact, readPlainFile } from '../run/read-artifact.ts';
import { lookUpManifest } from '../run/read-manifest.ts';
import { listRuns, type RunDirectory, slugOf } from '../run/run-directory.ts';
import { isOwnRun } from '../run/run-seal.ts';
import { bindDecisions, type DatedRun } from './bind-decisions.ts';
import { toRounds } from './earlier-rounds.ts';
import { readRenamedAt } from './named-since.ts';
import { addRemembered, toRememberedRounds } from './remembered-round.ts';
import type { KnownRounds, LastReview } from './round-focus.ts';

export interface FindEarlierRoundsInput {
  /** Folder of all runs. */
  out: string;
  /** `owner/name` as in the run's folder. */
  repository: string;
  target: ReviewTarget;
  git: LocalRepository;
  cacheDirectory: string;
  /** The run that asks; null when it is not made yet. */
  self: RunDirectory | null;
  /** Told of each run that had to be passed over. */
  onSkipped(message: string): void | Promise<void>;
}

/**
 * The finished reviews of the same target, by this user's program, and what was decided on them. A run that began knows
 * its rounds: they stay as they were then, so that what it paid for stays good.
 */
export async function findEarlierRounds(input: FindEarlierRoundsInput): Promise<KnownRounds> {
  const begun = input.self === null ? null : await readBegun(input.self);
  if (begun !== null && begun.head.sha === input.target.head.sha) {
    const { round, earlierRounds, focus } = begun;
    return { round, earlierRounds, last: null, ...(focus === undefined ? {} : { focus }) };
  }
  const runs: FoundRun[] = [];
  for (const run of await listRuns(input.out, input.repository)) {
    if (run.path === input.self?.path) continue;
    const found = await readRun(run, input);
    if (found !== null) runs.push(found);
  }
  runs.sort((a, b) => (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0));
  const { head, remembered = [] } = input.target;
  const bound = bindDecisions(runs, input.target.decided ?? []);
  for (const notice of bound.notices) await input.onSkipped(notice);
  const newest = runs.at(-1);
  const fromComments = newest === undefined ? toRememberedRounds(remembered, head.sha) : null;
  if (fromComments !== null) return fromComments;
  const rounds = toRounds(bound.runs, head.sha);
  const known = { ...rounds, last: lastOf(runs, rounds.round) };
  return newest === undefined
    ? known
    : addRemembered(known, { blocks: remembered, head: head.sha, newest: newest.startedAt });
}

type FoundRun = DatedRun & { configDigest: string };

/** The newest run of a round before this one, the oldest first. */
function lastOf(runs: readonly FoundRun[], round: number): LastReview | null {
  const last = runs.findLast(({ report }) => report.change.round < round);
  if (last === undefined) return null;
  const { change, run, coverage } = last.report;
  return {
    round: change.round,
    head: change.head.sha,
    mergeBase: change.mergeBase,
    complete: run.status === 'complete',
    configDigest: last.configDigest,
    coverage,
    isRemembered: false,
  };
}

/** What the run was begun with; null when that is not known, so that the run collects it anew. */
async function readBegun(run: RunDirectory): Promise<Change | null> {
  const path = run.file('collect', 'change.json');
  const lookup = await readArtifact({ path, schema: Change, version: 1 }).catch((cause: unknown) => {
    if (cause instanceof DeepReviewError) return null;
    throw cause;
  });
  return lookup?.outcome === 'found' ? lookup.value : null;
}

/** null: no earlier review of this target. What cannot be read is said and passed over. */
async function readRun(run: RunDirectory, input: FindEarlierRoundsInput): Promise<FoundRun | null> {
  const manifest = await lookUpManifest(run).catch(() => null);
  if (manifest?.outcome !== 'found') return null;
  const { target, status, startedAt, configDigest } = manifest.value;
  if (target.repository !== input.repository || target.slug !== slugOf(input.target.slug)) return null;
  try {
    if (!(await isOwnRun(run, manifest.value, input.cacheDirectory))) {
      if ((await readPlainFile(decisionsFile(run))) !== null)
        await input.onSkipped(`${nameOf(run)}: it was not made here, so that nothing decided in it counts`);
      return null;
    }
    const decisions = await readOwnDecisions(run, input.cacheDirectory).catch(async (cause: unknown) => {
      if (!(cause instanceof DeepReviewError)) throw cause;
      await input.onSkipped(
        `${nameOf(run)}: nothing decided in it counts: ${makeVisibleLine(cause.message)}`,
      );
      return { decisions: [] };
    });
    const isFinished = status === 'complete' || status === 'degraded' || decisions.decisions.length > 0;
    if (!isFinished) return null;
    const file = run.file('render', 'report.json');
    const text = await readPlainFile(file);
    if (text === null) return null;
    const report = parseReport(text, file);
    if (!(await isSameTarget(report.change, input))) return null;
    const renamedAt = await readRenamedAt(run, manifest.value);
    return { report, decisions: decisions.decisions, startedAt, renamedAt, configDigest };
  } catch (cause) {
    if (!(cause instanceof DeepReviewError)) throw cause;
    await input.onSkipped(`${nameOf(run)} is passed over: ${makeVisibleLine(cause.message)}`);
    return null;
  }
}

async function readOwnDecisions(run: RunDirectory, cacheDirectory: string) {
  await requireOwnDecisions(run, cacheDirectory);
  return readDecisions(run);
}

/**
 * Names come again: a branch whose head is part of the base by now was another change, what is staged on another commit
 * is other work, and another clone may lie in a folder of the same name.
 */
async function isSameTarget(
  earlier: Pick<Change, 'headKind' | 'branch' | 'base' | 'head' | 'mergeBase' | 'pullRequest'>,
  { target, git }: FindEarlierRoundsInput,
): Promise<boolean> {
  if (earlier.headKind !== target.headKind) return false;
  // A forge gives a number once.
  if (earlier.pullRequest !== null || target.pullRequest !== null)
    return earlier.pullRequest?.number === target.pullRequest?.number;
  if (earlier.headKind !== 'commit')
    return earlier.base.sha === target.base.sha && earlier.branch === target.branch;
  if (earlier.head.sha === target.head.sha) return true;
  if (!(await git.hasRevision(earlier.mergeBase))) return false;
  if (!(await git.hasRevision(earlier.head.sha))) return true;
  const meeting = await git.mergeBase(earlier.head.sha, target.base.sha);
  return meeting.outcome !== 'found' || meeting.sha !== earlier.head.sha;
}

function nameOf(run: RunDirectory): string {
  return makeVisibleLine(`the earlier run ${run.id}`);
}
