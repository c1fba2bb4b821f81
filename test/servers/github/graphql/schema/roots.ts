import { allows, canSee, demand, mayManage, type Needs, notAccessibleBy, roleOf } from '../../access.ts';
import { Refusal } from '../../refusal.ts';
import type { Call } from '../../route.ts';
import {
  type Comment,
  type Issue,
  type MinimizeReason,
  nodeId,
  type Repository,
  type Review,
  type Thread,
} from '../../world.ts';
import { FieldProblem, type ObjectType, type Values } from '../types.ts';

type Node = Comment | Review | Thread | Issue;
const conversation: Needs['kinds'] = ['pull_requests', 'issues'];

export const rootTypes: readonly ObjectType<never>[] = [
  {
    name: 'Query',
    fields: {
      // Also an app is a user here, with its suffix.
      viewer: { type: 'User', resolve: (_, __, call) => call.token?.account },
      repository: {
        type: 'Repository',
        takes: { owner: 'String!', name: 'String!', followRenames: 'Boolean' },
        resolve: (_, { owner, name }, call) => {
          const found = call.world.repositories.get(`${owner}/${name}`.toLowerCase());
          if (found !== undefined && canSee(found, call.token)) return found;
          throw new FieldProblem(
            'NOT_FOUND',
            `Could not resolve to a Repository with the name '${owner}/${name}'.`,
          );
        },
      },
      node: { type: 'Node', takes: { id: 'ID!' }, resolve: (_, { id }, call) => findNode(call, String(id)) },
      rateLimit: {
        type: 'RateLimit',
        takes: { dryRun: 'Boolean' },
        resolve: (_, __, call) => call.token?.rate.graphql,
      },
    },
  },
  {
    name: 'Mutation',
    fields: {
      minimizeComment: {
        type: 'MinimizeCommentPayload',
        takes: { input: 'MinimizeCommentInput!' },
        resolve: (_, { input }, call) => minimize(call, input as Values),
      },
      resolveReviewThread: {
        type: 'ResolveReviewThreadPayload',
        takes: { input: 'ResolveReviewThreadInput!' },
        resolve: (_, { input }, call) => resolveThread(call, input as Values),
      },
    },
  },
  {
    name: 'Repository',
    fields: {
      id: { type: 'ID', resolve: ({ id }: Repository) => nodeId('R', id) },
      databaseId: { type: 'Int', resolve: ({ id }: Repository) => id },
      name: { type: 'String', resolve: ({ name }: Repository) => name },
      nameWithOwner: { type: 'String', resolve: ({ fullName }: Repository) => fullName },
      owner: { type: 'Actor', resolve: ({ owner }: Repository) => owner },
      isPrivate: { type: 'Boolean', resolve: (repository: Repository) => repository.private },
      isFork: { type: 'Boolean', resolve: ({ fork }: Repository) => fork },
      isArchived: { type: 'Boolean', resolve: ({ archived }: Repository) => archived },
      url: {
        type: 'URI',
        resolve: ({ fullName }: Repository, _, call) => `${call.addresses.html}/${fullName}`,
      },
      viewerPermission: {
        type: 'RepositoryPermission',
        resolve: (repository: Repository, _, { token }) =>
          token === null || token.app !== null ? null : roleOf(repository, token.account).toUpperCase(),
      },
      pullRequest: {
        type: 'PullRequest',
        takes: { number: 'Int!' },
        resolve: (repository: Repository, { number }, call) => {
          demandField(repository, call, { level: 'read', kinds: ['pull_requests'] });
          const issue = repository.issues.get(Number(number));
          if (issue !== undefined && issue.pull !== null && !issue.deleted) return issue;
          throw new FieldProblem(
            'NOT_FOUND',
            `Could not resolve to a PullRequest with the number of ${number}.`,
          );
        },
      },
      issue: {
        type: 'Issue',
        takes: { number: 'Int!' },
        resolve: (repository: Repository, { number }, call) => {
          demandField(repository, call, { level: 'read', kinds: ['issues'] });
          const issue = repository.issues.get(Number(number));
          if (issue !== undefined && issue.pull === null && !issue.deleted) return issue;
          throw new FieldProblem('NOT_FOUND', `Could not resolve to an Issue with the number of ${number}.`);
        },
      },
    },
  },
  {
    name: 'RateLimit',
    fields: {
      limit: { type: 'Int', resolve: ({ limit }: Rate) => limit },
      used: { type: 'Int', resolve: ({ used }: Rate) => used },
      remaining: { type: 'Int', resolve: ({ limit, used }: Rate) => limit - used },
      cost: { type: 'Int', resolve: () => 1 },
      resetAt: { type: 'DateTime', resolve: ({ resetAt }: Rate) => new Date(resetAt * 1_000).toISOString() },
    },
  },
  {
    name: 'MinimizeCommentPayload',
    fields: {
      minimizedComment: { type: 'Minimizable', resolve: ({ subject }: Payload) => subject },
      clientMutationId: { type: 'String', resolve: ({ clientMutationId }: Payload) => clientMutationId },
    },
  },
  {
    name: 'ResolveReviewThreadPayload',
    fields: {
      thread: { type: 'PullRequestReviewThread', resolve: ({ subject }: Payload) => subject },
      clientMutationId: { type: 'String', resolve: ({ clientMutationId }: Payload) => clientMutationId },
    },
  },
];

