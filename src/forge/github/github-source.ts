import type { PullRequest } from '../../domain/change.ts';
import { ForgeError } from '../../errors.ts';
import type { PullRequestSource, ReviewTarget } from '../pull-request-source.ts';
import { parseRepositoryId } from '../pull-request-target.ts';
import { explainMissing } from './explain-missing.ts';
import { PullRequestAnswer } from './pull-request-answers.ts';
import type { GithubSourceInput, PullRequestPlace } from './pull-request-place.ts';
import { readChecks } from './read-checks.ts';
import { readComments } from './read-comments.ts';
import { readLinked } from './read-linked.ts';

/**
 * A pull request as GitHub's API tells of it: facts, what people said, checks, issues. Code is none of its business: both
 * ends are commits to be fetched by git. Rejects with `ForgeError` when the pull request cannot be read, and with its
 * reason when the signal is aborted; what a review can do without is null then, and a notice says why.
 */
export function createGithubSource(input: GithubSourceInput): PullRequestSource {
  const { client, repository, number, onGap } = input;
  return {
    async resolve(signal, onEnds) {
      const answer = await readPullRequest(input, signal);
      const today = parseRepositoryId(answer.base.repo?.full_name ?? '') ?? repository;
      const { base, head } = answer;
      onEnds?.({ repository: today, base: base.sha, head: head.sha, baseBranch: base.ref });
      const notices: string[] = [];
      const place: PullRequestPlace = {
        client,
        repository: today,
        number,
        signal,
        optional: (subject, read) =>
          orNull(read, async (error) => {
            notices.push(describeGap(subject, error));
            await onGap(error.message);
          }),
      };
      const [{ comments, decided, remembered }, checkRuns, linked] = await Promise.all([
        readComments(place),
        readChecks(place, head.sha),
        readLinked(place, `${answer.title}\n${answer.body ?? ''}`),
      ]);
      for (const notice of decided?.notices ?? []) await onGap(notice);
      const { owner, name } = today;
      const url = `${client.site.server}/${owner}/${name}`;
      const target: ReviewTarget = {
        repository: { owner, name, url },
        headKind: 'commit',
        base: { sha: base.sha, name: base.ref },
        head: { sha: head.sha, name: head.ref },
        mergeBase: null,
        branch: head.ref,
        slug: `pr-${number}`,
        pullRequest: toPullRequest(answer, `${url}/pull/${number}`),
        comments,
        ...(remembered.length === 0 ? {} : { remembered }),
        checkRuns,
        linked,
        ...(decided === null || decided.decisions.length === 0 ? {} : { decided: decided.decisions }),
        notices: [...notices, ...(decided?.notices ?? [])].toSorted(),
      };
      return target;
    },
  };
}

async function readPullRequest(input: GithubSourceInput, signal: AbortSignal): Promise<PullRequestAnswer> {
  const { client, repository, number } = input;
  try {
    return await client.read(
      {
        purpose: `read pull request ${number} of ${repository.owner}/${repository.name}`,
        route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
        parameters: { owner: repository.owner, repo: repository.name, pull_number: number },
        schema: PullRequestAnswer,
      },
      signal,
    );
  } catch (error) {
    if (error instanceof ForgeError && error.reason === 'not-found')
      throw await explainMissing(error, input, signal);
    throw error;
  }
}

function toPullRequest(answer: PullRequestAnswer, url: string): PullRequest {
  return {
    number: answer.number,
    title: answer.title,
    body: answer.body ?? '',
    url,
    state: (answer.merged_at ?? null) === null ? answer.state : 'merged',
    author: answer.user?.login ?? 'ghost',
    draft: answer.draft ?? false,
    locked: answer.locked ?? false,
    baseRef: answer.base.ref,
    headRef: answer.head.ref,
    headRepository: answer.head.repo?.full_name ?? null,
    updatedAt: answer.updated_at,
  };
}

/** A token that is no longer one would fail everything that follows: that is no gap. */
async function orNull<T>(
  read: () => Promise<T>,
  onGap: (error: ForgeError) => Promise<void>,
): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ForgeError) || error.reason === 'unauthorized') throw error;
    await onGap(error);
    return null;
  }
}

/** Short, for the face of a report: what the server said goes to whoever runs it. */
function describeGap(subject: string, { reason, status, neededPermissions }: ForgeError): string {
  const answer = status === null ? 'did not answer' : `answered ${status}`;
  const why =
    reason === 'forbidden'
      ? `the token ${neededPermissions === null ? 'lacks a permission' : `needs ${neededPermissions}`}`
      : reason === 'rate-limit'
        ? 'GitHub was asked too much'
        : `GitHub ${answer}`;
  return `Not known: ${subject} (${why}).`;
}
