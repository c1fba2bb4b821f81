import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GitError, RepositoryError } from '../../src/errors.ts';
import { openObjectRepository } from '../../src/git/open-object-repository.ts';
import { runGit } from '../../src/git/run-git.ts';
import { useGitWorkshop } from '../support/git-open.ts';
import { readersOf } from '../support/readers-of.ts';

const workshop = useGitWorkshop();

/** A folder with a program called git that does what the script says. */
function fakeGit(directory: string, script: string): string {
  const folder = join(directory, 'programs');
  mkdirSync(folder);
  writeFileSync(join(folder, 'git'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'git'), 0o755);
  return folder;
}

describe('a reading process', () => {
  test('that is killed fails every request that waits, and the next one gets another process', async () => {
    const fixture = workshop.fixture();
    const sha = fixture.commit({ a: 'x'.repeat(100_000), b: '1\n' });
    const repository = await workshop.open(fixture);
    await repository.readFile(sha, 'b');
    const readers = readersOf(repository.gitDirectory);
    expect(readers).toHaveLength(2);
    for (const reader of readers) process.kill(reader, 'SIGSTOP');
    const waiting = Array.from({ length: 200 }, () => repository.readFile(sha, 'a'));
    const settled = Promise.allSettled(waiting);
    for (const reader of readers) process.kill(reader, 'SIGKILL');
    const outcomes = await settled;
    expect(outcomes.every((outcome) => outcome.status === 'rejected')).toBe(true);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(GitError);
    expect(await repository.readFile(sha, 'b')).toMatchObject({ outcome: 'found' });
  });

  test.each(['--batch', '--batch-check'])('%s that hangs is given up and replaced', async (mode) => {
    const fixture = workshop.fixture();
    const sha = fixture.commit({ a: '1\n', b: '2\n' });
    const repository = await workshop.open(fixture, { patience: 2000 });
    await repository.readFile(sha, 'a');
    const hung = readersOf(repository.gitDirectory).filter((reader) =>
      readFileSync(`/proc/${reader}/cmdline`, 'latin1').endsWith(`\0${mode}\0`),
    );
    expect(hung).toHaveLength(1);
    for (const reader of hung) process.kill(reader, 'SIGSTOP');
    const outcomes = await Promise.allSettled([repository.readFile(sha, 'a'), repository.readFile(sha, 'b')]);
    expect(outcomes).toEqual([
      { status: 'rejected', reason: expect.any(GitError) },
      { status: 'rejected', reason: expect.any(GitError) },
    ]);
    expect(await repository.readFile(sha, 'a')).toMatchObject({ outcome: 'found' });
    await repository.close();
    expect(readersOf(repository.gitDirectory)).toEqual([]);
    expect(existsSync(repository.gitDirectory)).toBe(false);
  });
});