type Rate = { limit: number; used: number; resetAt: number };
type Payload = { subject: unknown; clientMutationId: unknown };

export const inputTypes = new Map<string, Readonly<Record<string, string>>>([
  [
    'MinimizeCommentInput',
    { subjectId: 'ID!', classifier: 'ReportedContentClassifiers!', clientMutationId: 'String' },
  ],
  ['ResolveReviewThreadInput', { threadId: 'ID!', clientMutationId: 'String' }],
]);

export const classifiers = ['SPAM', 'ABUSE', 'OFF_TOPIC', 'OUTDATED', 'DUPLICATE', 'RESOLVED'];

/** What has this name, where the token may know of its repository. */
function findNode(call: Call, id: string): Node {
  const found = call.world.nodes.get(id);
  const repository = found === undefined ? undefined : repositoryOf(found);
  if (found === undefined || repository === undefined || !canSee(repository, call.token))
    throw new FieldProblem('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
  demandField(repository, call, { level: 'read', kinds: conversation });
  return found;
}

const repositoryOf = (node: Node): Repository =>
  node.kind === 'issue' ? node.repository : node.issue.repository;

function demandField(repository: Repository, call: Call, needs: Needs): void {
  if (allows(repository, call.token, needs)) return;
  throw new FieldProblem('FORBIDDEN', call.token === null ? 'Forbidden' : notAccessibleBy(call.token));
}

/** Only those who may write can fold a comment away; its author alone may not. */
function minimize(call: Call, { subjectId, classifier, clientMutationId }: Values): Payload {
  const found = findNode(call, String(subjectId));
  if (found.kind !== 'comment' && found.kind !== 'review')
    throw new FieldProblem('UNPROCESSABLE', `${String(subjectId)} can not be minimized.`);
  demandManager(call, repositoryOf(found), 'MinimizeComment', [conversation]);
  if (found.minimized !== classifier) {
    found.minimized = classifier as MinimizeReason;
    call.wrote();
  }
  return { subject: found, clientMutationId };
}

/** GitHub wants the permission to write code for this, in spite of what it does. */
function resolveThread(call: Call, { threadId, clientMutationId }: Values): Payload {
  const found = findNode(call, String(threadId));
  if (found.kind !== 'thread')
    throw new FieldProblem(
      'NOT_FOUND',
      `Could not resolve to PullRequestReviewThread node with the global id of '${String(threadId)}'.`,
    );
  demandManager(call, repositoryOf(found), 'ResolveReviewThread', [['pull_requests'], ['contents']]);
  if (found.resolvedBy === null && call.token !== null) {
    found.resolvedBy = call.token.account;
    call.wrote();
  }
  return { subject: found, clientMutationId };
}

function demandManager(
  call: Call,
  repository: Repository,
  what: string,
  all: readonly Needs['kinds'][],
): void {
  for (const kinds of all) demandField(repository, call, { level: 'write', kinds });
  try {
    demand(repository, call.token, { level: 'write', kinds: ['pull_requests'] });
  } catch (error) {
    if (error instanceof Refusal) throw new FieldProblem('FORBIDDEN', error.message);
    throw error;
  }
  if (call.token === null || !mayManage(repository, call.token))
    throw new FieldProblem(
      'FORBIDDEN',
      `${call.token?.account.login} does not have the correct permissions to execute \`${what}\``,
    );
}
