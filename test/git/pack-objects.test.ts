import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePath } from '../../src/domain/git-path.ts';
import { GitError, RepositoryError, RunDirectoryError } from '../../src/errors.ts';
import { openPackedRepository } from '../../src/git/open-packed-repository.ts';
import { packObjects } from '../../src/git/pack-objects.ts';
import type { GitFixture } from '../support/git-fixture.ts';
import { useGitWorkshop } from '../support/git-open.ts';

const workshop = useGitWorkshop();
const signal = new AbortController().signal;

function openPack(fixture: GitFixture, pack: Buffer, objectFormat: 'sha1' | 'sha256' = 'sha1') {
  const packFile = join(fixture.scratch, 'objects.pack');
  writeFileSync(packFile, pack);
  return openPackedRepository({
    packFile,
    cacheDirectory: join(fixture.scratch, 'other-cache'),
    objectFormat,
    signal,
  });
}

describe.each(['sha1', 'sha256'] as const)('a pack of a %s repository', (objectFormat) => {
  test('shows both sides of the named files when the repository is gone, and claims nothing else', async () => {
    const fixture = workshop.fixture({ objectFormat });
    const shared = 'shared\n'.repeat(500);
    const base = fixture.commit({
      'a/b/changed': `${shared}1\n`,
      'a/other': 'x\n',
      'z/elsewhere': 'y\n',
      gone: 'g\n',
    });
    const head = fixture.commit(
      { 'a/b/changed': `${shared}2\n`, gone: null, 'new file': 'n\n' },
      'the change',
    );
    const repository = await workshop.open(fixture);
    const paths = ['a/b/changed', 'gone', 'new file', 'never/was'];
    const { pack, leftOut } = await packObjects({
      repository,
      commits: [base, head, base],
      paths,
      maxBytes: 1_000_000,
      signal,
    });
    expect(leftOut).toEqual([]);
    const commit = await repository.readCommit(head);
    const expected = await Promise.all(
      [base, head].flatMap((sha) => paths.map((path) => repository.readFile(sha, path))),
    );
    await repository.close();
    rmSync(fixture.directory, { recursive: true });
    const packed = await openPack(fixture, pack, objectFormat);
    try {
      const found = await Promise.all(
        [base, head].flatMap((sha) => paths.map((path) => packed.readFile(sha, path))),
      );
      expect(found).toEqual(expected);
      expect(await packed.readCommit(head)).toEqual(commit);
      expect(await packed.resolveCommit(head)).toBe(head);
      await expect(packed.resolveCommit('main')).rejects.toBeInstanceOf(RepositoryError);
      await expect(packed.readFile(base, 'a/other')).rejects.toBeInstanceOf(GitError);
      await expect(packed.readFile(base, 'z/elsewhere')).rejects.toBeInstanceOf(GitError);
      await expect(packed.readCommit('1'.repeat(head.length))).rejects.toBeInstanceOf(GitError);
      await expect(packed.listFiles(head)).rejects.toBeInstanceOf(GitError);
    } finally {
      await packed.close();
    }
  });
});

test('a pack with all files lists them', async () => {
  const fixture = workshop.fixture();
  const odd = decodePath(Buffer.from('\xff/\xe9', 'latin1'));
  const plain = fixture.commit({ 'a/b': '1\n', link: { link: 'a' } });
  const blob = fixture.git('rev-parse', `${plain}:a/b`);
  const inner = fixture.gitWithInput(Buffer.from(`100644 blob ${blob}\t\xe9\0`, 'latin1'), 'mktree', '-z');
  const tree = fixture.gitWithInput(
    Buffer.concat([
      Buffer.from(`${fixture.git('ls-tree', '-z', plain)}040000 tree ${inner}\t`),
      Buffer.from([0xff, 0]),
    ]),
    'mktree',
    '-z',
  );
  const head = fixture.git('commit-tree', '-m', 'odd', tree);
  const repository = await workshop.open(fixture);
  const files = await repository.listFiles(head);
  const paths = files.map(({ path }) => path);
  expect(paths).toContain(odd);
  const { pack } = await packObjects({ repository, commits: [head], paths, maxBytes: 1000, signal });
  const packed = await openPack(fixture, pack);
  expect(await packed.listFiles(head)).toEqual(files);
  expect(await packed.readFile(head, odd)).toEqual(await repository.readFile(head, odd));
  await packed.close();
});

test('what is over the limit is left out and named, the largest first', async () => {
  const fixture = workshop.fixture();
  const head = fixture.commit({ small: '1\n', middle: 'x'.repeat(500), large: 'y'.repeat(5000) });
  const repository = await workshop.open(fixture);
  const input = { repository, commits: [head], paths: ['large', 'middle', 'small'], signal };
  const { pack, leftOut } = await packObjects({ ...input, maxBytes: 502 });
  expect(leftOut).toEqual(['large']);
  expect((await packObjects({ ...input, maxBytes: 501 })).leftOut).toEqual(['middle', 'large']);
  expect((await packObjects({ ...input, maxBytes: 0 })).leftOut).toEqual(['small', 'middle', 'large']);
  const packed = await openPack(fixture, pack);
  expect(await packed.readFile(head, 'middle')).toMatchObject({ outcome: 'found' });
  await expect(packed.readFile(head, 'large')).rejects.toBeInstanceOf(GitError);
  expect(await packed.readFile(head, 'nothing')).toEqual({ outcome: 'absent' });
  await packed.close();
});

test('a damaged pack is refused and leaves nothing behind', async () => {
  const fixture = workshop.fixture();
  const head = fixture.commit({ a: '1\n' });
  const repository = await workshop.open(fixture);
  const { pack } = await packObjects({ repository, commits: [head], paths: ['a'], maxBytes: 100, signal });
  pack.writeUInt8(pack.readUInt8(20) ^ 0xff, 20);
  await expect(openPack(fixture, pack)).rejects.toBeInstanceOf(RunDirectoryError);
  await expect(openPack(fixture, pack.subarray(0, 10))).rejects.toBeInstanceOf(RunDirectoryError);
});
