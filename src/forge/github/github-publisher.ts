import type * as z from 'zod';
import type { ObjectId } from '../../domain/change.ts';
import type { CheckRunOutput } from '../../domain/publication.ts';
import { ForgeError } from '../../errors.ts';
import type { RepositoryId } from '../pull-request-target.ts';
import type {
  CommentRevision,
  MinimizeReason,
  NewReview,
  OwnIdentity,
  PostedCheckRun,
  PostedComment,
  PostedReviewComment,
  PullRequestState,
  ReportPublisher,
} from '../report-publisher.ts';
import type { GithubClient } from './github-client.ts';
import {
  AccountAnswer,
  CheckRunAnswer,
  CommentAnswer,
  MinimizeAnswer,
  ReviewAnswer,
  ReviewCommentAnswer,
  StateAnswer,
  ViewerAnswer,
} from './posted-answers.ts';
import { readRevisions } from './read-revisions.ts';
import { resolveThread } from './resolve-thread.ts';
import { toCheckRunRequest, toReviewRequest } from './write-requests.ts';

export interface GithubPublisherInput {
  client: GithubClient;
  repository: RepositoryId;
  pullRequest: number;
  /** Who writes where GitHub does not tell the token, as some servers don't in a workflow; null: nobody knows. */
  assumedLogin: string | null;
}

/** Writes to one pull request of GitHub, or of an Enterprise server. */
export function createGithubPublisher(input: GithubPublisherInput): ReportPublisher {
  return new GithubPublisher(input);
}

const viewerQuery = 'query { viewer { login databaseId } }';
const minimizeMutation = `mutation ($id: ID!, $why: ReportedContentClassifiers!) {
  minimizeComment(input: { subjectId: $id, classifier: $why }) { minimizedComment { isMinimized } }
}`;

class GithubPublisher implements ReportPublisher {
  private readonly client: GithubClient;
  private readonly assumedLogin: string | null;
  private readonly repository: { owner: string; repo: string };
  private readonly pull: { owner: string; repo: string; pull_number: number };
  private readonly issue: { owner: string; repo: string; issue_number: number };
  private readonly name: string;

  constructor({ client, repository, pullRequest, assumedLogin }: GithubPublisherInput) {
    this.client = client;
    this.assumedLogin = assumedLogin;
    this.repository = { owner: repository.owner, repo: repository.name };
    this.pull = { ...this.repository, pull_number: pullRequest };
    this.issue = { ...this.repository, issue_number: pullRequest };
    this.name = `pull request ${pullRequest} of ${repository.owner}/${repository.name}`;
  }

  /** The token of a workflow run may ask GraphQL only; an old Enterprise server may know REST only. */
  async whoAmI(signal: AbortSignal): Promise<OwnIdentity | null> {
    const purpose = 'ask who writes';
    try {
      return await this.client.query(
        { purpose, query: viewerQuery, variables: {}, schema: ViewerAnswer },
        signal,
      );
    } catch (cause) {
      if (!isRefusal(cause)) throw cause;
    }
    try {
      return await this.client.read({ purpose, route: 'GET /user', schema: AccountAnswer }, signal);
    } catch (cause) {
      if (!isRefusal(cause)) throw cause;
      return this.assumedLogin === null ? null : { login: this.assumedLogin, id: null };
    }
  }

  readState(signal: AbortSignal): Promise<PullRequestState> {
    return this.client.read(
      {
        purpose: `read ${this.name}`,
        route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
        parameters: this.pull,
        schema: StateAnswer,
      },
      signal,
    );
  }

  listComments(signal: AbortSignal): Promise<PostedComment[]> {
    return this.client.list(
      {
        purpose: `list the comments of ${this.name}`,
        route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
        parameters: this.issue,
        schema: CommentAnswer,
      },
      signal,
    );
  }

  createComment(body: string, signal: AbortSignal): Promise<PostedComment> {
    return this.write(CommentAnswer, signal, {
      purpose: `comment on ${this.name}`,
      route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      parameters: { ...this.issue, body },
    });
  }

