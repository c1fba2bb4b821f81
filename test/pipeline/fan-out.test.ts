import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { PublishReceipt } from '../../src/domain/publication.ts';
import { Report } from '../../src/domain/report.ts';
import { serverVariables } from '../demo/recorded-sessions.ts';
import { type GithubServer, startGithubServer } from '../servers/github/github-server.ts';
import type { ScenarioToken } from '../servers/github/scenario.ts';
import { type ModelServer, startModelServer } from '../servers/model/model-server.ts';
import type { ModelScript } from '../servers/model/script.ts';
import {
  type ChallengedChange,
  challengedScript,
  counterQuote,
  createChallengedChange,
  hidePath,
  submit,
  wipePath,
} from '../support/challenged-change.ts';
import { Machine } from '../support/machine.ts';
import { runCli } from '../support/run-cli.ts';
import { timelessReport } from '../support/timeless-report.ts';

const minutes = 60_000;
const reviewers = ['claude', 'codex', 'gemini'] as const;
const keys = { claude: 'ANTHROPIC_API_KEY', codex: 'OPENAI_API_KEY', gemini: 'GEMINI_API_KEY' } as const;
const closing = ['reconcile', 'verify', 'render'];

let folder: string;
let server: ModelServer;
let github: GithubServer;
let change: ChallengedChange;
/** `--fail-on` is said at the start alone. */
const target = ['7', '--repo', 'acme/shop', '--reviewers', reviewers.join(','), '--fail-on', 'never'];
/** Folders that jobs left, as they would be uploaded. */
let collected: string;
const reviewed = new Map<string, string>();
/** As the job "report" uploads it. */
let reported: Machine;

const tokens = {
  ghs_readonly: {
    kind: 'actions',
    repository: 'acme/shop',
    permissions: { contents: 'read', pull_requests: 'read', issues: 'read', checks: 'read' },
  },
  ghs_publisher: {
    kind: 'actions',
    repository: 'acme/shop',
    permissions: { pull_requests: 'write', checks: 'write' },
  },
} satisfies Record<string, ScenarioToken>;

const onGithub = (token: keyof typeof tokens) => ({
  GITHUB_SERVER_URL: github.url,
  GITHUB_API_URL: github.url,
  GITHUB_TOKEN: token,
});
const machine = (keys: Record<string, string> = serverVariables(server.url)) =>
  new Machine({
    inside: folder,
    clone: change.repository.directory,
    env: { ...keys, ...onGithub('ghs_readonly') },
  });

/** A reviewer's machine has the key of that reviewer and no other. */
function withOwnKey(reviewer: (typeof reviewers)[number]): Record<string, string> {
  const others = new Set<string>(reviewers.filter((one) => one !== reviewer).map((one) => keys[one]));
  return Object.fromEntries(
    Object.entries(serverVariables(server.url)).filter(([name]) => !others.has(name)),
  );
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deep-review-fan-out-'));
  change = createChallengedChange();
  const [base = '', head = ''] = change.range.split('..');
  change.repository.git('branch', 'feature', head);
  change.repository.git('reset', '--quiet', '--hard', base);
  const pullRequests = [{ number: 7, title: 'Drop what is old', head: 'feature', author: 'ada' }];
  github = await startGithubServer({
    scenario: {
      tokens,
      repositories: [{ name: 'acme/shop', git: change.repository.directory, pullRequests }],
    },
  });
  server = await startModelServer({ script: script() });
  const first = machine({});
  expect(await first.stage(['collect', ...target])).toMatchObject({ code: 0 });
  collected = first.run;
  const ends = await Promise.all(
    reviewers.map(async (reviewer) => {
      const own = machine(withOwnKey(reviewer)).receive(collected);
      reviewed.set(reviewer, own.run);
      return own.stage(['review', '--reviewer', reviewer]);
    }),
  );
  expect(ends.filter(({ code }) => code !== 0)).toEqual([]);
  reported = machine().receive(collected, ...reviewed.values());
  for (const name of closing) expect(await reported.stage([name])).toMatchObject({ code: 0 });
}, 4 * minutes);

afterAll(async () => {
  await Promise.all([server.close(), github.close()]);
  change.repository.remove();
  rmSync(folder, { recursive: true, force: true });
});