describe('a git command', () => {
  test('is ended when it takes too long, prints too much, or is aborted', async () => {
    const fixture = workshop.fixture();
    const sleeper = fakeGit(fixture.scratch, 'exec /bin/sleep 60');
    const call = { argv: ['log'], directory: fixture.directory, searchPath: sleeper };
    await expect(runGit({ ...call, timeout: 100 })).rejects.toThrow('git log did not end within 0.1 seconds');
    const reason = new Error('enough');
    await expect(runGit({ ...call, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const running = runGit({ ...call, signal: controller.signal });
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    fixture.commit({ a: 'x'.repeat(2000) });
    await expect(
      runGit({ argv: ['show', '--format='], directory: fixture.directory, maxOutput: 1000 }),
    ).rejects.toThrow('git show printed over 1000 bytes');
    const sleeping = spawnSync('pgrep', ['-P', `${process.pid}`, 'sleep'], { encoding: 'utf8' });
    expect(sleeping.stdout).toBe('');
  });

  test('prints through a file what it prints through a pipe, and leaves no file behind', async () => {
    const fixture = workshop.fixture();
    const folder = join(fixture.scratch, 'own');
    mkdirSync(folder);
    const throughFile = join(folder, 'output');
    // In pieces of all sizes around those that are read, some of them long after the one before.
    const script = [
      'i=0; while [ $i -lt 12 ]; do i=$((i+1))',
      `/usr/bin/head -c $((i * i * 40000)) /dev/zero | /usr/bin/tr "\\\\0" "\\\\$((100 + i))"`,
      '[ $i -gt 3 ] || /bin/sleep 0.02; done',
    ].join('; ');
    const call = { argv: ['diff'], directory: folder, searchPath: fakeGit(fixture.scratch, script) };
    const piped = await runGit(call);
    const pieces: Buffer[] = [];
    const filed = await runGit({ ...call, throughFile, onOutput: (piece) => pieces.push(piece) });
    expect(piped.stdout.length).toBe(650 * 40_000);
    expect(filed.stdout.equals(piped.stdout)).toBe(true);
    expect(Buffer.concat(pieces).equals(piped.stdout)).toBe(true);
    const reason = new Error('enough');
    const refuse = () => {
      throw reason;
    };
    await expect(runGit({ ...call, throughFile, onOutput: refuse })).rejects.toBe(reason);
    // However slowly it is read, git writes hardly more than it may.
    let largest = 0;
    const slowly = () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
      largest = Math.max(largest, statSync(throughFile).size);
    };
    await expect(runGit({ ...call, throughFile, maxOutput: 500_000, onOutput: slowly })).rejects.toThrow(
      'git diff printed over 500000 bytes',
    );
    expect(largest).toBeLessThanOrEqual(2 * 500_000 + 2048);
    const failing = fakeGit(join(folder, '..', 'own'), 'echo half; echo broken >&2; exit 3');
    await expect(runGit({ ...call, throughFile, searchPath: failing })).rejects.toThrow(
      'git diff ended with code 3: broken',
    );
    await expect(runGit({ ...call, throughFile: join(folder, 'gone', 'output') })).rejects.toBeInstanceOf(
      RepositoryError,
    );
    expect(readdirSync(folder)).toEqual(['programs']);
  });

  test('that fails says with what code and what git said', async () => {
    const fixture = workshop.fixture();
    await expect(runGit({ argv: ['show', 'nothing'], directory: fixture.directory })).rejects.toThrow(
      /^git show ended with code 128: fatal: .*nothing/,
    );
  });

  test('is refused when git is absent or too old', async () => {
    const fixture = workshop.fixture();
    const openWith = (searchPath: string) =>
      openObjectRepository({
        source: fixture.directory,
        cacheDirectory: join(fixture.scratch, 'cache'),
        searchPath,
      }).catch((cause: unknown) => cause);
    const absent = await openWith(join(fixture.scratch, 'nothing'));
    expect(absent).toBeInstanceOf(RepositoryError);
    expect((absent as RepositoryError).hint).toContain('install git 2.31');
    const old = await openWith(fakeGit(fixture.scratch, 'echo git version 2.30.9'));
    expect(old).toBeInstanceOf(RepositoryError);
    expect((old as RepositoryError).message).toBe(
      'git is too old: it calls itself "git version 2.30.9", and 2.31 is needed',
    );
  });
});

test('a relative folder in the PATH does not make the repository’s own files programs', async () => {
  const fixture = workshop.fixture();
  const sha = fixture.commit({ git: { executable: '#!/bin/sh\ntouch started\n' } });
  const repository = await workshop.open(fixture, { searchPath: `.::${process.env.PATH}` });
  expect(await repository.resolveCommit('HEAD')).toBe(sha);
  expect(readdirSync(fixture.directory).sort()).toEqual(['.git', 'git']);
});

describe('the cache folder', () => {
  test('loses what dead processes left, and keeps what lives, is foreign, or is something else', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ a: '1\n' });
    const cache = join(fixture.scratch, 'cache');
    const first = await workshop.open(fixture);
    const [place, own, start, random] = basename(first.gitDirectory).split('-');
    const dead = spawnSync('true').pid;
    const names = {
      dead: `${place}-${dead}-${start}-${random}`,
      reused: `${place}-${own}-${Number(start) - 1}-${random}`,
      foreign: `${'0'.repeat(12)}-${dead}-${start}-${random}`,
      other: 'something-else',
    };
    for (const name of Object.values(names)) mkdirSync(join(cache, name));
    writeFileSync(join(cache, names.dead, 'file'), '');
    const second = await workshop.open(fixture);
    const left = [first.gitDirectory, second.gitDirectory].map((path) => basename(path));
    expect(readdirSync(cache).sort()).toEqual([...left, names.foreign, names.other].sort());
  });

  test('that cannot be made is a RepositoryError', async () => {
    const fixture = workshop.fixture();
    writeFileSync(join(fixture.scratch, 'file'), '');
    const opening = workshop.open(fixture, { cacheDirectory: join(fixture.scratch, 'file', 'cache') });
    await expect(opening).rejects.toBeInstanceOf(RepositoryError);
  });
});

describe('borrowing', () => {
  test('goes through repositories that borrow themselves', async () => {
    const fixture = workshop.fixture();
    const sha = fixture.commit({ a: '1\n' });
    const sharing = join(fixture.scratch, 'sharing');
    fixture.git('clone', '--quiet', '--shared', '.', sharing);
    const repository = await workshop.open(fixture, { source: sharing });
    expect(await repository.readFile(sha, 'a')).toMatchObject({ outcome: 'found' });
  });

  test('survives that the source is packed again while it is read', async () => {
    const fixture = workshop.fixture();
    const sha = fixture.commit({ a: '1\n', b: '2\n' });
    const repository = await workshop.open(fixture);
    await repository.readFile(sha, 'a');
    fixture.git('repack', '-q', '-a', '-d');
    fixture.git('prune-packed');
    const next = fixture.commit({ b: '3\n' });
    expect(await repository.readFile(sha, 'b')).toMatchObject({ bytes: Buffer.from('2\n') });
    expect(await repository.readFile(next, 'b')).toMatchObject({ bytes: Buffer.from('3\n') });
  });

  test('from a folder that is gone is an error', async () => {
    const fixture = workshop.fixture();
    const sha = fixture.commit({ a: '1\n' });
    const repository = await workshop.open(fixture);
    renameSync(fixture.directory, `${fixture.directory}-moved`);
    await expect(repository.readFile(sha, 'a')).rejects.toBeInstanceOf(GitError);
  });

  test.runIf(process.getuid?.() === 0)('does not mind that the repository is another user’s', async () => {
    const fixture = workshop.fixture();
    const sha = fixture.commit({ a: '1\n' });
    execFileSync('chown', ['-R', '12345:12345', fixture.directory]);
    expect(() => fixture.git('log')).toThrow(/dubious ownership/);
    const repository = await workshop.open(fixture);
    expect(await repository.resolveCommit('main')).toBe(sha);
    expect(await repository.snapshotIndex()).toMatch(/^[0-9a-f]{40}$/);
  });
});
