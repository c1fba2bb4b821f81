import * as z from 'zod';
import { ObjectId } from '../../domain/change.ts';

/** Answers of GitHub's API as collecting needs them; fields that it does not need may be anything. */

/** null for an account that was deleted. */
const Account = z.object({ login: z.string(), type: z.string().nullish() }).nullish();

const Side = z.object({
  ref: z.string(),
  sha: ObjectId,
  /** null when that repository was deleted. */
  repo: z.object({ full_name: z.string() }).nullish(),
});

export const PullRequestAnswer = z.object({
  number: z.int().min(1),
  title: z.string(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']),
  merged_at: z.string().nullish(),
  draft: z.boolean().nullish(),
  locked: z.boolean().nullish(),
  user: Account,
  updated_at: z.string(),
  head: Side,
  base: Side,
});
export type PullRequestAnswer = z.infer<typeof PullRequestAnswer>;

export const ConversationCommentAnswer = z.object({
  body: z.string().nullish(),
  user: Account,
  created_at: z.string(),
  /** When it was edited last. */
  updated_at: z.string().optional(),
  html_url: z.string(),
});

export const ReviewAnswer = z.object({
  body: z.string().nullish(),
  user: Account,
  /** Absent while it is being written. */
  submitted_at: z.string().nullish(),
  html_url: z.string(),
});

export const LineCommentAnswer = ConversationCommentAnswer.extend({
  id: z.int(),
  path: z.string(),
  /** In today's head; null when the line is gone, or for a comment on a file. */
  line: z.int().nullish(),
  original_line: z.int().nullish(),
  in_reply_to_id: z.int().nullish(),
});
export type LineCommentAnswer = z.infer<typeof LineCommentAnswer>;

export const CheckRunAnswer = z.object({
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  html_url: z.string().nullish(),
  output: z.object({ title: z.string().nullish() }).nullish(),
});
export type CheckRunAnswer = z.infer<typeof CheckRunAnswer>;

export const StatusAnswer = z.object({
  context: z.string(),
  state: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});
export type StatusAnswer = z.infer<typeof StatusAnswer>;

export const IssueAnswer = z.object({
  number: z.int().min(1),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  html_url: z.url(),
  pull_request: z.object({ merged_at: z.string().nullish() }).nullish(),
});
export type IssueAnswer = z.infer<typeof IssueAnswer>;

const Cursor = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() });

/** States of threads, and who asks. */
export const ThreadsAnswer = z.object({
  viewer: z.object({ login: z.string() }),
  repository: z.object({
    pullRequest: z.object({
      reviewThreads: z.object({
        pageInfo: Cursor,
        nodes: z.array(
          z.object({
            id: z.string(),
            isResolved: z.boolean(),
            isOutdated: z.boolean(),
            comments: z.object({ nodes: z.array(z.object({ databaseId: z.int().nullish() })) }),
          }),
        ),
      }),
    }),
  }),
});

export const ClosingAnswer = z.object({
  repository: z.object({
    pullRequest: z.object({
      closingIssuesReferences: z.object({
        nodes: z.array(
          z.object({
            number: z.int().min(1),
            title: z.string(),
            state: z.enum(['OPEN', 'CLOSED']),
            repository: z.object({ nameWithOwner: z.string() }),
          }),
        ),
      }),
    }),
  }),
});