const cannotTell = Array.from({ length: 5 }, () => ({ verdict: 'cannot-tell' as const }));

/** Examiners differ about one claim; one of them writes the prose. */
function script(): ModelScript {
  const reviewed = challengedScript({
    claude: [
      submit([
        { verdict: 'refute', quotes: [counterQuote] },
        { verdict: 'confirm', quotes: [wipePath] },
      ]),
    ],
    codex: [submit(cannotTell.slice(0, 3))],
    gemini: [submit([...cannotTell.slice(0, 4), { verdict: 'confirm', quotes: [hidePath] }])],
  });
  const prose = {
    executiveSummary: 'The change deletes more than it says.',
    recommendation: 'What it deletes cannot be brought back.',
    retro: ['A', 'B', 'C'].map((reviewer) => ({ reviewer, text: `[${reviewer}] read the change.` })),
    closing: 'They read the same change.',
  };
  const writer = {
    name: 'writer',
    match: { tool: 'submit_consolidation' },
    turns: [{ toolCalls: [{ name: 'submit_consolidation', arguments: prose }] }],
  };
  return { ...reviewed, sessions: [writer, ...reviewed.sessions] };
}

function reportOf(run: string): Report {
  return Report.parse(JSON.parse(readFileSync(join(run, 'render', 'report.json'), 'utf8')));
}

/** All files of a folder, with their content. */
function filesOf(run: string): Map<string, string> {
  const files = readdirSync(run, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [relative(run, path), readFileSync(path, 'latin1')]),
  );
}

test('each job writes files that no other job writes', () => {
  const before = filesOf(collected);
  const written = [...reviewed].map(([reviewer, run]) => {
    const after = filesOf(run);
    expect([...before].filter(([name, content]) => after.get(name) !== content)).toEqual([]);
    return { reviewer, files: [...after.keys()].filter((name) => !before.has(name)).sort() };
  });
  expect(written).toEqual(
    reviewers.map((reviewer) => ({
      reviewer,
      files: [
        `jobs/review-${reviewer}.events.jsonl`,
        `jobs/review-${reviewer}.json`,
        `review/${reviewer}.json`,
        `review/${reviewer}.transcript.jsonl`,
      ],
    })),
  );
});

test('many machines come to the byte-same report as one process, in whatever order folders are copied', {
  timeout: 4 * minutes,
}, async () => {
  // Of a vendor that has seen nothing of this yet, as in the fan-out.
  const vendor = await startModelServer({ script: script() });
  onTestFinished(() => vendor.close());
  const whole = await runCli(['--json', '--no-config', ...target, '--out', join(folder, 'out')], {
    cwd: change.repository.directory,
    home: folder,
    env: { ...serverVariables(vendor.url), ...onGithub('ghs_readonly') },
  });
  const expected = reportOf(JSON.parse(whole.stdout).runDir);
  expect([whole.code, expected.run.status, expected.run.quorum.completed]).toEqual([0, 'complete', 3]);

  expect(timelessReport(reportOf(reported.run))).toBe(timelessReport(expected));
  expect(reportOf(reported.run).run.id).toMatch(/^\d{8}-\d{6}-pr-7$/);

  // Each stage on a machine of its own; what collect left is copied last, over what came after it.
  let folders = [...reviewed.values()].reverse();
  for (const name of closing) {
    const other = machine().receive(...folders, collected);
    expect(await other.call([name])).toMatchObject({ code: 0 });
    folders = [other.run, ...folders];
  }
  expect(timelessReport(reportOf(folders[0] ?? ''))).toBe(timelessReport(expected));

  // Again changes nothing, asks nobody, and pays nothing.
  const asked = server.journal.entries.length;
  const report = reportOf(reported.run);
  for (const name of ['review', ...closing]) await reported.call([name]);
  expect(server.journal.entries.slice(asked)).toEqual([]);
  expect(timelessReport(reportOf(reported.run))).toBe(timelessReport(report));
});

