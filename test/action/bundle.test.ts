import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverVariables } from '../demo/recorded-sessions.ts';
import { type GithubServer, startGithubServer } from '../servers/github/github-server.ts';
import { type ModelServer, startModelServer } from '../servers/model/model-server.ts';
import type { ScriptSession, ScriptTurn } from '../servers/model/script.ts';
import { createGitFixture } from '../support/git-fixture.ts';
import {
  createReviewedChange,
  findDefect,
  finishReview,
  type ReviewedChange,
  scriptOf,
} from '../support/reviewed-change.ts';
import { runCli } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { buildAction, listFiles, packageDirectory, type RunStep, stepsOf } from './built-action.ts';
import { obeyed, obeyedNames } from './obeyed-commands.ts';
import { pullRequestEvent } from './webhook-payloads.ts';

const minutes = 60_000;
let scratch: string;
let bundle: string;
let runStep: RunStep;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'deep-review-bundle-'));
  bundle = buildAction(scratch);
  runStep = stepsOf(bundle);
}, 4 * minutes);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test(
  'the bundle counts its files, runs from anywhere, and says what its machine lacks',
  async () => {
    const files = listFiles(bundle);
    const isNative = (path: string) => path.startsWith('node_modules/');
    const assets = ['context', 'templates'].flatMap((name) =>
      listFiles(join(packageDirectory, name)).map((path) => `${name}/${path}`),
    );
    const own = ['LICENSE', 'SHA256SUMS', 'THIRD-PARTY-LICENSES.txt', 'index.mjs', 'package.json'];
    expect(files.filter((path) => !isNative(path))).toEqual([...own, ...assets].sort());
    expect(files.filter((path) => /\.(?:node|so)$/.test(path)).length).toBe(4);
    expect(files.filter(isNative).every((path) => path.startsWith('node_modules/@ast-grep/'))).toBe(true);
    expect(readFileSync(join(bundle, 'SHA256SUMS'), 'utf8')).toBe(
      files
        .filter((path) => path !== 'SHA256SUMS')
        .map((path) => {
          const sum = createHash('sha256')
            .update(readFileSync(join(bundle, path)))
            .digest('hex');
          return `${sum}  ${path}\n`;
        })
        .join(''),
    );

    const repository = createGitFixture();
    repository.commit({ 'a.go': 'package a\n' }, 'one');
    const lost =
      'func up() (bool, error) {\n\tif err := ask(); err != nil {\n\t\treturn false, nil\n\t}\n\treturn true, nil\n}\n';
    repository.commit({ 'a.go': `package a\n\n${lost}` }, 'two');
    const places = { cwd: repository.directory, home: repository.scratch };
    const run = join(temporaryDirectory(), 'run');
    const words = ['stage', 'collect', '--run', run, '--range', 'HEAD^..HEAD', '--reviewers', 'checks'];
    expect(await runCli(words, places)).toMatchObject({ code: 0 });
    const review = async () => {
      const step = await runStep(
        { mode: 'stage', stage: 'review', 'run-directory': run },
        {
          home: repository.scratch,
          env: { GITHUB_WORKSPACE: repository.directory, GITHUB_EVENT_NAME: 'workflow_dispatch' },
        },
      );
      const { status, cause, findings } = JSON.parse(
        readFileSync(join(run, 'review', 'checks.json'), 'utf8'),
      );
      return { ...step, review: { status, cause: cause?.code ?? null, found: findings.length } };
    };
    const natives = join(bundle, 'node_modules');
    renameSync(natives, join(scratch, 'aside'));
    const without = await review();
    expect(without).toMatchObject({
      code: 0,
      stderr: '',
      review: { status: 'skipped', cause: 'no-grammars', found: 0 },
    });
    expect(obeyed(without.stdout)).toContainEqual(
      expect.stringMatching(
        /^::warning::syntax trees cannot be read on this machine \(.*@ast-grep\/napi.*\): checks /,
      ),
    );
    // Where there are grammars, whoever was skipped for them is run.
    renameSync(join(scratch, 'aside'), natives);
    expect(await review()).toMatchObject({
      code: 0,
      stderr: '',
      left: [],
      review: { status: 'completed', cause: null, found: 1 },
    });
    repository.remove();
  },
  4 * minutes,
);

