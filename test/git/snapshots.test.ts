import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ObjectId } from '../../src/domain/change.ts';
import { RepositoryError } from '../../src/errors.ts';
import type { ObjectRepository } from '../../src/git/object-repository.ts';
import type { GitFixture } from '../support/git-fixture.ts';
import { useGitWorkshop } from '../support/git-open.ts';

const workshop = useGitWorkshop();

/** Path → content, with the mode before it unless it is a plain file. */
async function contents(repository: ObjectRepository, commit: ObjectId): Promise<Record<string, string>> {
  const files = await Promise.all(
    (await repository.listFiles(commit)).map(async ({ path, mode, oid }) => {
      const file = await repository.readFile(commit, path);
      const text = file.outcome === 'found' ? file.bytes.toString('latin1') : oid;
      return [path, mode === '100644' ? text : `${mode} ${text}`];
    }),
  );
  return Object.fromEntries(files);
}

/** Every file of the repository with its content, to prove that nothing was written. */
function state(fixture: GitFixture): string {
  const script = 'find . -type f -exec sha1sum {} + -o -printf "%p %y\\n" | sort';
  return execFileSync('sh', ['-c', script], { cwd: fixture.directory, encoding: 'utf8' });
}

describe('the index', () => {
  test('becomes a commit on top of HEAD with what is staged and nothing else', async () => {
    const fixture = workshop.fixture();
    const head = fixture.commit({ kept: '1\n', changed: '1\n', gone: '1\n', 'd/both': '1\n' });
    fixture.write({ changed: '2\n', gone: null, 'new/file': { executable: '#!\n' }, 'd/both': 'staged\n' });
    fixture.git('add', '--all');
    fixture.write({ 'd/both': 'not staged\n', untracked: 'x\n' });
    fixture.write({ intent: 'x\n' });
    fixture.git('add', '--intent-to-add', 'intent');
    const before = state(fixture);
    const repository = await workshop.open(fixture);
    const commit = await repository.snapshotIndex();
    expect(await contents(repository, commit)).toEqual({
      kept: '1\n',
      changed: '2\n',
      'd/both': 'staged\n',
      'new/file': '100755 #!\n',
    });
    expect(await repository.firstParent(commit)).toBe(head);
    expect(await repository.snapshotIndex()).toBe(commit);
    expect(state(fixture)).toBe(before);
  });

  test('with an unfinished merge is refused, naming the file', async () => {
    const fixture = workshop.fixture();
    const base = fixture.commit({ fought: '1\n' });
    fixture.commit({ fought: '2\n' });
    fixture.git('checkout', '--quiet', '-b', 'other', base);
    fixture.commit({ fought: '3\n' });
    expect(() => fixture.git('merge', 'main')).toThrow();
    const repository = await workshop.open(fixture);
    const error = await repository.snapshotIndex().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(RepositoryError);
    expect((error as RepositoryError).message).toContain('fought');
    expect((error as RepositoryError).hint).toContain('merge');
  });

  test.each(['core.splitIndex', 'feature.manyFiles'])('is understood under %s', async (setting) => {
    const fixture = workshop.fixture();
    fixture.git('config', setting, 'true');
    fixture.commit({ a: '1\n', b: '1\n' });
    fixture.write({ b: '2\n', c: '3\n' });
    fixture.git('update-index', '--add', 'b', 'c');
    const repository = await workshop.open(fixture);
    expect(await contents(repository, await repository.snapshotIndex())).toEqual({
      a: '1\n',
      b: '2\n',
      c: '3\n',
    });
  });

  test('of a new repository stands on a commit without files', async () => {
    const fixture = workshop.fixture({ objectFormat: 'sha256' });
    fixture.write({ a: '1\n' });
    fixture.git('add', 'a');
    const repository = await workshop.open(fixture);
    const commit = await repository.snapshotIndex();
    expect(await contents(repository, commit)).toEqual({ a: '1\n' });
    expect(await repository.firstParent(commit)).toBe(await repository.emptyCommit());
    expect(await contents(repository, await repository.emptyCommit())).toEqual({});
  });

  test('a bare repository has none', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ a: '1' });
    const bare = join(fixture.scratch, 'bare.git');
    fixture.git('clone', '--quiet', '--bare', '.', bare);
    const repository = await workshop.open(fixture, { source: bare });
    await expect(repository.snapshotIndex()).rejects.toBeInstanceOf(RepositoryError);
    await expect(repository.snapshotWorkTree()).rejects.toBeInstanceOf(RepositoryError);
  });
});

