import * as z from 'zod';
import type { CommentAnswerer } from '../comment-answerer.ts';
import type { RepositoryId } from '../pull-request-target.ts';
import type { ReportPublisher } from '../report-publisher.ts';
import type { SpokenComment } from '../spoken-comment.ts';
import { createCommandLookups } from './command-lookups.ts';
import type { GithubClient } from './github-client.ts';
import { AccountAnswer } from './posted-answers.ts';
import { SpokenAnswer } from './spoken-answers.ts';

export interface GithubAnswererInput {
  client: GithubClient;
  repository: RepositoryId;
  pullRequest: number;
  /** Of the same pull request, by the same client. */
  publisher: Pick<ReportPublisher, 'whoAmI' | 'readState' | 'createComment'>;
}

const ReactionAnswer = z
  .object({ content: z.string(), user: AccountAnswer.nullish() })
  .transform(({ content, user }) => ({ content, author: user ?? { login: 'ghost', id: null } }));
const Written = z.object({ id: z.int() });

/** Reads what is asked in comments of one pull request of GitHub, and answers. */
export function createGithubAnswerer(
  { client, repository, pullRequest, publisher }: GithubAnswererInput,
  signal: AbortSignal,
): CommentAnswerer {
  const place = { owner: repository.owner, repo: repository.name };
  const name = `pull request ${pullRequest} of ${repository.owner}/${repository.name}`;
  const list = async (where: SpokenComment['place'], route: string, parameters: object) => {
    const purpose = `list the comments of ${name}`;
    const request = { purpose, route, parameters: { ...place, ...parameters }, schema: SpokenAnswer };
    return (await client.list(request, signal)).map(({ spoken }) => ({ ...spoken, place: where }));
  };
  const reactions = ({ place: where }: SpokenComment) =>
    `/repos/{owner}/{repo}/${where === 'line' ? 'pulls' : 'issues'}/comments/{comment_id}/reactions`;
  return {
    ...createCommandLookups({ client, repository, number: pullRequest }, signal),
    whoAmI: () => publisher.whoAmI(signal),
    readState: () => publisher.readState(signal),
    async listComments() {
      const conversation = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
      const lines = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments';
      return [
        ...(await list('conversation', conversation, { issue_number: pullRequest })),
        ...(await list('line', lines, { pull_number: pullRequest })),
      ];
    },
    listReactions: (comment) =>
      client.list(
        {
          purpose: `list the reactions to a comment of ${name}`,
          route: `GET ${reactions(comment)}`,
          parameters: { ...place, comment_id: comment.id },
          schema: ReactionAnswer,
        },
        signal,
      ),
    async react(comment, receipt) {
      await client.write(
        {
          purpose: `react to a comment of ${name}`,
          route: `POST ${reactions(comment)}`,
          parameters: { ...place, comment_id: comment.id, content: receipt },
          schema: Written,
        },
        signal,
      );
    },
    async reply(comment, body) {
      if (comment.place === 'conversation') {
        await publisher.createComment(body, signal);
        return;
      }
      await client.write(
        {
          purpose: `answer a comment of ${name}`,
          route: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies',
          // A thread is answered at its first comment.
          parameters: {
            ...place,
            pull_number: pullRequest,
            comment_id: comment.inReplyTo ?? comment.id,
            body,
          },
          schema: Written,
        },
        signal,
      );
    },
  };
}
