import * as z from 'zod';
import { CommentDecision } from './comment-decision.ts';
import { LineRange, Location } from './location.ts';
import { Severity } from './vocabulary.ts';

/** 40 hexadecimal digits (64 in a SHA-256 repository). */
export const ObjectId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
export type ObjectId = z.infer<typeof ObjectId>;

export const Commit = z.object({
  sha: ObjectId,
  subject: z.string(),
  /** The message after the subject; empty for none. */
  body: z.string(),
  author: z.object({ name: z.string(), email: z.string() }),
  /** UTC, ISO 8601: the author date. */
  authoredAt: z.string(),
});
export type Commit = z.infer<typeof Commit>;

/** One `@@` section of a patch. Line numbers count from 1; a side without lines has start 0 only in an empty file. */
export const Hunk = z.object({
  oldStart: z.int().min(0),
  oldLines: z.int().min(0),
  newStart: z.int().min(0),
  newLines: z.int().min(0),
  /** The text git prints behind the second `@@`. */
  section: z.string(),
  /** Lines of the head that the change added, as runs. */
  added: z.array(LineRange),
  /** Lines of the merge base that the change removed, as runs. */
  removed: z.array(LineRange),
});
export type Hunk = z.infer<typeof Hunk>;

export const FileStatus = z.enum(['added', 'modified', 'removed', 'renamed', 'copied', 'type-changed']);
export type FileStatus = z.infer<typeof FileStatus>;

export const FileDiff = z.object({
  /** Path at the head; for a removed file its path at the merge base. See git-path.ts. */
  path: z.string(),
  /** Path at the merge base where it differs, else null. */
  oldPath: z.string().nullable(),
  status: FileStatus,
  /** Six octal digits such as 100644; null on the side where the file does not exist. */
  oldMode: z.string().nullable(),
  newMode: z.string().nullable(),
  oldOid: ObjectId.nullable(),
  newOid: ObjectId.nullable(),
  /** git found no lines to compare: a NUL byte, a submodule's content, or over git's size limit. */
  binary: z.boolean(),
  /** Lines; null for a binary file. */
  additions: z.int().min(0).nullable(),
  deletions: z.int().min(0).nullable(),
  hunks: z.array(Hunk),
  /** Marked by `.gitattributes` at the base or by a known name; shown and counted, looked at last. */
  generated: z.boolean(),
  vendored: z.boolean(),
  /** The configuration says it needs no review; it stays in the report, marked. Absent: no. */
  ignored: z.boolean().optional(),
});
export type FileDiff = z.infer<typeof FileDiff>;

export const Revision = z.object({
  sha: ObjectId,
  /** What was asked for or what the forge calls it: `main`, `v1.2`, `HEAD~3`. */
  name: z.string(),
});
export type Revision = z.infer<typeof Revision>;

/** A person's comment or thread on the pull request. */
export const HumanComment = z.object({
  author: z.string(),
  text: z.string(),
  /** null for a comment on the whole pull request. */
  path: z.string().nullable(),
  line: z.int().nullable(),
  url: z.string().nullable(),
  /** null when the forge did not say. */
  resolved: z.boolean().nullable(),
  /** Whether the lines it is about have changed since. Absent when the forge did not say. */
  outdated: z.boolean().optional(),
});
export type HumanComment = z.infer<typeof HumanComment>;

/** What the forge knows of one check on the head: a CI job, a status. */
export const CheckRun = z.object({
  name: z.string(),
  state: z.enum(['passed', 'failed', 'running', 'skipped', 'unknown']),
  /** What it says of itself, one line; empty for nothing. */
  summary: z.string(),
  url: z.string().nullable(),
});
export type CheckRun = z.infer<typeof CheckRun>;

/** A finding that people declined, with their reason. */
export const DeclinedFinding = z.object({
  /** Its label in that round's report, such as `I2`. */
  label: z.string(),
  severity: Severity,
  title: z.string(),
  /** null for none in particular. */
  path: z.string().nullable(),
  reason: z.string(),
  /** Who declined it, where known. */
  by: z.string().nullable(),
  /** Its stable name, which names one of the round's `findings`. Absent where these are not known. */
  id: z.string().optional(),
});
export type DeclinedFinding = z.infer<typeof DeclinedFinding>;

/** A finding that an earlier round published: what it takes to know it again. */
export const EarlierFinding = z.object({
  /** Its stable name, such as `a3f9`. */
  id: z.string(),
  fingerprint: z.string(),
  /** The first round that is known to have raised it. */
  since: z.int().min(1),
  label: z.string(),
  severity: Severity,
  title: z.string(),
  explanation: z.string(),
  scenario: z.string(),
  /** What it proposed, in words. */
  fix: z.string(),
  quote: z.string(),
  /** Name of the function or type around its first place; empty when not known. */
  symbol: z.string(),
  /** Places in that round's commits, the quoted one first; empty for a text that is in no file. */
  locations: z.array(Location),
  /** What text it is about when that is in no file; absent for code. */
  about: z.string().optional(),
  /** Whether the guard raised it. */
  isGuards: z.boolean(),
  /** Ids of those that raised it. Absent in files of versions that did not note them. */
  reviewers: z.array(z.string()).optional(),
  /** Stable name of the earlier finding whose fix wrote the lines it was about. Absent: none, or not known. */
  onFixOf: z.string().optional(),
});
export type EarlierFinding = z.infer<typeof EarlierFinding>;

