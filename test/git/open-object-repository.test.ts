import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { decodePath } from '../../src/domain/git-path.ts';
import { GitError, RepositoryError } from '../../src/errors.ts';
import type { ObjectRepository } from '../../src/git/object-repository.ts';
import { openObjectRepository } from '../../src/git/open-object-repository.ts';
import { createGitFixture, type GitFixture, type GitFixtureOptions } from '../support/git-fixture.ts';
import { readersOf } from '../support/readers-of.ts';

const open: { close(): Promise<void> }[] = [];
const fixtures: GitFixture[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((repository) => repository.close()));
  for (const fixture of fixtures.splice(0)) fixture.remove();
});

function makeFixture(options?: GitFixtureOptions): GitFixture {
  const fixture = createGitFixture(options);
  fixtures.push(fixture);
  return fixture;
}

async function openAt(fixture: GitFixture, source = fixture.directory): Promise<ObjectRepository> {
  const repository = await openObjectRepository({ source, cacheDirectory: join(fixture.scratch, 'cache') });
  open.push(repository);
  return repository;
}

describe('opening', () => {
  test('reads a file from a work tree, a folder below it, a linked work tree and a bare clone', async () => {
    const fixture = makeFixture();
    const sha = fixture.commit({ 'a/b.txt': 'hello\n' });
    const bare = join(fixture.scratch, 'bare.git');
    fixture.git('clone', '--quiet', '--bare', '.', bare);
    const linked = join(fixture.scratch, 'linked');
    fixture.git('worktree', 'add', '--quiet', '--detach', linked);
    for (const source of [fixture.directory, join(fixture.directory, 'a'), linked, join(linked, 'a'), bare]) {
      const repository = await openAt(fixture, source);
      expect(await repository.resolveCommit('HEAD')).toBe(sha);
      expect(await repository.readFile(sha, 'a/b.txt')).toEqual({
        outcome: 'found',
        oid: 'ce013625030ba8dba906f756967f9e9ca394464a',
        mode: '100644',
        bytes: Buffer.from('hello\n'),
      });
    }
  });

  test.each(['with "quotes"\\and\nlines', '#hash', '"quoted"', 'späce ☃ '])(
    'borrows objects from a folder called %j',
    async (name) => {
      const fixture = makeFixture({ name });
      const sha = fixture.commit({ 'b.txt': 'hello\n' });
      const repository = await openAt(fixture);
      expect(await repository.readFile(sha, 'b.txt')).toMatchObject({ outcome: 'found' });
    },
  );

  test('reads a SHA-256 repository', async () => {
    const fixture = makeFixture({ objectFormat: 'sha256' });
    const sha = fixture.commit({ 'a/b.txt': 'hello\n' });
    expect(sha).toHaveLength(64);
    const repository = await openAt(fixture);
    expect(await repository.resolveCommit('main')).toBe(sha);
    expect(await repository.readFile(sha, 'a/b.txt')).toMatchObject({ bytes: Buffer.from('hello\n') });
    expect(await repository.blame(sha, 'a/b.txt', { start: 1, end: 1 })).toHaveLength(1);
  });

  test('refuses a folder that is in no repository, is no folder, or does not exist', async () => {
    const fixture = makeFixture();
    const plain = join(fixture.scratch, 'plain');
    mkdirSync(plain);
    writeFileSync(join(plain, 'file'), '');
    for (const source of [plain, join(plain, 'file'), join(plain, 'absent')]) {
      const error = await openAt(fixture, source).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(RepositoryError);
      expect((error as RepositoryError).hint).toEqual(expect.any(String));
    }
  });

  test('refuses a work tree that the configuration puts elsewhere', async () => {
    const fixture = makeFixture();
    fixture.commit({ a: '1' });
    fixture.git('config', 'core.worktree', '/');
    await expect(openAt(fixture)).rejects.toThrow(/puts its work tree elsewhere/);
  });

  test('close() removes the bare repository', async () => {
    const fixture = makeFixture();
    const sha = fixture.commit({ a: '1' });
    const repository = await openAt(fixture);
    await repository.readFile(sha, 'a');
    expect(existsSync(repository.gitDirectory)).toBe(true);
    await repository.close();
    expect(readdirSync(join(fixture.scratch, 'cache'))).toEqual([]);
    await expect(repository.readFile(sha, 'a')).rejects.toBeInstanceOf(GitError);
  });
});

describe('revisions', () => {
  test('names of all sorts become ids; what is unknown is a RepositoryError', async () => {
    const fixture = makeFixture();
    const first = fixture.commit({ a: '1' }, 'first words');
    const second = fixture.commit({ a: '2' }, 'second');
    fixture.git('tag', '--annotate', '--message', 'x', 'v1', first);
    fixture.git('checkout', '--quiet', '-b', 'other');
    fixture.git('checkout', '--quiet', 'main');
    const repository = await openAt(fixture);
    const known = {
      HEAD: second,
      'HEAD~1': first,
      v1: first,
      '@{-1}': second,
      ':/first': first,
      [first.slice(0, 8)]: first,
    };
    for (const [name, sha] of Object.entries(known)) expect(await repository.resolveCommit(name)).toBe(sha);
    const unknown = [
      '',
      'nope',
      '--all',
      '--output=x',
      '-h',
      '^main',
      'main..other',
      'HEAD:a',
      'a\0b',
      'main\n',
      'x'.repeat(5000),
      '0'.repeat(40),
      '0'.repeat(64),
      '@{-7}',
    ];
    for (const name of unknown)
      await expect(repository.resolveCommit(name), name).rejects.toBeInstanceOf(RepositoryError);
  });
});

