import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { DeepReviewError } from '../../../src/errors.ts';
import type { LocalRepository } from '../../../src/git/local-repository.ts';
import { readHistory } from '../../../src/git/read-history.ts';
import {
  type OpenRemoteInput,
  openRemoteRepository,
} from '../../../src/git/remote/open-remote-repository.ts';
import { parseRemote } from '../../../src/git/remote/remote-address.ts';
import { tryLock } from '../../../src/run/run-lock.ts';
import { waitForLock } from '../../../src/run/wait-for-lock.ts';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { type GitServer, startGitServer } from './git-server.ts';

const limits = { idleMs: 60_000, totalMs: 120_000, mostBytes: 2 ** 30, pausesMs: [] };
const token = 'secret-of-the-test';
const opened: LocalRepository[] = [];
const fixtures: GitFixture[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  for (const one of fixtures.splice(0)) one.remove();
});

/** `main` of some commits, and a topic branch from an early one of them. */
function makeHistory(): GitFixture & { base: string; head: string; fork: string } {
  const git = createGitFixture();
  fixtures.push(git);
  git.commit({ 'a.txt': 'one\ntwo\nthree\n' }, 'Start');
  const fork = git.commit({ 'b.txt': 'b\n' }, 'Fork here');
  git.git('checkout', '--quiet', '-b', 'topic');
  git.commit({ 'a.txt': 'one\n2\nthree\n' }, 'Change a line');
  const head = git.commit({ 'c.txt': 'c\n' }, 'Add a file');
  git.git('checkout', '--quiet', 'main');
  let base = '';
  for (let at = 0; at < 6; at += 1) base = git.commit({ 'd.txt': `${at}\n` }, `Main ${at}`);
  git.git('update-ref', 'refs/pull/7/head', head);
  return { ...git, base, head, fork };
}

type History = ReturnType<typeof makeHistory>;

function openerOf(
  history: Pick<History, 'scratch' | 'base' | 'head'>,
  server: GitServer,
  changes: Partial<OpenRemoteInput> = {},
) {
  const notices: string[] = [];
  const fetches = { count: 0 };
  const place = join(history.scratch, 'remotes', server.url.slice(7).replace(':', '_'), 'o', 'n.git');
  const open = async (more: Partial<OpenRemoteInput> = {}) => {
    const repository = await openRemoteRepository({
      root: join(history.scratch, 'remotes'),
      cacheDirectory: join(history.scratch, 'cache'),
      remote: parseRemote({ server: server.url, owner: 'O', name: 'n' }),
      token,
      number: 7,
      ends: { base: history.base, head: history.head },
      baseBranch: 'main',
      depths: [1_000],
      limits,
      mostBytes: 2 ** 30,
      locks: {
        wait: (path) =>
          waitForLock(path, {
            patienceMs: 60_000,
            signal: new AbortController().signal,
            onWait: () => undefined,
          }),
        attempt: async (path) => {
          const lock = await tryLock(path);
          return 'release' in lock ? lock : null;
        },
      },
      onNotice: (level, message) => {
        if (message === `fetching the code of #7 from ${server.url}/O/n`) fetches.count += 1;
        else notices.push(`${level}: ${message}`);
      },
      ...changes,
      ...more,
    });
    opened.push(repository);
    return repository;
  };
  return { open, notices, fetches, place };
}

const problemOf = (opening: Promise<unknown>) =>
  opening.then(
    () => 'opened',
    (cause: unknown) => {
      if (!(cause instanceof DeepReviewError)) throw cause;
      return { code: cause.code, exitCode: cause.exitCode, message: cause.message, hint: cause.hint };
    },
  );

const allTexts = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

