import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Change } from '../../src/domain/change.ts';
import { Report } from '../../src/domain/report.ts';
import type { AnsweredComment } from '../../src/publish/answer-comments.ts';
import { type GithubServer, startGithubServer } from '../servers/github/github-server.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { runCli } from '../support/run-cli.ts';

const minutes = 60_000;
const swallows = `export async function stop(store) {
  try {
    await store.write();
  } catch {}
}
`;

let git: GitFixture;
let github: GithubServer;
let ends: { base: string; head: string; pushed: string };

/** A pull request of 260 commits from a fork that was deleted since. */
beforeAll(async () => {
  git = createGitFixture();
  git.commit({ 'README.md': 'A server.\n', 'stop.ts': 'export {};\n' }, 'Start');
  const fork = git.git('rev-parse', 'HEAD');
  const commits = Array.from({ length: 260 }, (_, at) => {
    const files = at === 259 ? `M 100644 inline stop.ts\ndata ${swallows.length}\n${swallows}\n` : '';
    const who = `Ada Author <ada@example.com> ${Date.UTC(2026, 0, 2) / 1000 + at} +0000`;
    const message = `Step ${at + 1}`;
    return `commit refs/heads/topic\ncommitter ${who}\ndata ${message.length}\n${message}\n${at === 0 ? `from ${fork}\n` : ''}M 100644 inline steps.txt\ndata 2\n${at % 10}\n${files}\n`;
  });
  git.gitWithInput(commits.join(''), 'fast-import', '--quiet');
  const base = git.commit({ 'README.md': 'A server that stops.\n' }, 'Say more');
  const head = git.git('rev-parse', 'topic');
  git.git('checkout', '--quiet', 'topic');
  const pushed = git.commit({ 'stop.ts': swallows, 'more.txt': 'more\n' }, 'Push again');
  git.git('checkout', '--quiet', 'main');
  ends = { base, head, pushed };
  github = await startGithubServer({
    scenario: {
      tokens: { 'token-of-ada': { kind: 'classic', user: 'ada', scopes: ['repo'] } },
      repositories: [
        {
          name: 'acme/shop',
          git: git.directory,
          private: true,
          collaborators: { ada: 'write' },
          pullRequests: [
            {
              number: 7,
              title: 'Stop the server',
              body: 'As asked.',
              author: 'eve',
              head,
              headRepository: null,
            },
          ],
        },
      ],
    },
  });
}, minutes);

afterAll(async () => {
  await github.close();
  git.remove();
});

async function call(words: readonly string[], home: string, env: Record<string, string> = {}) {
  const cwd = join(git.scratch, home, 'empty');
  mkdirSync(cwd, { recursive: true });
  const { url } = github;
  return runCli(words, {
    cwd,
    home: join(git.scratch, home),
    env: { GITHUB_SERVER_URL: url, GITHUB_API_URL: `${url}/api/v3`, GITHUB_TOKEN: 'token-of-ada', ...env },
  });
}

const read = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));
const reviewers = ['--reviewers', 'checks', '--fail-on', 'never', '--json'];
const review = ['review', '7', '--repo', 'acme/shop', ...reviewers];