/** An earlier review of the same target. */
export const EarlierRound = z.object({
  /** The change's own round where that repeats this one: the same head was reviewed, and nothing was decided. */
  round: z.int().min(1),
  /** What was reviewed then; null where it is not known. */
  head: ObjectId.nullable(),
  /** What its diff started from. null or absent: not known. */
  mergeBase: ObjectId.nullable().optional(),
  /** Those whose latest decision, of all rounds, is this round's and declines them. */
  declined: z.array(DeclinedFinding),
  /** What it published. Absent: not known. */
  findings: z.array(EarlierFinding).optional(),
  /** Stable names of earlier findings that it proved to be fixed. Absent: none, or not known. */
  fixed: z.array(z.string()).optional(),
  /** `comment`: all that is known of it stood in a comment, which proves nothing. Absent: its run is at hand. */
  source: z.enum(['run', 'comment']).optional(),
});
export type EarlierRound = z.infer<typeof EarlierRound>;

/** What a later round looks at first. */
export const RoundFocus = z.object({
  /** The round before, and the head it reviewed; null: not known. */
  round: z.int().min(1),
  head: ObjectId.nullable(),
  /** Why everything is looked at as if for the first time; null: what did not change counts as reviewed. */
  whole: z
    .object({
      code: z.enum([
        'head-unknown',
        'head-gone',
        'not-ancestor',
        'same-head',
        'asked',
        'known-from-comment',
        'incomplete',
        'configuration-changed',
        'base-moved',
        'mostly-new',
      ]),
      /** Half a sentence, about the round before. */
      text: z.string(),
    })
    .nullable(),
  /**
   * Files of the diff that changed since, with the lines of today's head that were written since. Empty also where that
   * is not known.
   */
  changed: z.array(z.object({ path: z.string(), lines: z.array(LineRange) })),
  /** Other files of the diff that name what was changed. */
  touched: z.array(z.string()),
  /** Files that a reviewer opened in an earlier round, and that stand since as they did. */
  reviewed: z.array(z.object({ reviewer: z.string(), round: z.int().min(1), paths: z.array(z.string()) })),
});
export type RoundFocus = z.infer<typeof RoundFocus>;

export const PullRequest = z.object({
  number: z.int().min(1),
  title: z.string(),
  body: z.string(),
  url: z.string(),
  state: z.enum(['open', 'closed', 'merged']),
  author: z.string(),
  /** These are absent in files of versions that did not ask for them. */
  draft: z.boolean().optional(),
  locked: z.boolean().optional(),
  /** Branch that it is to be merged into, and branch that it is. */
  baseRef: z.string().optional(),
  headRef: z.string().optional(),
  /** Owner and name of the repository that has the head branch; null when that was deleted. */
  headRepository: z.string().nullable().optional(),
  /** UTC, ISO 8601. */
  updatedAt: z.string().optional(),
});
export type PullRequest = z.infer<typeof PullRequest>;

/** An issue or another pull request of the same repository that the change speaks of. */
export const LinkedIssue = z.object({
  number: z.int().min(1),
  kind: z.enum(['issue', 'pull-request']),
  title: z.string(),
  state: z.enum(['open', 'closed', 'merged']),
  url: z.string(),
  /** Whether merging the change closes it. */
  willClose: z.boolean(),
});
export type LinkedIssue = z.infer<typeof LinkedIssue>;

/** What is under review. `collect/change.json`. Everything in it that people wrote went through `makeVisible`. */
export const Change = z.object({
  schemaVersion: z.literal(1),
  repository: z.object({
    /** Owner and name as on the forge; `local` and the folder's name where there is no forge. */
    owner: z.string(),
    name: z.string(),
    /** Address for people and permalinks, without credentials; null for a local repository without a known forge. */
    url: z.string().nullable(),
  }),
  /** `commit`: head is a commit of the repository. Else a tree of our own made of the index or the work tree. */
  headKind: z.enum(['commit', 'index', 'work-tree']),
  /** Branch under review, where known. */
  branch: z.string().nullable(),
  base: Revision,
  head: Revision,
  /** What the diff starts from. */
  mergeBase: ObjectId,
  /** Oldest first; without those the base has. */
  commits: z.array(Commit),
  /** In git's order. */
  files: z.array(FileDiff),
  pullRequest: PullRequest.nullable(),
  /** null: not known (no forge was asked). An empty list: asked, and there are none. */
  comments: z.array(HumanComment).nullable(),
  /** Checks on the head. null: not known. An empty list: asked, and there are none. */
  checkRuns: z.array(CheckRun).nullable().default(null),
  /** Issues that it is said to close or speaks of. null or absent: not known. An empty list: asked, and there are none. */
  linked: z.array(LinkedIssue).nullable().optional(),
  /** What was decided in comments by who may, oldest first. Absent: nothing, or not known. */
  decided: z.array(CommentDecision).optional(),
  /** What a forge was asked for in vain, and why; said on the report's face. Absent: nothing. */
  notices: z.array(z.string()).optional(),
  /** Oldest first. null: not known. An empty list: looked for, and there are none. */
  earlierRounds: z.array(EarlierRound).nullable().default(null),
  /** Absent in a first round, and in files of versions without it. */
  focus: RoundFocus.optional(),
  /** 1 for a first review of this target. */
  round: z.int().min(1),
});
export type Change = z.infer<typeof Change>;