test('of a reviewer whose job is killed the report says that it is missing, and its job alone is done again', {
  timeout: 4 * minutes,
}, async () => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const lost = machine({ ...withOwnKey('gemini'), GOOGLE_GEMINI_BASE_URL: url }).receive(collected);
  const child = lost.start(['review', '--reviewer', 'gemini']);
  silent.once('request', () => child.kill('SIGKILL'));
  await once(child, 'close');
  silent.closeAllConnections();
  silent.close();
  // As the lock of another machine, which nobody here can ask.
  const lock = join(lost.run, 'jobs', 'review-gemini.lock');
  writeFileSync(lock, JSON.stringify({ ...JSON.parse(readFileSync(lock, 'utf8')), host: 'elsewhere' }));
  expect(existsSync(join(lost.run, 'review', 'gemini.json'))).toBe(false);

  const others = [...reviewed].flatMap(([reviewer, run]) => (reviewer === 'gemini' ? [] : [run]));
  const report = machine().receive(lost.run, ...others, collected);
  const ends = [];
  for (const name of closing) ends.push(await report.call([name]));
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(ends[0]?.stderr).toContain('gemini: no result of it arrived: its job was stopped');
  const degraded = reportOf(report.run);
  expect(degraded.title).toContain('2 of 3 reviewers');
  expect(degraded.run).toMatchObject({ status: 'degraded', quorum: { asked: 3, required: 2, completed: 2 } });
  expect(degraded.reviewers.find(({ reviewer }) => reviewer.id === 'gemini')).toMatchObject({
    status: 'failed',
    cause: { code: 'no-result', retryable: true },
  });

  // Its result comes after all: what was made without it is not taken for whole.
  report.receive(reviewed.get('gemini') ?? '');
  expect(await report.call(['render'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/"reconcile" worked on has changed since\n.*stage "reconcile" again/),
  });
  for (const name of closing) expect(await report.call([name])).toMatchObject({ code: 0 });
  expect(reportOf(report.run).run.status).toBe('complete');
});

test('the job that publishes has the artifact and a token alone; killed and run again, it posts nothing twice', {
  timeout: 4 * minutes,
}, async () => {
  const publish = ['publish', '--post', 'summary,inline,check'];
  // No clone, no key, no model to reach, and no right to read code but the public's.
  const publisher = () =>
    new Machine({ inside: folder, clone: null, env: onGithub('ghs_publisher') }).receive(reported.run);
  const asked = server.journal.entries.length;
  const written = () => github.journal.writes().map(({ operation, token }) => `${operation} by ${token}`);
  expect(written()).toEqual([]);

  // The comments are there, and the job never hears of it.
  await github.control.setFaults([
    { method: 'POST', path: '/pulls/7/reviews$', what: { kind: 'stall', after: true } },
  ]);
  const first = publisher();
  const child = first.start(publish);
  onTestFinished(() => void child.kill('SIGKILL'));
  // The journal tells of a request only once it is over.
  await expect
    .poll(() => github.journal.writes().map(({ operation }) => operation), { timeout: minutes })
    .toEqual(['checks/create', 'pulls/create-review']);
  child.kill('SIGKILL');
  await once(child, 'close');

  const second = publisher();
  expect(await second.stage(publish)).toMatchObject({ code: 0 });
  const parts = ['checks/create', 'pulls/create-review', 'issues/create-comment'];
  expect(written()).toEqual(parts.map((part) => `${part} by ghs_publisher`));
  expect(receiptOf(second.run)).toEqual([
    ['check', 'unchanged', null],
    ['inline', 'unchanged', null],
    ['summary', 'created', null],
  ]);
  // Run again as a whole, with what the second try left or without.
  for (const again of [second, publisher()]) {
    expect(await again.call(publish)).toMatchObject({ code: 0 });
    expect(receiptOf(again.run).map(([part, outcome]) => [part, outcome])).toEqual([
      ['check', 'unchanged'],
      ['inline', 'unchanged'],
      ['summary', 'unchanged'],
    ]);
  }
  expect(written()).toHaveLength(parts.length);
  expect(server.journal.entries.length).toBe(asked);
  expect(github.journal.forbidden()).toEqual([]);
});

/** Part, outcome and cause of each entry. */
function receiptOf(run: string): (string | null)[][] {
  const receipt = PublishReceipt.parse(
    JSON.parse(readFileSync(join(run, 'publish', 'receipt.json'), 'utf8')),
  );
  return receipt.parts.map(({ part, outcome, cause }) => [part, outcome, cause?.code ?? null]);
}
