import { connectionTypes, pageInfoType } from '../connection.ts';
import type { ObjectType, Schema } from '../types.ts';
import { commentTypes, minimizableFields } from './comments.ts';
import { actor, peopleTypes } from './people.ts';
import { issueTypes } from './pull-requests.ts';
import { classifiers, inputTypes, rootTypes } from './roots.ts';

const listed = [
  'IssueComment',
  'PullRequestReviewComment',
  'PullRequestReview',
  'PullRequestReviewThread',
  'UserContentEdit',
  'Issue',
  'Label',
];

const objects = [
  ...rootTypes,
  ...peopleTypes,
  ...issueTypes,
  ...commentTypes,
  ...listed.flatMap(connectionTypes),
  pageInfoType,
] as unknown as readonly ObjectType[];

const minimizable = ['IssueComment', 'PullRequestReviewComment', 'PullRequestReview'];

/** The part of GitHub's schema that this server knows. */
export const githubSchema: Schema = {
  objects: new Map(objects.map((type) => [type.name, type])),
  abstract: new Map([
    ['Actor', actor],
    ['Minimizable', { possible: minimizable, fields: minimizableFields as ObjectType['fields'] }],
    [
      'Node',
      {
        possible: [...minimizable, 'PullRequestReviewThread', 'PullRequest', 'Issue'],
        fields: { id: { type: 'ID', resolve: (source) => (source as { nodeId: string }).nodeId } },
      },
    ],
  ]),
  enums: new Map<string, readonly string[]>([
    ['ReportedContentClassifiers', classifiers],
    ['IssueState', ['OPEN', 'CLOSED']],
    ['PullRequestState', ['OPEN', 'CLOSED', 'MERGED']],
    ['PullRequestReviewState', ['COMMENTED', 'APPROVED', 'CHANGES_REQUESTED', 'DISMISSED', 'PENDING']],
    ['CommentAuthorAssociation', ['OWNER', 'MEMBER', 'COLLABORATOR', 'CONTRIBUTOR', 'NONE']],
    ['DiffSide', ['LEFT', 'RIGHT']],
    ['PullRequestReviewThreadSubjectType', ['LINE', 'FILE']],
    ['RepositoryPermission', ['ADMIN', 'MAINTAIN', 'WRITE', 'TRIAGE', 'READ']],
  ]),
  inputs: inputTypes,
  typeOf: (value) => {
    const one = value as { kind?: string; type?: string; place?: unknown; pull?: unknown };
    switch (one.kind) {
      case 'comment':
        return one.place === null ? 'IssueComment' : 'PullRequestReviewComment';
      case 'review':
        return 'PullRequestReview';
      case 'thread':
        return 'PullRequestReviewThread';
      case 'issue':
        return one.pull === null ? 'Issue' : 'PullRequest';
      default:
        return one.type ?? 'User';
    }
  },
};
