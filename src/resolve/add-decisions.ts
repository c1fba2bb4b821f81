import type { ObjectId } from '../domain/change.ts';
import { type Decision, type Decisions, latestDecisions } from '../domain/decisions.ts';
import type { Report } from '../domain/report.ts';
import { UsageError } from '../errors.ts';
import { findFinding, fullName, type Nearest } from './find-finding.ts';

/** Looking a commit up by its id or the beginning of one. `absent` is proved. */
export type CommitLookup =
  | { outcome: 'found'; sha: ObjectId }
  | { outcome: 'absent' }
  /** Nobody could be asked, or the repository at hand is another one. */
  | { outcome: 'unknown'; why: string };

export interface AddDecisionsInput {
  report: Report;
  /** What was decided before. */
  decisions: Decisions;
  /** In the order in which they are to be added. */
  given: readonly Decision[];
  /** UTC, ISO 8601: for those that do not say when. */
  now: string;
  lookUpCommit(name: string): Promise<CommitLookup>;
  nearest: Nearest;
}

export interface AddedDecisions {
  decisions: Decisions;
  /** How many say something new. */
  added: number;
  /** What could not be checked, in sentences. */
  notices: string[];
}

/**
 * The decisions with the given ones behind them; what was decided before stays as history, and what only repeats what
 * counts already is not added. Throws `UsageError` for the first one that names no finding or no commit: then none is.
 */
export async function addDecisions(input: AddDecisionsInput): Promise<AddedDecisions> {
  const { report, nearest } = input;
  const notices: string[] = [];
  const all = [...input.decisions.decisions];
  const named = input.given.map((decision) => ({
    decision,
    finding: findFinding(report, decision.finding, nearest),
  }));
  for (const { decision, finding } of named) {
    const { label, shortId, title } = finding;
    const { commit, notice } = await checkCommit(input, decision, fullName(finding));
    if (notice !== null) notices.push(notice);
    const { action, by, decidedAt = input.now } = decision;
    const reason = decision.reason.trim();
    const next: Decision = { finding: shortId, label, title, action, reason, commit, by, decidedAt };
    if (!isRepeated(latestDecisions(all).get(shortId), next)) all.push(next);
  }
  const added = all.length - input.decisions.decisions.length;
  return { decisions: { schemaVersion: 1, decisions: all }, added, notices };
}

function isRepeated(before: Decision | undefined, next: Decision): boolean {
  return (
    before !== undefined &&
    before.action === next.action &&
    before.reason === next.reason &&
    before.commit === next.commit &&
    before.by === next.by
  );
}

async function checkCommit(
  { lookUpCommit }: AddDecisionsInput,
  { commit }: Decision,
  name: string,
): Promise<{ commit: ObjectId | null; notice: string | null }> {
  if (commit === null) return { commit: null, notice: null };
  const lookup = await lookUpCommit(commit);
  if (lookup.outcome === 'found') return { commit: lookup.sha, notice: null };
  if (lookup.outcome === 'absent')
    throw new UsageError(`${name}: there is no commit ${commit} in this repository, or not only one`, {
      hint: 'name the commit by its whole id, and fetch it if it is on another machine',
    });
  if (commit.length === 40 || commit.length === 64)
    return { commit, notice: `${name}: whether ${commit} exists was not checked: ${lookup.why}` };
  throw new UsageError(`${name}: the commit ${commit} cannot be looked up: ${lookup.why}`, {
    hint: 'run this in the repository of the review, or write the commit’s whole id',
  });
}
