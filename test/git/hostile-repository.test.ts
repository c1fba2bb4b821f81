import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collectChange } from '../../src/collect/collect-change.ts';
import { GitError } from '../../src/errors.ts';
import { createLocalSource, type LocalTarget } from '../../src/forge/local/local-source.ts';
import { openPackedRepository } from '../../src/git/open-packed-repository.ts';
import { packObjects } from '../../src/git/pack-objects.ts';
import { findAttributesFiles, readAttributes } from '../../src/git/read-attributes.ts';
import { isReachable, readHistory, showCommitPatch } from '../../src/git/read-history.ts';
import type { GitFixture } from '../support/git-fixture.ts';
import { useGitWorkshop } from '../support/git-open.ts';

const workshop = useGitWorkshop();
const signal = new AbortController().signal;

const hooks = [
  'applypatch-msg',
  'commit-msg',
  'fsmonitor-watchman',
  'post-checkout',
  'post-commit',
  'post-index-change',
  'pre-auto-gc',
  'pre-commit',
  'prepare-commit-msg',
  'reference-transaction',
  'update',
];

interface HostileFixture {
  fixture: GitFixture;
  base: string;
  head: string;
  /** Names of the programs that were started so far. */
  started(): string[];
}

/** A repository whose configuration, hooks and attributes name programs wherever git can be made to start one. */
function makeHostile(): HostileFixture {
  const fixture = workshop.fixture();
  const markers = join(fixture.scratch, 'markers');
  const programs = join(fixture.scratch, 'programs');
  mkdirSync(markers);
  mkdirSync(programs);
  const program = (name: string) => {
    const path = join(programs, name);
    writeFileSync(path, `#!/bin/sh\ntouch ${join(markers, name)}\nexit 1\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const attributes =
    '* diff=evil filter=evil merge=evil text=auto\n*.hidden -diff filter=piped linguist-generated\n';
  const base = fixture.commit({ a: '1\n2\n3\n', 'b.hidden': '1\n', '.gitattributes': attributes });
  const head = fixture.commit({ a: '1\nTWO\n3\n', 'b.hidden': '2\n', 'c d': 'new\n' });
  const hookDirectory = join(fixture.directory, '.git/hooks');
  mkdirSync(hookDirectory);
  for (const hook of hooks) {
    writeFileSync(join(hookDirectory, hook), `#!/bin/sh\ntouch ${markers}/hook-${hook}\n`);
    chmodSync(join(hookDirectory, hook), 0o755);
  }
  writeFileSync(join(fixture.directory, '.git/info-attributes'), attributes);
  mkdirSync(join(fixture.directory, '.git/info'), { recursive: true });
  writeFileSync(join(fixture.directory, '.git/info/attributes'), attributes);
  writeFileSync(
    join(fixture.directory, '.git/more'),
    `[core]\n\thooksPath = ${hookDirectory}\n\tfsmonitor = ${program('included-fsmonitor')}\n`,
  );
  const settings: Record<string, string> = {
    'core.fsmonitor': program('fsmonitor'),
    'core.hooksPath': hookDirectory,
    'core.pager': program('pager'),
    'core.editor': program('editor'),
    'core.sshCommand': program('ssh'),
    'core.askPass': program('askpass'),
    'core.gitProxy': program('proxy'),
    'core.alternateRefsCommand': program('alternate-refs'),
    'core.attributesFile': '.git/info-attributes',
    'credential.helper': program('credential'),
    'diff.external': program('external-diff'),
    'diff.evil.command': program('diff-driver'),
    'diff.evil.textconv': program('textconv'),
    'filter.evil.clean': program('clean'),
    'filter.evil.smudge': program('smudge'),
    'filter.piped.process': program('process'),
    'merge.evil.driver': program('merge-driver'),
    'gpg.program': program('gpg'),
    'log.showSignature': 'true',
    'uploadpack.packObjectsHook': program('pack-objects-hook'),
    'alias.rev-parse': `!${program('alias')}`,
    'alias.cat-file': `!${program('alias')}`,
    'alias.x': `!${program('alias-x')}`,
    'remote.origin.url': `ext::${program('remote')}`,
    'remote.origin.promisor': 'true',
    'remote.origin.partialclonefilter': 'blob:none',
    'protocol.ext.allow': 'always',
    'protocol.allow': 'always',
    'interactive.diffFilter': program('diff-filter'),
    'submodule.recurse': 'true',
    'include.path': join(fixture.directory, '.git/more'),
  };
  for (const name of ['config', 'diff', 'log', 'blame', 'ls-files', 'rev-parse', 'cat-file'])
    settings[`pager.${name}`] = program(`pager-${name}`);
  for (const [name, value] of Object.entries(settings)) fixture.git('config', name, value);
  fixture.git('config', 'core.repositoryFormatVersion', '1');
  fixture.git('config', 'extensions.partialClone', 'origin');
  for (const name of readdirSync(markers)) rmSync(join(markers, name));
  return { fixture, base, head, started: () => readdirSync(markers).sort() };
}

test('the trap works: plain git starts the programs', () => {
  const { fixture, base, head, started } = makeHostile();
  const tries: string[][] = [
    ['status'],
    ['diff', base, head],
    ['log', '-p', '-1'],
    ['blame', 'a'],
    ['hash-object', '-w', 'a'],
    ['hash-object', '-w', 'b.hidden'],
    ['cat-file', '-p', '1'.repeat(40)],
    ['x'],
  ];
  for (const argv of tries) {
    try {
      fixture.git(...argv);
    } catch {
      /** Programs that fail make git fail; what counts is that they were started. */
    }
  }
  expect(started()).toEqual(
    expect.arrayContaining(['alias-x', 'clean', 'diff-driver', 'process', 'remote', 'textconv']),
  );
  expect(started().some((name) => name.includes('fsmonitor'))).toBe(true);
});

test('reading starts nothing that the repository names', async () => {
  const { fixture, base, head, started } = makeHostile();
  const repository = await workshop.open(fixture);
  const missing = '1'.repeat(40);
  expect(await repository.resolveCommit('HEAD')).toBe(head);
  await expect(repository.resolveCommit(missing)).rejects.toThrow();
  await expect(repository.resolveCommit(`${missing}^{tree}`)).rejects.toThrow();
  await expect(repository.resolveCommit(':/nothing like that')).rejects.toThrow();
  expect(await repository.mergeBase(base, head)).toEqual({ outcome: 'found', sha: base });
  expect(await repository.listCommits(base, head)).toMatchObject([{ sha: head }]);
  expect(await repository.listFiles(head)).toHaveLength(4);
  expect(await repository.readFile(head, 'a')).toMatchObject({ bytes: Buffer.from('1\nTWO\n3\n') });
  expect(await repository.blame(head, 'a', { start: 2, end: 2 })).toMatchObject([{ sha: head }]);
  await expect(repository.readFile(missing, 'a')).rejects.toBeInstanceOf(GitError);
  await repository.currentBranch();
  await repository.remoteHead();
  await repository.upstream('main');
  await repository.remoteAddress('origin');
  expect(await repository.hasRevision(missing)).toBe(false);
  expect(await repository.firstParent(head)).toBe(base);
  await readHistory(repository, { commit: head, path: 'a', limit: 5 });
  await showCommitPatch(repository, { commit: head });
  await isReachable(repository, { commit: base, tips: [head] });
  expect(started()).toEqual([]);
});

test('the patch shows what attributes try to hide', async () => {
  const { fixture, base, head, started } = makeHostile();
  const repository = await workshop.open(fixture);
  const patch = (await repository.diff(base, head)).toString();
  expect(patch).toContain('+++ b/b.hidden\n@@ -1 +1 @@\n-1\n+2\n');
  expect(patch).not.toContain('Binary files');
  expect(started()).toEqual([]);
});

test('snapshots, attributes, packs and whole collections start nothing either', async () => {
  const { fixture, base, head, started } = makeHostile();
  fixture.write({ a: 'dirty\n', untracked: 'x\r\n' });
  const repository = await workshop.open(fixture);
  const targets: LocalTarget[] = [
    { kind: 'range', range: `${base}..${head}` },
    { kind: 'commit', revision: base },
    { kind: 'staged' },
    { kind: 'dirty' },
    { kind: 'base-head', base, head: null },
  ];
  for (const target of targets) {
    const resolved = await createLocalSource({ repository, target }).resolve(signal);
    await collectChange({ repository, target: resolved, round: 1, signal });
  }
  const dirty = await repository.snapshotWorkTree();
  expect(await repository.readFile(dirty, 'a')).toMatchObject({ bytes: Buffer.from('dirty\n') });
  const files = await findAttributesFiles(repository, base);
  await readAttributes({ repository, files, paths: ['a', 'b.hidden'], signal });
  const { pack } = await packObjects({
    repository,
    commits: [base, head],
    paths: ['a'],
    maxBytes: 1e6,
    signal,
  });
  const packFile = join(fixture.scratch, 'objects.pack');
  writeFileSync(packFile, pack);
  const packed = await openPackedRepository({
    packFile,
    cacheDirectory: join(fixture.scratch, 'cache'),
    objectFormat: 'sha1',
  });
  expect(await packed.readFile(head, 'a')).toMatchObject({ outcome: 'found' });
  await packed.close();
  expect(started()).toEqual([]);
});

test('an object that a partial clone does not have is an error, and nothing is fetched', async () => {
  const { fixture, head, started } = makeHostile();
  const blob = fixture.git('rev-parse', `${head}:c d`);
  rmSync(join(fixture.directory, '.git/objects', blob.slice(0, 2), blob.slice(2)));
  const repository = await workshop.open(fixture);
  const error = await repository.readFile(head, 'c d').catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(GitError);
  expect((error as GitError).hint).toContain('git fetch');
  await expect(repository.diff(`${head}`, await repository.emptyCommit())).rejects.toBeInstanceOf(GitError);
  expect(started()).toEqual([]);
});

test('a work tree that pretends to be a bare repository is not obeyed', async () => {
  const { fixture, head, started } = makeHostile();
  const inner = join(fixture.directory, 'inner');
  execFileSync('cp', ['-r', join(fixture.directory, '.git'), inner]);
  const repository = await workshop.open(fixture, { source: inner });
  expect(await repository.resolveCommit('HEAD')).toBe(head);
  expect(await repository.readFile(head, 'a')).toMatchObject({ outcome: 'found' });
  expect(existsSync(join(inner, 'index.lock'))).toBe(false);
  expect(started()).toEqual([]);
});
