import type { LinkedIssue } from '../../domain/change.ts';
import { ForgeError } from '../../errors.ts';
import { ClosingAnswer, IssueAnswer } from './pull-request-answers.ts';
import type { PullRequestPlace } from './pull-request-place.ts';

/** Most issues that are looked up for being spoken of. */
const mostMentions = 12;

/**
 * Issues and pull requests of the same repository that this one closes or speaks of, by number. null when one of them is
 * not known; a number that nothing has is no gap.
 */
export async function readLinked(place: PullRequestPlace, text: string): Promise<LinkedIssue[] | null> {
  return place.optional('linked issues', async () => {
    const told = place.client.token === null ? null : await readClosing(place);
    const closing = told ?? [];
    const known = new Set([place.number, ...closing.map(({ number }) => number)]);
    const words = told === null ? closingWords(text) : new Set<number>();
    const mentioned = mentionedNumbers(text).filter((number) => !known.has(number));
    const looked = await Promise.all(mentioned.slice(0, mostMentions).map((number) => lookUp(place, number)));
    const found = looked.flatMap((issue) =>
      issue === null
        ? []
        : [toLinked(place, { ...issue, willClose: issue.kind === 'issue' && words.has(issue.number) })],
    );
    return [...closing, ...found].toSorted((a, b) => a.number - b.number);
  });
}

/** Those that merging closes, as the forge itself has it: also those that somebody linked by hand. null: it may not be asked. */
async function readClosing(place: PullRequestPlace): Promise<LinkedIssue[] | null> {
  const { client, repository, number, signal } = place;
  const name = `${repository.owner}/${repository.name}`.toLowerCase();
  try {
    const answer = await client.query(
      {
        purpose: `read which issues pull request ${number} closes`,
        query,
        variables: { owner: repository.owner, name: repository.name, number },
        schema: ClosingAnswer,
      },
      signal,
    );
    return answer.repository.pullRequest.closingIssuesReferences.nodes
      .filter((issue) => issue.repository.nameWithOwner.toLowerCase() === name)
      .map((issue) =>
        toLinked(place, {
          number: issue.number,
          kind: 'issue',
          title: issue.title,
          state: issue.state === 'OPEN' ? 'open' : 'closed',
          willClose: true,
        }),
      );
  } catch (error) {
    if (error instanceof ForgeError && ['forbidden', 'not-found', 'invalid'].includes(error.reason))
      return null;
    throw error;
  }
}

async function lookUp(
  { client, repository, signal }: PullRequestPlace,
  number: number,
): Promise<Omit<LinkedIssue, 'url' | 'willClose'> | null> {
  try {
    const answer = await client.read(
      {
        purpose: `read issue ${number}`,
        route: 'GET /repos/{owner}/{repo}/issues/{issue_number}',
        parameters: { owner: repository.owner, repo: repository.name, issue_number: number },
        schema: IssueAnswer,
      },
      signal,
    );
    // One that was moved is answered as the other repository's.
    const path = new URL(answer.html_url, client.site.server).pathname.toLowerCase();
    if (!path.includes(`/${repository.owner}/${repository.name}/`.toLowerCase())) return null;
    const { title, pull_request } = answer;
    const isPullRequest = (pull_request ?? null) !== null;
    const isMerged = (pull_request?.merged_at ?? null) !== null;
    return {
      number,
      kind: isPullRequest ? 'pull-request' : 'issue',
      title,
      state: isMerged ? 'merged' : answer.state,
    };
  } catch (error) {
    if (error instanceof ForgeError && ['not-found', 'gone'].includes(error.reason)) return null;
    throw error;
  }
}

function toLinked({ client, repository }: PullRequestPlace, issue: Omit<LinkedIssue, 'url'>): LinkedIssue {
  const page = issue.kind === 'issue' ? 'issues' : 'pull';
  const url = `${client.site.server}/${repository.owner}/${repository.name}/${page}/${issue.number}`;
  return { ...issue, url };
}

/** `#12` as a word of its own, each once, in the order of the text. */
function mentionedNumbers(text: string): number[] {
  return [
    ...new Set(
      [...text.matchAll(/(?<![\w/#&.:@-])#([1-9]\d{0,8})(?![\w-])/g)].map(([, digits]) => Number(digits)),
    ),
  ];
}

/** The words by which GitHub closes issues. */
function closingWords(text: string): Set<number> {
  const words = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+#([1-9]\d{0,8})(?![\w-])/gi;
  return new Set([...text.matchAll(words)].map(([, digits]) => Number(digits)));
}

const query = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      closingIssuesReferences(first: 50) {
        nodes { number title state repository { nameWithOwner } }
      }
    }
  }
}`;
