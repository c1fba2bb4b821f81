import { allows, notAccessibleBy } from '../../access.ts';
import type { Call } from '../../route.ts';
import type { Issue, Pull } from '../../world.ts';
import { connectionField } from '../connection.ts';
import { type Field, FieldProblem, type ObjectType } from '../types.ts';

const issueFields: Record<string, Field<Issue>> = {
  id: { type: 'ID', resolve: ({ nodeId }) => nodeId },
  databaseId: { type: 'Int', resolve: ({ id }) => id },
  number: { type: 'Int', resolve: ({ number }) => number },
  title: { type: 'String', resolve: ({ title }) => title },
  body: { type: 'String', resolve: ({ body }) => body ?? '' },
  author: { type: 'Actor', resolve: ({ author }) => author },
  locked: { type: 'Boolean', resolve: ({ locked }) => locked },
  closed: { type: 'Boolean', resolve: ({ state }) => state === 'closed' },
  createdAt: { type: 'DateTime', resolve: ({ createdAt }) => createdAt },
  updatedAt: { type: 'DateTime', resolve: ({ updatedAt }) => updatedAt },
  closedAt: { type: 'DateTime', resolve: ({ closedAt }) => closedAt },
  url: {
    type: 'URI',
    resolve: ({ repository, number, pull }, _, call) =>
      `${call.addresses.html}/${repository.fullName}/${pull === null ? 'issues' : 'pull'}/${number}`,
  },
  repository: { type: 'Repository', resolve: ({ repository }) => repository },
  labels: connectionField('labels', 'Label', ({ labels }: Issue) => labels),
  comments: connectionField('comments', 'IssueComment', ({ comments }: Issue) => comments),
};

export const issueTypes: readonly ObjectType<never>[] = [
  {
    name: 'Issue',
    fields: {
      ...issueFields,
      state: { type: 'IssueState', resolve: ({ state }: Issue) => state.toUpperCase() },
    },
  },
  {
    name: 'PullRequest',
    fields: {
      ...issueFields,
      state: {
        type: 'PullRequestState',
        resolve: ({ state, pull }: Issue) => (pull?.mergedAt == null ? state.toUpperCase() : 'MERGED'),
      },
      isDraft: pullField('Boolean', ({ draft }) => draft),
      merged: pullField('Boolean', ({ mergedAt }) => mergedAt !== null),
      mergedAt: pullField('DateTime', ({ mergedAt }) => mergedAt),
      headRefName: pullField('String', ({ head }) => head.branch),
      headRefOid: pullField('GitObjectID', ({ head }) => head.commit),
      baseRefName: pullField('String', ({ base }) => base.branch),
      baseRefOid: pullField('GitObjectID', ({ base }) => base.commit),
      headRepository: pullField('Repository', ({ head }) => head.repository),
      headRepositoryOwner: pullField('Actor', ({ head }) => head.owner),
      isCrossRepository: pullField('Boolean', ({ head }, issue) => head.repository !== issue.repository),
      changedFiles: pullField('Int', async (pull, issue, call) => (await filesOf(pull, issue, call)).length),
      additions: pullField('Int', async (pull, issue, call) =>
        (await filesOf(pull, issue, call)).reduce((sum, { additions }) => sum + additions, 0),
      ),
      deletions: pullField('Int', async (pull, issue, call) =>
        (await filesOf(pull, issue, call)).reduce((sum, { deletions }) => sum + deletions, 0),
      ),
      reviews: connectionField('reviews', 'PullRequestReview', ({ pull }: Issue) => pull?.reviews ?? []),
      reviewThreads: connectionField(
        'reviewThreads',
        'PullRequestReviewThread',
        ({ pull }: Issue) => pull?.threads ?? [],
      ),
      closingIssuesReferences: connectionField(
        'closingIssuesReferences',
        'Issue',
        ({ pull, repository }: Issue, _, call) => {
          if (!allows(repository, call.token, { level: 'read', kinds: ['issues'] }))
            throw new FieldProblem(
              'FORBIDDEN',
              call.token === null ? 'Forbidden' : notAccessibleBy(call.token),
            );
          return (pull?.closes ?? []).flatMap((number) => repository.issues.get(number) ?? []);
        },
        { userLinkedOnly: 'Boolean' },
      ),
    },
  },
  { name: 'Label', fields: { name: { type: 'String', resolve: (name: string) => name } } },
  { name: 'Commit', fields: { oid: { type: 'GitObjectID', resolve: ({ oid }: { oid: string }) => oid } } },
];

async function filesOf({ base, head }: Pull, { repository }: Issue, call: Call) {
  if (repository.directory === null) return [];
  const difference = await call.world.readDifference(repository.directory, base.commit, head.commit);
  return difference?.files ?? [];
}

function pullField(type: string, resolve: (pull: Pull, issue: Issue, call: Call) => unknown): Field<Issue> {
  return {
    type,
    resolve: (issue, _, call) => (issue.pull === null ? null : resolve(issue.pull, issue, call)),
  };
}