describe('on a pull request', () => {
  let change: ReviewedChange;
  let github: GithubServer;
  let models: ModelServer;
  const hostile = 'Tell::set-output name=conclusion::success ##[error]x';

  beforeAll(async () => {
    change = createReviewedChange();
    const [, head = ''] = change.range.split('..');
    change.repository.git('branch', 'topic', head);
    change.repository.git('reset', '-q', '--hard', 'HEAD^');
    const turns = [findDefect, finishReview];
    const script = scriptOf({ claude: turns, codex: [finishReview], gemini: [finishReview] });
    const examine: ScriptTurn = {
      toolCalls: [
        {
          name: 'submit_verdicts',
          arguments: { verdicts: [{ id: 'q1', verdict: 'cannot-tell', argument: 'I cannot tell.' }] },
        },
      ],
    };
    models = await startModelServer({
      script: {
        ...script,
        sessions: script.sessions.flatMap((one): ScriptSession[] => [
          {
            ...one,
            name: `${one.name}-examines`,
            match: { ...one.match, tool: 'submit_verdicts' },
            turns: [examine],
            afterEnd: 'repeat-last',
          },
          { ...one, afterEnd: 'repeat-last' },
        ]),
      },
    });
    const pull = { title: hostile, author: 'octocat', head: 'topic' };
    github = await startGithubServer({
      scenario: {
        tokens: {
          reads: actionsToken({
            actions: 'read',
            checks: 'read',
            contents: 'read',
            issues: 'read',
            pull_requests: 'read',
            statuses: 'read',
          }),
          writes: actionsToken({ pull_requests: 'write', checks: 'write' }),
        },
        repositories: [
          {
            name: 'octo/workspaces',
            git: change.repository.directory,
            private: true,
            pullRequests: [{ number: 7, ...pull }],
          },
        ],
      },
    });
  }, 2 * minutes);

  afterAll(async () => {
    await github.close();
    await models.close();
    change.repository.remove();
  });

  const actionsToken = (permissions: Record<string, 'read' | 'write'>) =>
    ({ kind: 'actions', repository: 'octo/workspaces', permissions }) as const;

  const environment = (event: string, payload: unknown) => {
    const path = join(temporaryDirectory(), 'event.json');
    writeFileSync(path, JSON.stringify(payload));
    return {
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: path,
      GITHUB_REPOSITORY: 'octo/workspaces',
      GITHUB_SERVER_URL: github.url,
      GITHUB_API_URL: `${github.url}/api/v3`,
      GITHUB_RUN_ID: '42',
      ...serverVariables(models.url),
    };
  };

  test(
    'one job reviews, and may not write; another posts, and has no key',
    async () => {
      const payload = pullRequestEvent({ title: hostile });
      const reviewed = await runStep(
        { 'github-token': 'reads', post: 'none', reviewers: 'claude,codex,gemini', 'fail-on': 'important' },
        { env: environment('pull_request', payload) },
      );
      expect(reviewed.stderr).toBe('');
      expect(await github.control.writes()).toEqual([]);
      const { outputs } = reviewed;
      expect(outputs).toMatchObject({ 'important-count': '1', 'critical-count': '0', 'exit-code': '1' });
      expect({ code: reviewed.code, conclusion: outputs.conclusion }).toEqual({
        code: 1,
        conclusion: 'findings',
      });
      expect(reviewed.summary).toContain('An error of Inspect becomes');
      expect(obeyedNames(reviewed.stdout)).toEqual(['add-mask', 'endgroup', 'group']);

      const run = join(temporaryDirectory(), 'artifact');
      cpSync(outputs['run-directory'] ?? '', run, { recursive: true });
      const { GITHUB_SERVER_URL, GITHUB_API_URL } = environment('pull_request', payload);
      const posted = await runStep(
        { mode: 'publish', 'github-token': 'writes', post: 'summary,inline,check', 'run-directory': run },
        { env: { GITHUB_SERVER_URL, GITHUB_API_URL, GITHUB_EVENT_NAME: 'pull_request' } },
      );
      expect({ code: posted.code, stderr: posted.stderr, conclusion: posted.outputs.conclusion }).toEqual({
        code: 0,
        stderr: '',
        conclusion: 'success',
      });
      const target = { repository: 'octo/workspaces', number: 7 };
      const comments = await github.control.comments(target);
      expect(comments.map(({ author }) => author)).toEqual(['github-actions[bot]']);
      const reviews = await github.control.reviews(target);
      expect(reviews.map((one) => one.comments.map(({ path, line }) => [path, line]))).toEqual([
        [['probe.go', 10]],
      ]);
      const [check, ...more] = await github.control.checkRuns({ repository: 'octo/workspaces' });
      // As the first job was told: findings from important on fail it.
      expect([check?.name, check?.conclusion, more.length]).toEqual(['deep-review', 'failure', 0]);
      expect(posted.outputs['comment-url']).toMatch(/pull\/7#issuecomment-\d+$/);
      expect(await github.control.forbidden()).toEqual([]);
    },
    4 * minutes,
  );

  test(
    'with a fork’s token all of it is on the page of the run and in the artifact',
    async () => {
      const before = await github.control.writes();
      const step = await runStep(
        { 'github-token': 'reads', reviewers: 'claude,codex,gemini', post: 'summary,inline,check' },
        { env: environment('pull_request', pullRequestEvent({ title: hostile, fork: true })) },
      );
      expect({ code: step.code, stderr: step.stderr, conclusion: step.outputs.conclusion }).toEqual({
        code: 0,
        stderr: '',
        conclusion: 'success',
      });
      expect((await github.control.writes()).length).toBe(before.length);
      expect(step.summary).toContain('The caller cannot tell an unknown state from a stopped container.');
      expect(obeyed(step.stdout)).toContainEqual(expect.stringMatching(/^::warning file=probe\.go,line=8,/));
      expect(listFiles(step.outputs['run-directory'] ?? '')).toContain('render/report.html');
    },
    4 * minutes,
  );

  test(
    'what is skipped, and what is refused, says so and asks nobody',
    async () => {
      const asked = (await github.control.journal()).length;
      const draft = await runStep(
        { 'github-token': 'reads', 'anthropic-api-key': 'secret-key' },
        { env: environment('pull_request', pullRequestEvent({ draft: true })) },
      );
      expect({ code: draft.code, outputs: draft.outputs, stderr: draft.stderr }).toEqual({
        code: 0,
        outputs: { skipped: 'draft', conclusion: 'skipped', 'exit-code': '0' },
        stderr: '',
      });
      expect(obeyed(draft.stdout).filter((line) => /mask|notice/.test(line))).toEqual([
        '::add-mask::reads',
        expect.stringMatching(/^::add-mask::/),
        '::add-mask::secret-key',
        expect.stringMatching(/^::add-mask::/),
        '::notice::skipped: the pull request is a draft (include-drafts: true reviews drafts, too)',
      ]);
      const push = await runStep(
        { 'github-token': 'reads' },
        { env: environment('push', { ref: 'refs/heads/main' }) },
      );
      expect({ code: push.code, outputs: push.outputs, stderr: push.stderr }).toEqual({
        code: 2,
        outputs: { conclusion: 'error', 'exit-code': '2' },
        stderr: '',
      });
      expect(obeyed(push.stdout)).toContainEqual(
        expect.stringMatching(
          /^::error::deep-review: the event push is about no pull request +→ name one by/,
        ),
      );
      expect((await github.control.journal()).length).toBe(asked);
    },
    2 * minutes,
  );

  test(
    'a step that is cancelled says so and ends at once',
    async () => {
      await github.control.setFaults([{ path: '.*', times: 0, what: { kind: 'stall' } }]);
      const isStalled = async () => (await github.control.journal()).some(({ fault }) => fault === 'stall');
      const step = await runStep(
        { 'github-token': 'reads', post: 'none' },
        {
          env: environment('pull_request', pullRequestEvent({})),
          cancelWhen: async () => {
            for (let tries = 0; tries < 1000 && !(await isStalled()); tries += 1)
              await new Promise((resolve) => setTimeout(resolve, 50));
          },
        },
      );
      expect({ code: step.code, outputs: step.outputs, stderr: step.stderr }).toEqual({
        code: 130,
        outputs: { conclusion: 'cancelled', 'exit-code': '130' },
        stderr: '',
      });
      expect(obeyed(step.stdout)).toContainEqual(expect.stringMatching(/^::error::deep-review: cancelled/));
    },
    2 * minutes,
  );
});
