import type {
  Change,
  CheckRun,
  Commit,
  EarlierRound,
  FileDiff,
  HumanComment,
  LinkedIssue,
  ObjectId,
  PullRequest,
} from '../domain/change.ts';
import type { CommentDecision } from '../domain/comment-decision.ts';
import { makeVisible, makeVisibleLine } from '../domain/visible-text.ts';
import { RepositoryError } from '../errors.ts';
import type { ReviewTarget } from '../forge/pull-request-source.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { PatchStream } from '../git/patch/patch-stream.ts';
import { findAttributesFiles, readAttributes } from '../git/read-attributes.ts';
import { completeFiles } from './complete-files.ts';
import { knownMarks, markFiles } from './mark-files.ts';

export interface CollectChangeInput {
  repository: ObjectRepository;
  target: ReviewTarget;
  /** 1 for a first review of this target. */
  round: number;
  signal: AbortSignal;
}

export interface CollectedChange {
  change: Change;
  /** As git printed it. */
  patch: Buffer;
}

/**
 * Gathers what is under review: the commits oldest first, and the diff from the merge base to the head, by git.
 * Everything that people wrote is made visible here, once. Rejects with `RepositoryError` when the two ends have no
 * common history, or when a shallow clone does not hold it.
 */
export async function collectChange(input: CollectChangeInput): Promise<CollectedChange> {
  const { repository, target, round, signal } = input;
  const mergeBase = target.mergeBase ?? (await findMergeBase(repository, target));
  signal.throwIfAborted();
  const sections = new PatchStream();
  const prepared: FileDiff[] = [];
  // The patch takes longest and is begun first.
  const patched = repository.diff(mergeBase, target.head.sha, (piece) => {
    sections.push(piece);
    for (const file of sections.take()) prepared.push(prepareFile(file));
  });
  // Looked for meanwhile; where git fails, the failure of what is needed first is the one that is told.
  const attributesFiles = findAttributesFiles(repository, mergeBase);
  attributesFiles.catch(() => undefined);
  const [patch, commits] = await Promise.all([
    patched,
    target.headKind === 'commit' ? repository.listCommits(target.base.sha, target.head.sha) : [],
  ]);
  signal.throwIfAborted();
  const files = await completeFiles({
    repository,
    base: mergeBase,
    head: target.head.sha,
    files: [...prepared, ...sections.end().map(prepareFile)],
  });
  const attributes = await readAttributes({
    repository,
    files: await attributesFiles,
    paths: files.map((file) => file.path),
    signal,
  });
  const change: Change = {
    schemaVersion: 1,
    repository: {
      ...target.repository,
      owner: makeVisibleLine(target.repository.owner),
      name: makeVisibleLine(target.repository.name),
    },
    headKind: target.headKind,
    branch: target.branch === null ? null : makeVisibleLine(target.branch),
    base: { sha: target.base.sha, name: makeVisibleLine(target.base.name) },
    head: { sha: target.head.sha, name: makeVisibleLine(target.head.name) },
    mergeBase,
    commits: commits.map(visibleCommit),
    files: markFiles(files, attributes),
    pullRequest: target.pullRequest === null ? null : visiblePullRequest(target.pullRequest),
    comments: target.comments?.map(visibleComment) ?? null,
    checkRuns: target.checkRuns?.map(visibleCheckRun) ?? null,
    ...(target.linked === undefined ? {} : { linked: target.linked?.map(visibleLinked) ?? null }),
    ...(target.decided === undefined || target.decided.length === 0
      ? {}
      : { decided: target.decided.map(visibleDecision) }),
    ...(target.notices === undefined || target.notices.length === 0
      ? {}
      : { notices: target.notices.map(makeVisibleLine) }),
    earlierRounds: target.earlierRounds?.map(visibleRound) ?? null,
    round,
  };
  return { change, patch };
}

/** What can be said of a file before git has printed the rest. */
function prepareFile(file: FileDiff): FileDiff {
  const hunks = file.hunks.map((hunk) => ({ ...hunk, section: makeVisibleLine(hunk.section) }));
  return { ...file, ...knownMarks(file.path), hunks };
}

async function findMergeBase(repository: ObjectRepository, target: ReviewTarget): Promise<ObjectId> {
  const { base, head } = target;
  const lookup = await repository.mergeBase(base.sha, head.sha);
  if (lookup.outcome === 'found') return lookup.sha;
  const ends = `${makeVisibleLine(base.name)} and ${makeVisibleLine(head.name)}`;
  if (lookup.outcome === 'shallow')
    throw new RepositoryError(`this clone is shallow and does not hold the common history of ${ends}`, {
      hint: 'fetch more of it: git fetch --deepen=200, or all of it: git fetch --unshallow',
    });
  throw new RepositoryError(`${ends} have no common history`, { hint: 'choose another base' });
}

function visibleCommit(commit: Commit): Commit {
  return {
    ...commit,
    subject: makeVisibleLine(commit.subject),
    body: makeVisible(commit.body),
    author: { name: makeVisibleLine(commit.author.name), email: makeVisibleLine(commit.author.email) },
  };
}

function visiblePullRequest(pullRequest: PullRequest): PullRequest {
  return {
    ...pullRequest,
    title: makeVisibleLine(pullRequest.title),
    body: makeVisible(pullRequest.body),
    author: makeVisibleLine(pullRequest.author),
    ...visibleNames(pullRequest),
  };
}

/** Branches and repositories may be called almost anything. */
function visibleNames({ baseRef, headRef, headRepository }: PullRequest): Partial<PullRequest> {
  return {
    ...(baseRef === undefined ? {} : { baseRef: makeVisibleLine(baseRef) }),
    ...(headRef === undefined ? {} : { headRef: makeVisibleLine(headRef) }),
    ...(headRepository === undefined || headRepository === null
      ? {}
      : { headRepository: makeVisibleLine(headRepository) }),
  };
}

function visibleLinked(issue: LinkedIssue): LinkedIssue {
  return { ...issue, title: makeVisibleLine(issue.title) };
}

function visibleComment(comment: HumanComment): HumanComment {
  return { ...comment, author: makeVisibleLine(comment.author), text: makeVisible(comment.text) };
}

function visibleDecision(decision: CommentDecision): CommentDecision {
  return { ...decision, reason: makeVisibleLine(decision.reason), by: makeVisibleLine(decision.by) };
}

function visibleCheckRun(run: CheckRun): CheckRun {
  return { ...run, name: makeVisibleLine(run.name), summary: makeVisibleLine(run.summary) };
}

function visibleRound(round: EarlierRound): EarlierRound {
  return {
    ...round,
    declined: round.declined.map((finding) => ({
      ...finding,
      label: makeVisibleLine(finding.label),
      title: makeVisibleLine(finding.title),
      reason: makeVisible(finding.reason),
      by: finding.by === null ? null : makeVisibleLine(finding.by),
    })),
  };
}