describe('reading', () => {
  test('a path has three answers: found, absent, not a file; exact bytes only', async () => {
    const fixture = makeFixture();
    const blob = fixture.gitWithInput('x\n', 'hash-object', '-w', '--stdin');
    const tree = (...entries: string[]) =>
      fixture.gitWithInput(Buffer.from(`${entries.join('\0')}\0`, 'latin1'), 'mktree', '-z', '--missing');
    const inner = tree(
      `100644 blob ${blob}\tz\n`,
      `120000 blob ${blob}\tli"nk`,
      `160000 commit ${'1'.repeat(40)}\tsub`,
    );
    const root = tree(`040000 tree ${inner}\td\xe9`, `100755 blob ${blob}\t\xc3\xa9`);
    const repository = await openAt(fixture);
    const odd = decodePath(Buffer.from('d\xe9', 'latin1'));
    const found = { outcome: 'found', oid: blob, bytes: Buffer.from('x\n') };
    expect(await repository.readFile(root, `${odd}/z\n`)).toEqual({ ...found, mode: '100644' });
    expect(await repository.readFile(root, `${odd}/li"nk`)).toEqual({ ...found, mode: '120000' });
    expect(await repository.readFile(root, `${odd}/sub`)).toEqual({ outcome: 'not-a-file', kind: 'commit' });
    expect(await repository.readFile(root, odd)).toEqual({ outcome: 'not-a-file', kind: 'tree' });
    expect(await repository.readFile(root, '')).toEqual({ outcome: 'not-a-file', kind: 'tree' });
    expect(await repository.readFile(root, 'é')).toEqual({ ...found, mode: '100755' });
    for (const path of [
      '/',
      `/${odd}`,
      `${odd}/`,
      `${odd}//z\n`,
      `${odd}/../${odd}/z\n`,
      '..',
      './é',
      'é/x',
      '\udcc3\udca9',
      'é\0',
      '\ud800',
    ])
      expect(await repository.readFile(root, path), path).toEqual({ outcome: 'absent' });
    expect((await repository.listFiles(root)).map(({ path, mode }) => [path, mode])).toEqual([
      [`${odd}/li"nk`, '120000'],
      [`${odd}/sub`, '160000'],
      [`${odd}/z\n`, '100644'],
      ['é', '100755'],
    ]);
  });

  test('a file over the limit is not read', async () => {
    const fixture = makeFixture();
    const sha = fixture.commit({ big: 'x'.repeat(1000) });
    const repository = await openAt(fixture);
    expect(await repository.readFile(sha, 'big', { maxBytes: 999 })).toMatchObject({
      outcome: 'too-large',
      size: 1000,
    });
    expect(await repository.readFile(sha, 'big', { maxBytes: 1000 })).toMatchObject({ outcome: 'found' });
  });

  test('a thousand files at once come back each as itself', async () => {
    const fixture = makeFixture();
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, at) => [`d${at % 7}/f${at}`, `${at}\n`.repeat((at * 37) % 3000)]),
    );
    const sha = fixture.commit(files);
    const repository = await openAt(fixture);
    const read = await Promise.all(
      Object.keys(files).map(async (path) => {
        const file = await repository.readFile(sha, path);
        return [path, file.outcome === 'found' ? file.bytes.toString() : file.outcome];
      }),
    );
    expect(Object.fromEntries(read)).toEqual(files);
  });

  test('an unknown id is an error, not an absent file', async () => {
    const fixture = makeFixture();
    fixture.commit({ a: '1' });
    const repository = await openAt(fixture);
    await expect(repository.readFile('0'.repeat(40), 'a')).rejects.toBeInstanceOf(GitError);
    await expect(repository.readFile('main', 'a')).rejects.toBeInstanceOf(GitError);
    await expect(repository.listFiles('--all')).rejects.toBeInstanceOf(GitError);
  });
});

