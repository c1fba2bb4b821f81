import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actionInputs } from '../../src/action/metadata.ts';
import { readInputs } from '../../src/action/read-inputs.ts';
import { runAction } from '../../src/action/run-action.ts';
import { RunLog } from '../../src/action/run-log.ts';
import { readEnvironment } from '../../src/config.ts';
import { summaryMarker, writeHiddenBlock } from '../../src/domain/hidden-block.ts';
import { type GithubServer, startGithubServer } from '../servers/github/github-server.ts';
import { createGitFixture } from '../support/git-fixture.ts';
import { makeZip } from '../support/make-zip.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { listFiles } from './built-action.ts';
import { pullRequestEvent } from './webhook-payloads.ts';

const repository = 'octo/workspaces';
let github: GithubServer;

beforeAll(async () => {
  const git = createGitFixture();
  git.commit({ 'a.txt': 'one\n' });
  git.git('checkout', '-q', '-b', 'topic');
  git.commit({ 'a.txt': 'two\n' });
  const reads = ['actions', 'checks', 'contents', 'issues', 'pull_requests', 'statuses'];
  const permissions = Object.fromEntries(reads.map((kind) => [kind, 'read' as const]));
  github = await startGithubServer({
    scenario: {
      tokens: { reads: { kind: 'actions', repository, permissions } },
      repositories: [
        {
          ...{ name: repository, git: git.directory, private: true },
          pullRequests: [{ number: 7, title: 'Two', head: 'topic' }],
        },
      ],
    },
  });
  git.remove();
});
afterAll(() => github.close());

/** One step on a push, on a machine of its own, with the reviewer that needs no model. */
async function step(given: Record<string, string>) {
  const temporary = temporaryDirectory();
  const path = join(temporary, 'event.json');
  writeFileSync(path, JSON.stringify(pullRequestEvent({})));
  const all: Record<string, string> = {
    ...Object.fromEntries(actionInputs.map((one) => [one.name, one.default])),
    ...{ 'github-token': 'reads', reviewers: 'checks', post: 'none' },
    ...given,
  };
  const inputs = readInputs((input) => all[input] ?? '');
  const environment = readEnvironment(
    {
      ...{ GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path },
      ...{ GITHUB_REPOSITORY: repository, GITHUB_SERVER_URL: github.url, PATH: process.env.PATH },
      ...{ HOME: temporary, RUNNER_TEMP: temporary, GITHUB_WORKSPACE: temporary },
    },
    inputs.secrets,
  );
  const outputs: Record<string, string> = {};
  let printed = '';
  const nobody = () => {};
  const { conclusion } = await runAction({
    ...{ inputs, environment, signal: new AbortController().signal },
    log: new RunLog({
      toolkit: { error: nobody, notice: nobody, warning: nobody, setSecret: nobody },
      output: { write: (text: string) => (printed += text) },
      ...{ detail: 'normal', token: 'token' },
    }),
    setOutput: (output, value) => {
      outputs[output] = value;
    },
    clock: { now: () => performance.now(), date: () => new Date() },
  });
  const run = outputs['run-directory'] ?? '';
  return {
    conclusion,
    run,
    /** Lines of the log about runs from elsewhere. */
    taken: printed.split('\n').filter((line) => line.startsWith('earlier run: ')),
    rounds:
      run === '' ? null : JSON.parse(readFileSync(join(run, 'collect', 'change.json'), 'utf8')).earlierRounds,
    runs: (folder: string) => readdirSync(join(temporary, 'deep-review', ...folder.split('/'))).length,
  };
}

test('a run from elsewhere is a round for a review and for a run that is only begun, and is not continued', async () => {
  const asked = async () =>
    (await github.control.journal()).filter(({ path }) => path.includes('/actions/')).length;
  const first = await step({ 'earlier-run': 'none' });
  expect([first.conclusion, first.taken, first.rounds, await asked()]).toEqual(['success', [], [], 0]);

  // As if a reviewer had failed: a run that was kept would be continued.
  const upload = async (run: string) => {
    const files = listFiles(run).map((name) => {
      const content = readFileSync(join(run, name));
      if (name !== 'run.json') return { name, content };
      return { name, content: JSON.stringify({ ...JSON.parse(content.toString()), status: 'degraded' }) };
    });
    const { id } = await github.control.addWorkflowRun({ repository, event: 'pull_request' });
    await github.control.addArtifact({
      ...{ repository, run: id, name: 'our reviews' },
      content: makeZip(files).toString('base64'),
    });
    return id;
  };
  const id = await upload(first.run);
  expect((await step({})).taken).toEqual([]);
  const name = first.run.split('/').at(-1);
  const line = `earlier run: ${name}, from artifact our reviews of ${github.url}/${repository}/actions/runs/${id}`;
  const round = [expect.objectContaining({ round: 1, declined: [] })];
  const second = await step({ 'earlier-run': 'our reviews' });
  expect([second.conclusion, second.taken, second.rounds, second.runs(repository)]).toEqual([
    ...['success', [line], round, 2],
  ]);
  const begun = await step({ mode: 'stage', stage: 'collect', 'earlier-run': 'our reviews' });
  expect([begun.conclusion, begun.taken, begun.rounds]).toEqual(['success', [line], round]);

  // The older run was looked at again after the newer one had ended: what is answered is about the newer one.
  await upload(second.run);
  await upload(first.run);
  const answered = await step({ mode: 'answer', post: 'summary', 'earlier-run': 'our reviews' });
  expect([answered.conclusion, answered.taken.map((one) => one.split(/[ ,]/)[2])]).toEqual([
    'skipped',
    [name, second.run.split('/').at(-1)],
  ]);

  // A later round, of which no run is at hand, is known by what its comment tells.
  const [head, startedAt] = ['e'.repeat(40), new Date().toISOString()];
  const state = writeHiddenBlock({
    ...{ schemaVersion: 1, head, mergeBase: head, round: 8, findings: [], leftOut: 0 },
    run: { id: 'elsewhere', startedAt },
  });
  const body = `${summaryMarker}\n${state}`;
  await github.control.addComment({ repository, number: 7, author: 'github-actions[bot]', body });
  const next = await step({ 'earlier-run': 'our reviews' });
  expect(next.rounds).toMatchObject([{ round: 1 }, { round: 8, source: 'comment', head }]);
});