test(
  'a pull request is reviewed without any clone, its rounds are known, and its stages work elsewhere',
  async () => {
    const first = await call(review, 'one');
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: expect.any(String) });
    const { runDir } = JSON.parse(first.stdout);
    expect(runDir).toMatch(/one\/empty\/reports\/acme\/shop\/\d{8}-\d{6}-pr-7$/);
    const change = Change.parse(read(runDir, 'collect', 'change.json'));
    expect({
      base: change.base,
      head: change.head.sha,
      commits: [change.commits.length, change.commits[0]?.subject, change.commits.at(-1)?.subject],
      files: change.files.length,
      pullRequest: [change.pullRequest?.author, change.pullRequest?.headRepository],
    }).toEqual({
      base: { sha: ends.base, name: 'main' },
      head: ends.head,
      commits: [260, 'Step 1', 'Step 260'],
      files: 2,
      pullRequest: ['eve', null],
    });
    const page = readFileSync(join(runDir, 'render', 'report.md'), 'utf8');
    const { url } = github;
    const rows = page.split('\n').filter((line) => /^\| \*\*(?:Author|PR|Branch)\*\*/.test(line));
    expect(rows).toEqual([
      `| **Author** | [@eve](${url}/eve) |`,
      `| **PR** | [#7](${url}/acme/shop/pull/7) — Stop the server |`,
      '| **Branch** | `feature` (its repository was deleted) into main |',
    ]);
    expect(page.match(/http:\S+stop\.ts#L[0-9L-]+/)?.[0]).toBe(
      `${url}/acme/shop/blob/${ends.head}/stop.ts#L4`,
    );

    // The other machine has the run's folder and nothing else, and asks no API.
    const asked = github.journal.entries.length;
    const copy = join(git.scratch, 'copy');
    cpSync(runDir, copy, { recursive: true });
    const stage = await call(['stage', 'review', '--run', copy, '--reviewers', 'checks'], 'two');
    expect({ code: stage.code, stderr: stage.stderr }).toEqual({ code: 0, stderr: expect.any(String) });
    expect(new Set(github.journal.entries.slice(asked).map(({ kind }) => kind))).toEqual(new Set(['git']));

    // One may decline; one may not take that back, and a program may least of all.
    const printed = Report.parse(read(runDir, 'render', 'report.json')).findings;
    const [declined] = printed;
    const named = `${declined?.label}·${declined?.shortId}`;
    for (const [author, words] of [
      ['ada', `decline ${named} it cannot fail here`],
      ['eve', `accept ${named}`],
      ['github-actions[bot]', `accept ${named}`],
    ] as const)
      await github.control.addComment({
        ...{ repository: 'acme/shop', number: 7, author },
        body: `/deep-review ${words}`,
      });
    await github.control.moveHead({ repository: 'acme/shop', number: 7, head: ends.pushed });
    const second = await call(review, 'one');
    const report = Report.parse(read(JSON.parse(second.stdout).files.json));
    expect({
      round: report.change.round,
      head: report.change.head.sha,
      names: report.findings.map(({ shortId }) => shortId),
    }).toEqual({
      round: 2,
      head: ends.pushed,
      names: printed.slice(1).map(({ shortId }) => shortId),
    });
    // A machine without any run reads it from the comment, too.
    const third = await call(review, 'four');
    const elsewhere = Report.parse(read(JSON.parse(third.stdout).files.json));
    expect(
      [report, elsewhere].map((one) =>
        one.declined.map(({ title, round, reason }) => ({ title, round, reason })),
      ),
    ).toEqual([1, null].map((round) => [{ title: declined?.title, round, reason: 'it cannot fail here' }]));
    expect(github.journal.entries.filter(({ wrote, forbidden }) => wrote || forbidden !== null)).toEqual([]);

    const place = { repository: 'acme/shop', number: 7 };
    const question = await github.control.addReview({
      ...{ ...place, author: 'ada', body: 'Tell me.' },
      comments: [{ path: 'stop.ts', line: 4, body: `/deep-review explain ${named}` }],
    });
    const answer = ['answer', '7', '--repo', 'acme/shop', '--run', runDir, '--json'];
    const told = JSON.parse((await call([...answer, '--post'], 'one')).stdout);
    expect(told.comments.map((one: AnsweredComment) => [one.outcome, one.author])).toEqual([
      ['answered', 'ada'],
      ['refused', 'eve'],
      ['answered', 'ada'],
    ]);
    const [conversation, threads] = [
      await github.control.comments(place),
      (await github.control.reviews(place)).flatMap(({ comments }) => comments),
    ];
    const marked = (body: string) => body.startsWith('<!-- deep-review:answer');
    expect(conversation.filter(({ body }) => marked(body))).toHaveLength(1);
    expect(threads.find(({ body }) => marked(body))?.body).toContain(named);
    expect(threads.some(({ id }) => id === question.comments[0]?.id)).toBe(true);
    const writes = github.journal.entries.filter(({ wrote }) => wrote).length;
    const again = await call([...answer, '--post'], 'one');
    expect(JSON.parse(again.stdout).comments.map((one: AnsweredComment) => one.outcome)).toEqual([
      'before',
      'before',
      'before',
    ]);
    expect(github.journal.entries.filter(({ wrote }) => wrote)).toHaveLength(writes);
    expect(writes).toBe(7);

    // What a comment asks to have done again is named, and not done.
    await github.control.addComment({ ...place, author: 'ada', body: '/deep-review rerun Checks' });
    const { runDir: newest } = JSON.parse(second.stdout);
    const open = await call(['answer', '7', '--repo', 'acme/shop', '--run', newest], 'one');
    expect(open.stdout).toContain(`\nto be run: deep-review rerun ${newest} checks\n`);
    const late = JSON.parse((await call(answer, 'one')).stdout).comments.at(-1);
    expect(late.answers).toEqual([{ kind: 'moved', command: 'rerun', head: ends.head }]);
  },
  3 * minutes,
);

test(
  'what a reviewer would be told, without a clone; and what nobody may see is said to be not visible',
  async () => {
    const shown = await call(['context', 'show', 'acme/shop#7', '--json'], 'three');
    expect({ code: shown.code, text: shown.stdout.includes('Stop the server') }).toEqual({
      code: 0,
      text: true,
    });
    const refused = await call(review, 'three', { GITHUB_TOKEN: '' });
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/acme\/shop/);
  },
  2 * minutes,
);

test(
  'a token that expires while the code is fetched ends the fetch, and leaves a cache that serves the next run',
  async () => {
    const slow = {
      path: '/git-upload-pack$',
      times: 0,
      what: { kind: 'delay', milliseconds: 5_000 },
    } as const;
    const expired = { kind: 'status', status: 401, body: { message: 'Bad credentials' } } as const;
    const path = '/issues/7/comments';
    // It is asked for again two seconds later, by when git is at work on all but the slowest machines.
    await github.control.setFaults([
      { path, what: { kind: 'status', status: 503, headers: { 'retry-after': '2' } } },
      { path, times: 0, what: expired },
      slow,
    ]);
    const home = join(git.scratch, 'four');
    const refused = await call(review, 'four');
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('Bad credentials');
    const cache = join(home, 'cache', 'deep-review');
    const list = (folder: string) =>
      existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
    expect(list(join(cache, 'git-remotes')).filter((name) => name.endsWith('.lock'))).toEqual([]);
    expect(list(join(cache, 'git'))).toEqual([]);
    await github.control.setFaults([]);
    expect((await call(review, 'four')).code).toBe(0);
    expect(await call(review, 'five', { DEEP_REVIEW_MOST_FETCH_MIB: '2 GiB' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('DEEP_REVIEW_MOST_FETCH_MIB is "2 GiB"'),
    });
  },
  2 * minutes,
);
