import * as z from 'zod';
import { Cause } from './cause.ts';
import { ObjectId } from './change.ts';

/** What can be posted: `--post summary,inline,check`. */
export const PostTarget = z.enum(['summary', 'inline', 'check']);
export type PostTarget = z.infer<typeof PostTarget>;
export const postTargets: readonly PostTarget[] = PostTarget.options;

/** One comment on lines of the diff, ready to be posted. */
export const InlineComment = z.object({
  /** Stable name of the finding, `a3f9`: the same finding is never posted twice. */
  finding: z.string(),
  path: z.string(),
  side: z.enum(['head', 'base']),
  /** Both in one hunk of the diff; equal for one line. */
  startLine: z.int().min(1),
  endLine: z.int().min(1),
  /** Markdown with its own hidden marker; at most 60,000 characters. */
  body: z.string(),
});
export type InlineComment = z.infer<typeof InlineComment>;

export const CheckConclusion = z.enum(['success', 'failure', 'neutral']);
export type CheckConclusion = z.infer<typeof CheckConclusion>;

export const CheckAnnotation = z.object({
  path: z.string(),
  startLine: z.int().min(1),
  endLine: z.int().min(1),
  level: z.enum(['failure', 'warning', 'notice']),
  title: z.string(),
  message: z.string(),
});
export type CheckAnnotation = z.infer<typeof CheckAnnotation>;

export const CheckRunOutput = z.object({
  name: z.string(),
  conclusion: CheckConclusion,
  title: z.string(),
  /** Markdown, at most 65,535 characters, as is `text`. */
  summary: z.string(),
  text: z.string(),
  annotations: z.array(CheckAnnotation),
  /** Where people read more; null for nowhere. */
  detailsUrl: z.string().nullable(),
});
export type CheckRunOutput = z.infer<typeof CheckRunOutput>;

/** Everything that is to be posted about one report, as texts: `publish` decides only what is written where. */
export interface Publication {
  /**
   * Which run speaks: of two runs on one pull request the one that reviewed today's head speaks last, then the later
   * `startedAt`; its id decides a tie. Of one run the report that was looked at again more often speaks last.
   */
  run: { id: string; startedAt: string; looks?: number | undefined };
  /** The reviewed head. */
  head: ObjectId;
  /**
   * The summary comment with its hidden block. Called again for every try, because what could not be put inline, and
   * that the head has moved, is said in it. At most 60,000 characters.
   */
  summary: ((facts: SummaryFacts) => string) | null;
  /** Findings that may go inline, the most severe first, at most `inlineLimit`; null: none are wanted. */
  inline: { comments: readonly InlineComment[]; reviewBody: string } | null;
  check: CheckRunOutput | null;
  /**
   * Findings of earlier rounds that are proved to be fixed, and those that a second look took out of the report; answered
   * where `inline` is posted. Absent: none.
   */
  fixed?: readonly FixedReply[];
  /** Whether threads on them are marked as resolved, too. Absent: no. */
  resolveThreads?: boolean;
}

/** What is said below our comment on a finding that is fixed, or none any more. */
export interface FixedReply {
  /** Its stable name. */
  finding: string;
  /** Markdown; begins with its marker. */
  body: string;
}

/** What the summary has to say about the posting itself. */
export interface SummaryFacts {
  /** Today's head where it is another one than was reviewed, else null. */
  newerHead: ObjectId | null;
  /** Findings that were to go inline and now stand in no comment there, for whatever reason, by stable name. */
  unplaced: readonly string[];
}

/** What became of one thing that was to be posted. */
export const PublishedPart = z.object({
  part: PostTarget,
  /**
   * `unchanged`: it already said the same. `superseded`: a later run has spoken. `skipped`: the pull request or the
   * token does not allow it. `unknown`: the forge did not say whether it was written. Only `created` and `updated` wrote.
   */
  outcome: z.enum(['created', 'updated', 'unchanged', 'superseded', 'skipped', 'failed', 'unknown']),
  /** Where it stands; null for nowhere. */
  url: z.string().nullable(),
  /** Why it was not written, or what is to be said about it; null for nothing. */
  cause: Cause.nullable(),
  /** inline: stable names of the findings that stand in comments now, posted by this run or before. */
  posted: z.array(z.string()).default([]),
  /** inline: those the forge would not take; they stand in the summary. */
  unplaced: z.array(z.string()).default([]),
  /** summary, inline: how many further comments of ours were folded away as duplicates. */
  minimized: z.int().min(0).default(0),
  /** inline: stable names of findings whose comment was answered: they are fixed, or none any more. Absent: none. */
  fixed: z.array(z.string()).optional(),
});
export type PublishedPart = z.infer<typeof PublishedPart>;

/**
 * `publish/receipt.json`: one entry a part asked for; written after each, beside what earlier tries left of the others, so
 * that a rerun completes only the rest.
 */
export const PublishReceipt = z.object({
  schemaVersion: z.literal(1),
  repository: z.string(),
  pullRequest: z.int().min(1),
  head: ObjectId,
  parts: z.array(PublishedPart),
});
export type PublishReceipt = z.infer<typeof PublishReceipt>;