describe('what is fetched', () => {
  test('both ends by id, also when no branch has them any more; once; the token goes nowhere else', async () => {
    const history = makeHistory();
    history.git('branch', '--quiet', '-D', 'topic');
    history.git('update-ref', '-d', 'refs/pull/7/head');
    const server = await startGitServer(history.directory);
    const { open, notices, place } = openerOf(history, server);
    const repository = await open();
    expect(await repository.mergeBase(history.base, history.head)).toEqual({
      outcome: 'found',
      sha: history.fork,
    });
    const commits = await repository.listCommits(history.base, history.head);
    const log = await readHistory(repository, { commit: history.head, path: 'a.txt', limit: 9 });
    const blame = await repository.blame(history.head, 'a.txt', { start: 1, end: 3 });
    expect({
      commits: commits.map(({ subject }) => subject),
      log: log.map(({ subject }) => subject),
      blame: blame.map(({ subject }) => subject),
      diff: (await repository.diff(history.fork, history.head)).toString().match(/^diff --git .*$/gm),
      sent: [...new Set(server.requests.map(({ authorization }) => authorization))],
    }).toEqual({
      commits: ['Change a line', 'Add a file'],
      log: ['Change a line', 'Start'],
      blame: ['Start', 'Change a line', 'Start'],
      diff: ['diff --git a/a.txt b/a.txt', 'diff --git a/c.txt b/c.txt'],
      sent: [`Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`],
    });
    const asked = server.requests.length;
    await open();
    expect({ asked: server.requests.length - asked, notices, place: existsSync(place) }).toEqual({
      asked: 0,
      notices: [],
      place: true,
    });
    const kept = allTexts(history.scratch);
    for (const secret of [token, Buffer.from(`x-access-token:${token}`).toString('base64')])
      expect(kept).not.toContain(secret);
  });

  test('the commits that the forge named, whatever was pushed since; where the old head is gone, that is said', async () => {
    const history = makeHistory();
    const server = await startGitServer(history.directory);
    history.git('update-ref', 'refs/pull/7/head', history.fork);
    history.git('branch', '--quiet', '--force', 'topic', history.fork);
    const { open } = openerOf(history, server);
    expect(await (await open()).resolveCommit(history.head)).toBe(history.head);
    server.branchesOnly = true;
    const again = openerOf(history, server, { root: join(history.scratch, 'others') });
    expect(await problemOf(again.open())).toEqual({
      code: 'repository',
      exitCode: 2,
      message: `${server.url}/O/n no longer has ${history.head}, the head of #7 when it was asked about`,
      hint: 'it was replaced in the meantime (a force push); review it again as it is now',
    });
    history.git('update-ref', 'refs/pull/7/head', history.head);
    expect(await (await again.open()).mergeBase(history.base, history.head)).toEqual({
      outcome: 'found',
      sha: history.fork,
    });
  });

  test('history is deepened until it proves the common ancestor, and no further than told', async () => {
    const history = makeHistory();
    const server = await startGitServer(history.directory);
    const { open, notices } = openerOf(history, server, { depths: [2, 4, 8] });
    const repository = await open();
    expect(await repository.mergeBase(history.base, history.head)).toEqual({
      outcome: 'found',
      sha: history.fork,
    });
    expect((await repository.listCommits(history.base, history.head)).length).toBe(2);
    expect(notices).toEqual([
      'info: the history is not long enough; fetching up to 4 commits of it',
      'info: the history is not long enough; fetching up to 8 commits of it',
    ]);
    const shallow = openerOf(history, server, { root: join(history.scratch, 'others'), depths: [2, 3, 4] });
    expect(await problemOf(shallow.open())).toMatchObject({
      code: 'repository',
      exitCode: 2,
      message: `the newest 4 commits of history do not tell where ${history.base} and ${history.head} parted`,
    });
    expect(
      await (await shallow.open({ depths: [2, 3, 4, 50] })).mergeBase(history.base, history.head),
    ).toEqual({
      outcome: 'found',
      sha: history.fork,
    });
  });

  test('an older ancestor that a short way leads to is not taken for the nearest one', async () => {
    const history = makeHistory();
    const root = history.git('rev-list', '--max-parents=0', 'main');
    history.git('checkout', '--quiet', '-b', 'long', history.base);
    for (let at = 0; at < 5; at += 1) history.commit({ 'e.txt': `${at}\n` }, `Long ${at}`);
    history.git('checkout', '--quiet', '-b', 'old', root);
    history.commit({ 'f.txt': 'f\n' }, 'From the start');
    history.git('checkout', '--quiet', 'long');
    history.git('merge', '--quiet', '--no-edit', 'old');
    const head = history.git('rev-parse', 'HEAD');
    const server = await startGitServer(history.directory);
    // The base is so young that its own history reaches the first commit at once.
    const base = history.git('rev-parse', 'main~5');
    const { open } = openerOf(history, server, { ends: { base, head }, depths: [4, 20] });
    expect(await (await open()).mergeBase(base, head)).toEqual({ outcome: 'found', sha: base });
  });
});

