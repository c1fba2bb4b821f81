import type { CommentRevision } from '../report-publisher.ts';
import type { GithubClient } from './github-client.ts';
import { RevisionsAnswer } from './posted-answers.ts';

/** Every text that a comment had, newest first; empty where it was never edited. */
export function readRevisions(
  client: GithubClient,
  { nodeId, on }: { nodeId: string; on: string },
  signal: AbortSignal,
): Promise<CommentRevision[]> {
  return client.query(
    {
      purpose: `read what a comment on ${on} said before`,
      query,
      variables: { id: nodeId },
      schema: RevisionsAnswer,
    },
    signal,
  );
}

const query = `query ($id: ID!) {
  node(id: $id) {
    ... on IssueComment { userContentEdits(first: 20) { nodes { diff deletedAt editor { login } } } }
    ... on PullRequestReviewComment { userContentEdits(first: 20) { nodes { diff deletedAt editor { login } } } }
  }
}`;