  updateComment(id: number, body: string, signal: AbortSignal): Promise<PostedComment> {
    return this.write(CommentAnswer, signal, {
      purpose: `edit comment ${id} on ${this.name}`,
      route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
      parameters: { ...this.repository, comment_id: id, body },
    });
  }

  listRevisions(nodeId: string, signal: AbortSignal): Promise<CommentRevision[]> {
    return readRevisions(this.client, { nodeId, on: this.name }, signal);
  }

  async minimizeComment(nodeId: string, why: MinimizeReason, signal: AbortSignal): Promise<void> {
    await this.client.mutate(
      {
        purpose: `fold a comment on ${this.name} away`,
        query: minimizeMutation,
        variables: { id: nodeId, why },
        schema: MinimizeAnswer,
      },
      signal,
    );
  }

  async replyInThread(comment: number, body: string, signal: AbortSignal): Promise<void> {
    await this.write(ReviewCommentAnswer, signal, {
      purpose: `answer a comment beside the code of ${this.name}`,
      route: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies',
      parameters: { ...this.pull, comment_id: comment, body },
    });
  }

  resolveThread(comment: number, signal: AbortSignal): Promise<void> {
    const { owner, repo: name, pull_number: number } = this.pull;
    return resolveThread({ client: this.client, repository: { owner, name }, number, signal }, comment);
  }

  listReviewComments(signal: AbortSignal): Promise<PostedReviewComment[]> {
    return this.client.list(
      {
        purpose: `list the comments beside the code of ${this.name}`,
        route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments',
        parameters: this.pull,
        schema: ReviewCommentAnswer,
      },
      signal,
    );
  }

  createReview(review: NewReview, signal: AbortSignal): Promise<{ id: number; url: string }> {
    return this.write(ReviewAnswer, signal, {
      purpose: `comment beside the code of ${this.name}`,
      route: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
      parameters: { ...this.pull, ...toReviewRequest(review) },
    });
  }

  listCheckRuns(head: ObjectId, name: string, signal: AbortSignal): Promise<PostedCheckRun[]> {
    return this.client.list(
      {
        purpose: `list the checks of ${head.slice(0, 12)}`,
        route: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
        parameters: { ...this.repository, ref: head, check_name: name, filter: 'all' },
        schema: CheckRunAnswer,
        key: 'check_runs',
      },
      signal,
    );
  }

  createCheckRun(
    { head, externalId, output }: { head: ObjectId; externalId: string; output: CheckRunOutput },
    signal: AbortSignal,
  ): Promise<PostedCheckRun> {
    const body = { head_sha: head, external_id: externalId, ...toCheckRunRequest(output) };
    return this.write(CheckRunAnswer, signal, {
      purpose: `post a check on ${head.slice(0, 12)}`,
      route: 'POST /repos/{owner}/{repo}/check-runs',
      parameters: { ...this.repository, ...body },
    });
  }

  updateCheckRun(
    id: number,
    { externalId, output }: { externalId: string; output: CheckRunOutput },
    signal: AbortSignal,
  ): Promise<PostedCheckRun> {
    return this.write(CheckRunAnswer, signal, {
      purpose: `bring check ${id} up to date`,
      route: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
      parameters: {
        ...this.repository,
        check_run_id: id,
        external_id: externalId,
        ...toCheckRunRequest(output),
      },
    });
  }

  private write<T>(
    schema: z.ZodType<T>,
    signal: AbortSignal,
    request: { purpose: string; route: string; parameters: Record<string, unknown> },
  ): Promise<T> {
    return this.client.write({ ...request, schema }, signal);
  }
}

/** The forge answered, and would not: another way of asking may do. */
function isRefusal(cause: unknown): boolean {
  return cause instanceof ForgeError && ['forbidden', 'not-found', 'invalid', 'gone'].includes(cause.reason);
}