test('what a server refuses is told apart; what passes is tried again; no word of it and no redirect leads anywhere', async () => {
  const nowhere = temporaryDirectory();
  const server = await startGitServer(nowhere);
  const elsewhere = await startGitServer(nowhere);
  const rows = [
    [401, null, 'not-found', 2, 'does not exist, or is not visible without a token'],
    [404, null, 'not-found', 2, 'does not exist, or is not visible without a token'],
    [404, token, 'not-found', 2, 'does not exist, or the token may not see it'],
    [401, token, 'unauthorized', 2, 'does not take the token: it is wrong or no longer valid'],
    [403, token, 'forbidden', 2, 'refuses to hand out its code (403)'],
    [301, token, 'protocol', 4, 'points elsewhere (301), which is not followed'],
    [503, token, 'unreachable', 4, 'could not be fetched from: the server answered 503'],
    // A page where git expects its own words, as a proxy gives it.
    [200, token, 'protocol', 4, 'does not answer as a git server'],
  ] as const;
  const id = (digit: string) => digit.repeat(40);
  const { open, notices } = openerOf({ scratch: nowhere, base: id('a'), head: id('b') }, server, {
    limits: { ...limits, pausesMs: [0, 0] },
  });
  for (const [status, given, reason, exitCode, words] of rows) {
    server.fault = () => ({
      status,
      location: `${elsewhere.url}/o/n.git/info/refs`,
      body: `<h1>${token}</h1>`,
    });
    notices.length = 0;
    const error = await open({ token: given }).catch((cause: unknown) => cause);
    const message = error instanceof DeepReviewError ? error.message : '';
    expect({ error, message, retries: notices.length }).toEqual({
      error: expect.objectContaining({ code: 'forge', reason, exitCode }),
      message: expect.stringContaining(`${server.url}/O/n ${words}`),
      retries: status === 503 || status === 200 ? 2 : 0,
    });
    expect(JSON.stringify([error, message, notices])).not.toContain(token);
  }
  expect(elsewhere.requests).toEqual([]);
});

