import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actionInputs } from '../../src/action/metadata.ts';
import { readInputs } from '../../src/action/read-inputs.ts';
import { runAction } from '../../src/action/run-action.ts';
import { RunLog } from '../../src/action/run-log.ts';
import { readEnvironment } from '../../src/config.ts';
import { answerMarker } from '../../src/domain/hidden-block.ts';
import { DeepReviewError } from '../../src/errors.ts';
import { type GithubServer, startGithubServer } from '../servers/github/github-server.ts';
import { createGitFixture } from '../support/git-fixture.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { commentEvent } from './webhook-payloads.ts';

const name = 'octo/workspaces';
const target = { repository: name, number: 7 };
let github: GithubServer;

beforeAll(async () => {
  const repository = createGitFixture();
  repository.commit({ 'a.txt': 'one\n' });
  repository.git('checkout', '-q', '-b', 'topic');
  repository.commit({ 'a.txt': 'two\n' });
  const token = (permissions: Record<string, 'read' | 'write'>) =>
    ({ kind: 'actions', repository: name, permissions }) as const;
  github = await startGithubServer({
    scenario: {
      tokens: {
        reads: token({ contents: 'read', pull_requests: 'read' }),
        writes: token({ contents: 'read', pull_requests: 'write' }),
      },
      repositories: [
        {
          ...{ name, git: repository.directory, collaborators: { ada: 'write', eve: 'read' } },
          pullRequests: [{ number: 7, title: 'Two', head: 'topic' }],
        },
      ],
    },
  });
  repository.remove();
});
afterAll(() => github.close());

/** One step on the event of a comment, as far as it comes without a review. */
async function step(event: Record<string, unknown>, given: Record<string, string>) {
  const temporary = temporaryDirectory();
  const path = join(temporary, 'event.json');
  writeFileSync(path, JSON.stringify(event));
  const defaults: Record<string, string> = Object.fromEntries(
    actionInputs.map((one) => [one.name, one.default]),
  );
  const inputs = readInputs((input) => given[input] ?? defaults[input] ?? '');
  const environment = readEnvironment(
    {
      ...{ GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'issue_comment', GITHUB_EVENT_PATH: path },
      ...{ GITHUB_REPOSITORY: name, GITHUB_SERVER_URL: github.url, GITHUB_API_URL: `${github.url}/api/v3` },
      ...{ HOME: temporary, RUNNER_TEMP: temporary, GITHUB_WORKSPACE: temporary },
    },
    inputs.secrets,
  );
  const outputs: Record<string, string> = {};
  const nobody = () => {};
  const log = new RunLog({
    toolkit: { error: nobody, notice: nobody, warning: nobody, setSecret: nobody },
    output: { write: nobody },
    ...{ detail: 'normal', token: 'token' },
  });
  const ending = await runAction({
    ...{ inputs, log, environment, signal: new AbortController().signal },
    setOutput: (output, value) => {
      outputs[output] = value;
    },
    clock: { now: () => performance.now(), date: () => new Date() },
  }).catch((cause: unknown) => {
    if (cause instanceof DeepReviewError) return `${cause.exitCode}: ${cause.message.split(':')[0]}`;
    throw cause;
  });
  return [typeof ending === 'string' ? ending : `${ending.exitCode} ${ending.conclusion}`, outputs];
}

/** Our reactions to a comment, and the first lines of our replies. */
const standing = async (id: number) => {
  const reactions = (await github.control.writes())
    .filter(({ path, status }) => path.endsWith(`/${id}/reactions`) && status === 201)
    .map(({ body }) => (body as { content: string }).content);
  const comments = await github.control.comments(target);
  const replies = comments.filter(({ body }) => body.startsWith(answerMarker(id)));
  return [reactions, replies.map(({ body }) => body.split('\n')[1])];
};

test('a comment is answered, and only a review that somebody who may write asks for follows', async () => {
  const rows: [string, string, Record<string, string>, unknown[], unknown[]][] = [
    // What the event calls an author counts for nothing: GitHub says who may write.
    [
      'eve',
      'review',
      { mode: 'answer' },
      ['0 skipped', { 'review-asked': '', skipped: 'comment-author' }],
      [['confused'], []],
    ],
    [
      'eve',
      'review',
      {},
      ['0 skipped', { 'review-asked': '', skipped: 'comment-author' }],
      [['confused'], []],
    ],
    [
      'ada',
      'explain I1·a3f9\n/deep-review review full',
      { mode: 'answer' },
      ['0 success', { 'review-asked': 'full' }],
      [
        ['eyes', 'confused'],
        ['No report of this pull request is at hand here, so that nothing can be said about I1·a3f9.'],
      ],
    ],
    [
      'ada',
      'decline I1·a3f9 by design',
      {},
      ['0 skipped', { 'review-asked': '', skipped: 'answered' }],
      [
        ['eyes', '+1'],
        [
          'I1·a3f9 is declined: later rounds drop it as long as its code stands. Accepting it or deleting the comment takes that back.',
        ],
      ],
    ],
    [
      'ada',
      'help',
      { post: 'none', 'github-token': 'reads' },
      ['0 skipped', { 'review-asked': '', skipped: 'answered' }],
      [[], []],
    ],
    [
      'ada',
      'help',
      { mode: 'answer', 'github-token': 'reads' },
      ['4 error', { 'review-asked': '', skipped: 'answered' }],
      [[], []],
    ],
  ];
  const told: unknown[] = [];
  for (const [author, words, given] of rows) {
    const body = `/deep-review ${words}`;
    const { id } = await github.control.addComment({ ...target, author, body });
    const event = commentEvent({ body, comment: id, login: author });
    told.push([author, words, await step(event, { 'github-token': 'writes', ...given }), await standing(id)]);
  }
  expect(told).toEqual(rows.map(([author, words, , ending, stands]) => [author, words, ending, stands]));

  // Its text of today counts; and where GitHub says nothing, nobody has asked.
  const { id } = await github.control.addComment({ ...target, author: 'ada', body: 'never mind' });
  const event = commentEvent({ body: '/deep-review review', comment: id, login: 'ada' });
  expect(await step(event, { 'github-token': 'writes' })).toEqual([
    '0 skipped',
    { 'review-asked': '', skipped: 'not-asked' },
  ]);
  await github.control.editComment({ ...target, id, author: 'ada', body: '/deep-review review' });
  await github.control.setFaults([{ path: '/permission$', times: 0, what: { kind: 'status', status: 404 } }]);
  expect(await step(event, { 'github-token': 'writes' })).toEqual([
    expect.stringMatching(/^4: nobody can tell whether ada may ask for anything/),
    {},
  ]);
  expect(await standing(id)).toEqual([[], []]);
  expect(await github.control.forbidden()).toEqual([]);
});