describe('history', () => {
  test('commits come oldest first, leniently decoded, with what the base has left out', async () => {
    const fixture = makeFixture();
    const base = fixture.commit({ a: '1' }, 'base');
    const odd = fixture.commit({ a: '2' }, 'two\nlines\n\nbody\n\nmore');
    const raw = fixture.git('cat-file', 'commit', odd).replace('Ada Author', 'Ad\xe9');
    const latin = Buffer.from(
      raw.replace('two', 'tw\xf6').replace(`parent ${base}`, `parent ${odd}`),
      'latin1',
    );
    const head = fixture.gitWithInput(latin, 'hash-object', '-w', '-t', 'commit', '--stdin');
    const repository = await openAt(fixture);
    expect(await repository.listCommits(base, head)).toEqual([
      {
        sha: odd,
        subject: 'two lines',
        body: 'body\n\nmore',
        author: { name: 'Ada Author', email: 'ada@example.com' },
        authoredAt: '2026-01-01T00:01:00.000Z',
      },
      {
        sha: head,
        subject: 'tw\ufffd lines',
        body: 'body\n\nmore',
        author: { name: 'Ad\ufffd', email: 'ada@example.com' },
        authoredAt: '2026-01-01T00:01:00.000Z',
      },
    ]);
  });

  test('a merge base is found, absent, or beyond a shallow clone', async () => {
    const fixture = makeFixture();
    const root = fixture.commit({ a: '1' });
    const left = fixture.commit({ a: '2' });
    fixture.git('checkout', '--quiet', '-b', 'right', root);
    const right = fixture.commit({ b: '2' });
    fixture.git('checkout', '--quiet', '--orphan', 'alone');
    const alone = fixture.commit({ c: '3' });
    const repository = await openAt(fixture);
    expect(await repository.mergeBase(left, right)).toEqual({ outcome: 'found', sha: root });
    expect(await repository.mergeBase(left, alone)).toEqual({ outcome: 'absent' });
    const shallow = join(fixture.scratch, 'shallow');
    const url = `file://${fixture.directory}`;
    fixture.git('clone', '--quiet', '--depth=1', '--no-single-branch', url, shallow);
    const cut = await openAt(fixture, shallow);
    expect(await cut.mergeBase(left, right)).toEqual({ outcome: 'shallow' });
    expect(await cut.mergeBase(left, left)).toEqual({ outcome: 'found', sha: left });
    expect(await cut.listCommits(right, left)).toMatchObject([{ sha: left }]);
  });

  test('blame names the last writer of each line, also of a path that is not UTF-8', async () => {
    const fixture = makeFixture();
    const first = fixture.commit({ a: '1\n2\n3\n' }, 'first');
    const second = fixture.commit({ a: '1\nTWO\n3\n' }, 'second');
    const repository = await openAt(fixture);
    const about = (line: number, sha: string, subject: string, minute: number) => ({
      line,
      sha,
      subject,
      author: 'Ada Author',
      authoredAt: `2026-01-01T00:0${minute}:00.000Z`,
    });
    expect(await repository.blame(second, 'a', { start: 1, end: 3 })).toEqual([
      about(1, first, 'first', 0),
      about(2, second, 'second', 1),
      about(3, first, 'first', 0),
    ]);
    await expect(repository.blame(second, 'a', { start: 2, end: 4 })).rejects.toBeInstanceOf(GitError);
    await expect(repository.blame(second, 'a', { start: 9, end: 9 })).rejects.toBeInstanceOf(GitError);
    await expect(repository.blame(second, 'b', { start: 1, end: 1 })).rejects.toBeInstanceOf(GitError);
    const bytes = Buffer.from("\xff'$(touch x) \\\\ \n.", 'latin1');
    const blob = fixture.git('rev-parse', `${second}:a`);
    const entry = Buffer.concat([Buffer.from(`100644 blob ${blob}\t`), bytes, Buffer.from([0])]);
    const tree = fixture.gitWithInput(entry, 'mktree', '-z');
    const odd = fixture.git('commit-tree', '-m', 'odd', tree);
    const blamed = await repository.blame(odd, decodePath(bytes), { start: 2, end: 2 });
    expect(blamed).toMatchObject([{ line: 2, sha: odd, subject: 'odd' }]);
  });

  test('the patch is the one git prints in a clean repository', async () => {
    const fixture = makeFixture();
    const base = fixture.commit({ a: '1\n2\n3\n4\n5\n', gone: 'x\n' });
    const head = fixture.commit({ a: null, b: '1\n2\n3\n4\n6\n', gone: null, '.gitattributes': '* -diff\n' });
    const repository = await openAt(fixture);
    const patch = (await repository.diff(base, head)).toString();
    expect(patch).toContain('rename from a\nrename to b\n');
    expect(patch).toContain('-5\n+6\n');
  });
});

test('nothing of a long-lived reader is left when the signal fires', async () => {
  const fixture = makeFixture();
  const sha = fixture.commit({ a: '1' });
  const controller = new AbortController();
  const repository = await openObjectRepository({
    source: fixture.directory,
    cacheDirectory: join(fixture.scratch, 'cache'),
    signal: controller.signal,
  });
  open.push(repository);
  await repository.readFile(sha, 'a');
  expect(readersOf(repository.gitDirectory)).toHaveLength(2);
  const reason = new Error('enough');
  const waiting = repository.readFile(sha, 'b/c');
  const blaming = repository.blame(sha, 'a', { start: 1, end: 1 });
  controller.abort(reason);
  await expect(blaming).rejects.toBe(reason);
  await waiting.then(
    (answer) => expect(answer).toEqual({ outcome: 'absent' }),
    (cause) => expect(cause).toBe(reason),
  );
  await expect(repository.readFile(sha, 'a')).rejects.toBe(reason);
  await repository.close();
  expect(readersOf(repository.gitDirectory)).toEqual([]);
});
