import { mayManage } from '../../access.ts';
import type { Call } from '../../route.ts';
import { associationOf } from '../../shapes.ts';
import type { Comment, Review, Thread } from '../../world.ts';
import { connectionField } from '../connection.ts';
import type { Field, ObjectType } from '../types.ts';

const canWrite = (call: Call, { issue }: Comment | Review | Thread) =>
  call.token !== null && mayManage(issue.repository, call.token);

/** What can be folded away. */
export const minimizableFields: Record<string, Field<Comment | Review>> = {
  isMinimized: { type: 'Boolean', resolve: ({ minimized }) => minimized !== null },
  minimizedReason: {
    type: 'String',
    resolve: ({ minimized }) => minimized?.toLowerCase().replace('_', '-') ?? null,
  },
  viewerCanMinimize: { type: 'Boolean', resolve: (source, _, call) => canWrite(call, source) },
};

const pageOf = (call: Call, { issue }: Comment | Review) =>
  `${call.addresses.html}/${issue.repository.fullName}/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}`;

const writtenFields: Record<string, Field<Comment | Review>> = {
  ...minimizableFields,
  id: { type: 'ID', resolve: ({ nodeId }) => nodeId },
  databaseId: { type: 'Int', resolve: ({ id }) => id },
  fullDatabaseId: { type: 'BigInt', resolve: ({ id }) => String(id) },
  body: { type: 'String', resolve: ({ body }) => body },
  bodyText: { type: 'String', resolve: ({ body }) => body },
  author: { type: 'Actor', resolve: ({ author }) => author },
  authorAssociation: {
    type: 'CommentAuthorAssociation',
    resolve: ({ issue, author }) => associationOf(issue.repository, author),
  },
  viewerDidAuthor: { type: 'Boolean', resolve: ({ author }, _, call) => author === call.token?.account },
};

const commentFields: Record<string, Field<Comment>> = {
  ...writtenFields,
  createdAt: { type: 'DateTime', resolve: ({ createdAt }) => createdAt },
  updatedAt: { type: 'DateTime', resolve: ({ updatedAt }) => updatedAt },
  lastEditedAt: { type: 'DateTime', resolve: ({ edits }) => edits[0]?.at ?? null },
  includesCreatedEdit: { type: 'Boolean', resolve: ({ edits }) => edits.length > 0 },
  userContentEdits: connectionField('userContentEdits', 'UserContentEdit', ({ edits }: Comment) => edits),
};

export const commentTypes: readonly ObjectType<never>[] = [
  {
    name: 'IssueComment',
    fields: {
      ...commentFields,
      url: {
        type: 'URI',
        resolve: (source: Comment, _, call) => `${pageOf(call, source)}#issuecomment-${source.id}`,
      },
    },
  },
  {
    name: 'PullRequestReviewComment',
    fields: {
      ...commentFields,
      url: {
        type: 'URI',
        resolve: (source: Comment, _, call) => `${pageOf(call, source)}#discussion_r${source.id}`,
      },
      path: threadField('String', ({ path }) => path),
      line: threadField('Int', ({ line }) => line),
      startLine: threadField('Int', ({ startLine }) => startLine),
      originalLine: threadField('Int', ({ originalLine }) => originalLine),
      originalStartLine: threadField('Int', ({ originalStartLine }) => originalStartLine),
      diffHunk: threadField('String', ({ diffHunk }) => diffHunk),
      outdated: threadField('Boolean', ({ line }) => line === null),
      commit: threadField('Commit', ({ commit, line }) => (line === null ? null : { oid: commit })),
      originalCommit: threadField('Commit', ({ originalCommit }) => ({ oid: originalCommit })),
      replyTo: {
        type: 'PullRequestReviewComment',
        resolve: ({ place }: Comment) =>
          place?.thread.comments.find(({ id }) => id === place.inReplyTo) ?? null,
      },
      pullRequestReview: {
        type: 'PullRequestReview',
        resolve: ({ place }: Comment) => place?.review ?? null,
      },
    },
  },
  {
    name: 'PullRequestReview',
    fields: {
      ...writtenFields,
      url: {
        type: 'URI',
        resolve: (source: Review, _, call) => `${pageOf(call, source)}#pullrequestreview-${source.id}`,
      },
      state: { type: 'PullRequestReviewState', resolve: ({ state }: Review) => state },
      submittedAt: { type: 'DateTime', resolve: ({ submittedAt }: Review) => submittedAt },
      createdAt: { type: 'DateTime', resolve: ({ submittedAt }: Review) => submittedAt },
      commit: { type: 'Commit', resolve: ({ commit }: Review) => ({ oid: commit }) },
      comments: connectionField('comments', 'PullRequestReviewComment', (review: Review) =>
        (review.issue.pull?.threads ?? [])
          .flatMap(({ comments }) => comments)
          .filter(({ place }) => place?.review === review),
      ),
    },
  },
  {
    name: 'PullRequestReviewThread',
    fields: {
      id: { type: 'ID', resolve: ({ nodeId }: Thread) => nodeId },
      isResolved: { type: 'Boolean', resolve: ({ resolvedBy }: Thread) => resolvedBy !== null },
      isCollapsed: { type: 'Boolean', resolve: ({ resolvedBy }: Thread) => resolvedBy !== null },
      isOutdated: { type: 'Boolean', resolve: ({ line }: Thread) => line === null },
      resolvedBy: { type: 'User', resolve: ({ resolvedBy }: Thread) => resolvedBy },
      path: { type: 'String', resolve: ({ path }: Thread) => path },
      line: { type: 'Int', resolve: ({ line }: Thread) => line },
      startLine: { type: 'Int', resolve: ({ startLine }: Thread) => startLine },
      originalLine: { type: 'Int', resolve: ({ originalLine }: Thread) => originalLine },
      originalStartLine: { type: 'Int', resolve: ({ originalStartLine }: Thread) => originalStartLine },
      diffSide: { type: 'DiffSide', resolve: ({ side }: Thread) => side },
      startDiffSide: { type: 'DiffSide', resolve: ({ startSide }: Thread) => startSide },
      subjectType: { type: 'PullRequestReviewThreadSubjectType', resolve: () => 'LINE' },
      viewerCanReply: { type: 'Boolean', resolve: (_: Thread, __, call) => call.token !== null },
      viewerCanResolve: {
        type: 'Boolean',
        resolve: (thread: Thread, _, call) => thread.resolvedBy === null && canWrite(call, thread),
      },
      comments: connectionField('comments', 'PullRequestReviewComment', ({ comments }: Thread) => comments),
    },
  },
  {
    name: 'UserContentEdit',
    fields: {
      id: { type: 'ID', resolve: (edit: Comment['edits'][number]) => `UCE_${edit.at}` },
      // Whole texts, in spite of the name.
      diff: { type: 'String', resolve: ({ body }: Comment['edits'][number]) => body },
      editor: { type: 'Actor', resolve: ({ editor }: Comment['edits'][number]) => editor },
      editedAt: { type: 'DateTime', resolve: ({ at }: Comment['edits'][number]) => at },
      createdAt: { type: 'DateTime', resolve: ({ at }: Comment['edits'][number]) => at },
      updatedAt: { type: 'DateTime', resolve: ({ at }: Comment['edits'][number]) => at },
      deletedAt: {
        type: 'DateTime',
        resolve: ({ body, at }: Comment['edits'][number]) => (body === null ? at : null),
      },
    },
  },
];

function threadField(type: string, resolve: (thread: Thread) => unknown): Field<Comment> {
  return { type, resolve: ({ place }) => (place === null ? null : resolve(place.thread)) };
}