describe('the work tree', () => {
  test('becomes a commit with changes, deletions and untracked files that are not ignored', async () => {
    const fixture = workshop.fixture();
    fixture.write({ 'forced.log': '1\n' });
    fixture.git('add', 'forced.log');
    const head = fixture.commit({
      kept: '1\n',
      'changed here': '1\n',
      'd/gone': '1\n',
      mode: '1\n',
      link: { link: 'kept' },
      '.gitignore': '*.log\n/ignored/\n',
    });
    fixture.write({
      'changed here': '2\n',
      'd/gone': null,
      mode: { executable: '1\n' },
      link: { link: '../../etc/passwd' },
      'forced.log': '2\n',
      'a.log': 'x\n',
      'ignored/file': 'x\n',
      'excluded here': 'x\n',
      'mine.swp': 'x\n',
      'new/ü\n"x"': 'new\n',
      'new/link': { link: 'nowhere' },
    });
    mkdirSync(join(fixture.directory, '.git/info'), { recursive: true });
    writeFileSync(join(fixture.directory, '.git/info/exclude'), 'excluded here\n');
    const home = join(fixture.scratch, 'home');
    mkdirSync(join(home, '.config/git'), { recursive: true });
    writeFileSync(join(home, '.config/git/ignore'), '*.swp\n');
    const before = state(fixture);
    const repository = await workshop.open(fixture);
    const commit = await repository.snapshotWorkTree();
    expect(await contents(repository, commit)).toEqual({
      kept: '1\n',
      'changed here': '2\n',
      mode: '100755 1\n',
      link: '120000 ../../etc/passwd',
      '.gitignore': '*.log\n/ignored/\n',
      'forced.log': '2\n',
      'new/ü\n"x"': 'new\n',
      'new/link': '120000 nowhere',
    });
    expect(await repository.firstParent(commit)).toBe(head);
    expect(await repository.snapshotWorkTree()).toBe(commit);
    expect(state(fixture)).toBe(before);
  });

  test('takes what is there where files, folders and links have changed places', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ 'a/x': '1\n', 'b/y': '1\n', c: '1\n', e: '1\n' });
    rmSync(join(fixture.directory, 'a'), { recursive: true });
    rmSync(join(fixture.directory, 'b'), { recursive: true });
    const outside = join(fixture.scratch, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'y'), 'secret\n');
    symlinkSync(outside, join(fixture.directory, 'b'));
    fixture.write({ a: 'file now\n', c: null, 'c/z': 'folder now\n', e: { link: 'a' } });
    const repository = await workshop.open(fixture);
    expect(await contents(repository, await repository.snapshotWorkTree())).toEqual({
      a: 'file now\n',
      b: `120000 ${outside}`,
      'c/z': 'folder now\n',
      e: '120000 a',
    });
  });

  test('sees a change of equal length made in the moment of the commit', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ a: '1\n' });
    const file = join(fixture.directory, 'a');
    const index = join(fixture.directory, '.git/index');
    const { atime, mtime } = statSync(file);
    writeFileSync(file, '2\n');
    utimesSync(file, atime, mtime);
    utimesSync(index, atime, mtime);
    const repository = await workshop.open(fixture);
    expect(await contents(repository, await repository.snapshotWorkTree())).toEqual({ a: '2\n' });
  });

  test('keeps line ends, encodings and modes as the repository is meant to hold them', async () => {
    const fixture = workshop.fixture();
    fixture.commit({
      '.gitattributes': '*.txt text eol=crlf\n*.utf16 text working-tree-encoding=UTF-16LE-BOM\n',
      'a.txt': 'one\r\n',
      'b.utf16': Buffer.from('\ufeffone\n', 'utf16le'),
      run: 'x\n',
    });
    fixture.git('config', 'core.fileMode', 'false');
    fixture.write({
      'a.txt': 'one\r\ntwo\r\n',
      'b.utf16': Buffer.from('\ufefftwo\n', 'utf16le'),
      run: { executable: 'x\n' },
    });
    const repository = await workshop.open(fixture);
    const files = await contents(repository, await repository.snapshotWorkTree());
    expect(files).toMatchObject({ 'a.txt': 'one\ntwo\n', 'b.utf16': 'two\n', run: 'x\n' });
  });

  test('leaves submodules at their recorded commit and other repositories out', async () => {
    const fixture = workshop.fixture();
    const other = workshop.fixture();
    const recorded = other.commit({ x: '1\n' });
    fixture.git('submodule', '--quiet', 'add', other.directory, 'sub');
    fixture.commit({ a: '1\n' });
    fixture.git('-C', 'sub', 'commit', '--quiet', '--allow-empty', '-m', 'moved');
    fixture.write({ 'sub/x': 'dirty\n', 'sub/new': 'x\n' });
    fixture.git('clone', '--quiet', other.directory, 'nested');
    const repository = await workshop.open(fixture);
    const files = await contents(repository, await repository.snapshotWorkTree());
    expect(Object.keys(files)).toEqual(['.gitmodules', 'a', 'sub']);
    expect(files.sub).toBe(`160000 ${recorded}`);
  });

  test('of a sparse checkout still holds what is not checked out', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ 'in/a': '1\n', 'out/b': '1\n' });
    fixture.git('sparse-checkout', 'set', '--cone', '--sparse-index', 'in');
    fixture.write({ 'in/a': '2\n' });
    expect(existsSync(join(fixture.directory, 'out'))).toBe(false);
    const repository = await workshop.open(fixture);
    expect(await contents(repository, await repository.snapshotWorkTree())).toEqual({
      'in/a': '2\n',
      'out/b': '1\n',
    });
  });

  test('in the midst of a merge is what lies there', async () => {
    const fixture = workshop.fixture();
    const base = fixture.commit({ fought: '1\n', removed: '1\n' });
    fixture.commit({ fought: '2\n', removed: '2\n' });
    fixture.git('checkout', '--quiet', '-b', 'other', base);
    fixture.commit({ fought: '3\n', removed: '3\n' });
    expect(() => fixture.git('merge', 'main')).toThrow();
    fixture.write({ fought: 'mine\n', removed: null });
    const repository = await workshop.open(fixture);
    expect(await contents(repository, await repository.snapshotWorkTree())).toEqual({ fought: 'mine\n' });
  });

  test('with something in it that is no file is refused, naming it', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ 'a pipe': '1\n' });
    rmSync(join(fixture.directory, 'a pipe'));
    execFileSync('mkfifo', [join(fixture.directory, 'a pipe')]);
    const repository = await workshop.open(fixture);
    const error = await repository.snapshotWorkTree().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(RepositoryError);
    expect((error as RepositoryError).message).toContain('a pipe');
  });
});
