import * as z from 'zod';
import { ObjectId } from '../../domain/change.ts';
import type {
  CommentRevision,
  ForgeIdentity,
  PostedCheckRun,
  PostedComment,
  PostedReviewComment,
  PullRequestState,
} from '../report-publisher.ts';

/** Answers of GitHub's API as publishing needs them; fields that it does not need may be anything. */
const Account = z.object({ login: z.string(), id: z.int().nullish() });
const AppReference = z.object({ id: z.int().nullish() }).nullish();

/** A deleted account's comments belong to nobody. */
const Comment = z.object({
  id: z.int(),
  node_id: z.string(),
  body: z.string().nullish(),
  user: Account.nullish(),
  performed_via_github_app: AppReference,
  created_at: z.string(),
  html_url: z.string(),
});

export const CommentAnswer = Comment.transform(toComment);

export const ReviewCommentAnswer = Comment.extend({
  path: z.string(),
  commit_id: ObjectId,
  original_commit_id: ObjectId.nullish(),
  line: z.int().nullish(),
  in_reply_to_id: z.int().nullish(),
}).transform(
  (answer): PostedReviewComment => ({
    ...toComment(answer),
    path: answer.path,
    commit: answer.original_commit_id ?? answer.commit_id,
    line: answer.line ?? null,
    inReplyTo: answer.in_reply_to_id ?? null,
  }),
);

export const ReviewAnswer = z
  .object({ id: z.int(), html_url: z.string() })
  .transform(({ id, html_url }) => ({ id, url: html_url }));

export const StateAnswer = z
  .object({
    head: z.object({ sha: ObjectId }),
    base: z.object({ sha: ObjectId }),
    state: z.enum(['open', 'closed']),
    merged: z.boolean().nullish(),
    merged_at: z.string().nullish(),
    draft: z.boolean().nullish(),
    locked: z.boolean().nullish(),
  })
  .transform(
    ({ head, base, state, merged, merged_at, draft, locked }): PullRequestState => ({
      head: head.sha,
      base: base.sha,
      state: merged === true || (merged_at ?? null) !== null ? 'merged' : state,
      draft: draft === true,
      locked: locked === true,
    }),
  );

export const CheckRunAnswer = z
  .object({
    id: z.int(),
    name: z.string(),
    head_sha: ObjectId,
    external_id: z.string().nullish(),
    status: z.string(),
    conclusion: z.string().nullish(),
    app: AppReference,
    output: z.object({ annotations_count: z.int().min(0).nullish() }).nullish(),
    html_url: z.string().nullish(),
  })
  .transform(
    (answer): PostedCheckRun => ({
      id: answer.id,
      name: answer.name,
      head: answer.head_sha,
      externalId: answer.external_id ?? '',
      // GitHub's own `waiting`, `requested` and `pending` are before anything has begun.
      status: answer.status === 'completed' || answer.status === 'in_progress' ? answer.status : 'queued',
      conclusion: answer.conclusion ?? null,
      appId: answer.app?.id ?? null,
      annotations: answer.output?.annotations_count ?? 0,
      url: answer.html_url ?? null,
    }),
  );

export const AccountAnswer = Account.transform(toIdentity);

export const ViewerAnswer = z
  .object({ viewer: z.object({ login: z.string(), databaseId: z.int().nullish() }) })
  .transform(({ viewer }): ForgeIdentity => ({ login: viewer.login, id: viewer.databaseId ?? null }));

export const MinimizeAnswer = z.object({
  minimizeComment: z.object({ minimizedComment: z.object({ isMinimized: z.literal(true) }) }),
});

/** A removed text has a date of its removal and no text. `node` is null where there is none, or none that is visible. */
export const RevisionsAnswer = z
  .object({
    node: z.object({
      userContentEdits: z
        .object({
          nodes: z
            .array(
              z
                .object({
                  diff: z.string().nullish(),
                  deletedAt: z.string().nullish(),
                  editor: z.object({ login: z.string() }).nullish(),
                })
                .nullable(),
            )
            .nullish(),
        })
        .nullish(),
    }),
  })
  .transform(({ node }): CommentRevision[] =>
    (node.userContentEdits?.nodes ?? []).flatMap((edit) =>
      edit === null
        ? []
        : [
            {
              body: (edit.deletedAt ?? null) === null ? (edit.diff ?? null) : null,
              editor: edit.editor?.login ?? null,
            },
          ],
    ),
  );

function toComment(answer: z.infer<typeof Comment>): PostedComment {
  return {
    id: answer.id,
    nodeId: answer.node_id,
    body: answer.body ?? '',
    author: answer.user == null ? { login: 'ghost', id: null } : toIdentity(answer.user),
    appId: answer.performed_via_github_app?.id ?? null,
    createdAt: answer.created_at,
    url: answer.html_url,
  };
}

function toIdentity({ login, id }: z.infer<typeof Account>): ForgeIdentity {
  return { login, id: id ?? null };
}