describe('what goes wrong on the way', () => {
  test('a server that stalls is given up on, a user who stops is obeyed, and the next fetch works', async () => {
    const history = makeHistory();
    const server = await startGitServer(history.directory);
    server.fault = ({ method }) => (method === 'POST' ? 'stall' : null);
    const { open } = openerOf(history, server);
    const stopping = new AbortController();
    const stopped = open({ signal: stopping.signal }).catch((cause: unknown) => cause);
    await expect
      .poll(() => server.requests.some(({ method }) => method === 'POST'), { timeout: 20_000 })
      .toBe(true);
    stopping.abort(new Error('stopped by the user'));
    expect(await stopped).toEqual(new Error('stopped by the user'));
    expect(await problemOf(open({ limits: { ...limits, idleMs: 2_000 } }))).toMatchObject({
      code: 'forge',
      exitCode: 4,
      message: `fetching from ${server.url}/O/n made no progress for 2 seconds`,
    });
    server.fault = () => null;
    expect(await (await open()).resolveCommit(history.head)).toBe(history.head);
  });

  test('what is larger than the limit is refused, leaves nothing behind, and comes with a higher one', async () => {
    const history = makeHistory();
    const head = history.commit({ 'large.bin': randomBytes(3 * 2 ** 20) });
    const server = await startGitServer(history.directory);
    const { open, place } = openerOf({ ...history, head }, server);
    expect(await problemOf(open({ limits: { ...limits, mostBytes: 2 ** 20, pausesMs: [1] } }))).toEqual({
      ...{ code: 'forge', exitCode: 4 },
      message: `${server.url}/O/n has more to fetch than 1 MiB`,
      hint: 'review a range in a clone of yours, or set DEEP_REVIEW_MOST_FETCH_MIB to more',
    });
    expect(readdirSync(join(place, 'objects', 'pack'))).toEqual([]);
    // It would not help to try again.
    expect(server.requests.filter(({ path }) => path.includes('info/refs'))).toHaveLength(1);
    expect(await (await open()).resolveCommit(head)).toBe(head);
  });

  test('two runs at the same time fetch once; what killed processes left is cleared away; a damaged one is made anew', async () => {
    const history = makeHistory();
    const server = await startGitServer(history.directory);
    const { open, notices, fetches, place } = openerOf(history, server);
    const both = await Promise.all([open(), open()]);
    expect(fetches.count).toBe(1);
    expect(await Promise.all(both.map((one) => one.resolveCommit(history.head)))).toEqual([
      history.head,
      history.head,
    ]);
    writeFileSync(join(place, 'objects', 'pack', 'tmp_pack_abcdef'), 'half');
    writeFileSync(join(place, 'shallow.lock'), '');
    for (const name of ['new-Ab12Cd', 'old-Ab12Cd', 'new-Ab12Cd.git']) mkdirSync(`${place}.${name}`);
    const next = history.commit({ 'g.txt': 'g\n' });
    await open({ ends: { base: next, head: history.head } });
    expect(readdirSync(join(place, 'objects', 'pack')).filter((name) => name.startsWith('tmp_'))).toEqual([]);
    // The last one may be somebody's repository by the name of `n.git.new-Ab12Cd`.
    const beside = readdirSync(join(place, '..')).filter((name) => !name.endsWith('.lock'));
    expect(beside.sort()).toEqual(['n.git', 'n.git.new-Ab12Cd.git']);
    expect(fetches.count).toBe(2);
    for (const name of readdirSync(join(place, 'objects', 'pack')))
      if (name.endsWith('.pack')) truncateSync(join(place, 'objects', 'pack', name), 40);
    expect(await problemOf(open())).toMatchObject({ code: 'repository', exitCode: 2 });
    expect(notices).toEqual([]);
    await Promise.all(opened.splice(0).map((one) => one.close()));
    expect(await (await open()).resolveCommit(history.head)).toBe(history.head);
    expect(notices).toEqual([
      expect.stringMatching(/^warning: the cached repository of .*\/O\/n is made anew: /),
    ]);
    // Those that lie unread for longest go when there are too many; one that is read stays.
    const other = openerOf(history, server);
    await other.open({
      remote: parseRemote({ server: server.url, owner: 'o', name: 'other' }),
      mostBytes: 0,
    });
    expect(readdirSync(join(place, '..')).sort()).toEqual(['n.git', 'other.git']);
    await Promise.all(opened.splice(0).map((one) => one.close()));
    await other.open({
      remote: parseRemote({ server: server.url, owner: 'o', name: 'other' }),
      mostBytes: 0,
    });
    expect(readdirSync(join(place, '..'))).toEqual(['other.git']);
  });
});

test.each([
  ['http://example.com', 'o', 'n'],
  ['ssh://git@example.com', 'o', 'n'],
  ['https://user:pass@example.com', 'o', 'n'],
  ['https://example.com', '..', 'n'],
  ['https://example.com', 'o', 'a/b'],
  ['ext::sh', 'o', 'n'],
])('%s %s %s is no place to fetch from', (server, owner, name) => {
  expect(() => parseRemote({ server, owner, name })).toThrow(DeepReviewError);
});
