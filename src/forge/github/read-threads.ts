import { AnswerBudget } from './bounded-fetch.ts';
import { failure } from './explain-answer.ts';
import { mostPages } from './next-page.ts';
import { ThreadsAnswer } from './pull-request-answers.ts';
import type { PullRequestPlace } from './pull-request-place.ts';

export interface ThreadStates {
  /** Login of whoever the token belongs to. */
  viewer: string;
  /** By the number of the comment that begins the thread. */
  threads: ReadonlyMap<number, { id: string; resolved: boolean; outdated: boolean }>;
}

/** What only GraphQL tells: who asks, and which threads are resolved. */
export async function readThreads({
  client,
  repository,
  number,
  signal,
}: Pick<PullRequestPlace, 'client' | 'repository' | 'number' | 'signal'>): Promise<ThreadStates> {
  const threads = new Map<number, { id: string; resolved: boolean; outdated: boolean }>();
  const purpose = `read the review threads of pull request ${number}`;
  const budget = new AnswerBudget();
  let after: string | null = null;
  for (let pages = 1; ; pages += 1) {
    const answer: Awaited<ReturnType<typeof ask>> = await ask(after);
    const { nodes, pageInfo } = answer.repository.pullRequest.reviewThreads;
    for (const { id: thread, isResolved, isOutdated, comments } of nodes) {
      const id = comments.nodes[0]?.databaseId;
      if (id !== undefined && id !== null)
        threads.set(id, { id: thread, resolved: isResolved, outdated: isOutdated });
    }
    const next = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
    if (next === null || next === after) return { viewer: answer.viewer.login, threads };
    // Cursors that lead in a circle never come to an end.
    if (pages >= mostPages) {
      const { site, token } = client;
      const what = `there are more than ${mostPages} pages`;
      throw failure({ site, token, purpose, writes: false }, { reason: 'too-large', what });
    }
    after = next;
  }

  function ask(cursor: string | null) {
    return client.query(
      {
        purpose,
        query,
        variables: { owner: repository.owner, name: repository.name, number, after: cursor },
        schema: ThreadsAnswer,
        budget,
      },
      signal,
    );
  }
}

const query = `query ($owner: String!, $name: String!, $number: Int!, $after: String) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id isResolved isOutdated comments(first: 1) { nodes { databaseId } } }
      }
    }
  }
}`;
