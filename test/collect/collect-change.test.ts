import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectChange } from '../../src/collect/collect-change.ts';
import { Change } from '../../src/domain/change.ts';
import { RepositoryError } from '../../src/errors.ts';
import { createLocalSource, type LocalTarget } from '../../src/forge/local/local-source.ts';
import type { ReviewTarget } from '../../src/forge/pull-request-source.ts';
import type { GitFixture } from '../support/git-fixture.ts';
import { useGitWorkshop } from '../support/git-open.ts';

const workshop = useGitWorkshop();
const signal = new AbortController().signal;

async function collect(fixture: GitFixture, target: LocalTarget, source = fixture.directory) {
  const repository = await workshop.open(fixture, { source });
  const resolved = await createLocalSource({ repository, target }).resolve(signal);
  return collectChange({ repository, target: resolved, round: 1, signal });
}

const ada = { name: 'Ada Author', email: 'ada@example.com' };

describe('a change', () => {
  test('holds the commits oldest first and the diff from the merge base', async () => {
    const fixture = workshop.fixture();
    const fork = fixture.commit({ 'src/a.ts': 'one\ntwo\nthree\n', old: 'same\nlines\nhere\n', pic: 'a\0b' });
    fixture.git('checkout', '--quiet', '-b', 'topic');
    const first = fixture.commit({ 'src/a.ts': 'one\nTWO\nthree\nfour' }, 'First\n\nWith a body.');
    const second = fixture.commit(
      { old: null, new: 'same\nlines\nhere\n', pic: 'a\0c', gone: null },
      'Second',
    );
    fixture.git('checkout', '--quiet', 'main');
    const main = fixture.commit({ 'not/part': 'of it\n' }, 'Meanwhile');
    const { change, patch } = await collect(fixture, { kind: 'range', range: 'main..topic' });
    const blob = (revision: string) => fixture.git('rev-parse', revision);
    expect(change).toEqual({
      schemaVersion: 1,
      repository: { owner: 'local', name: 'repository', url: null },
      headKind: 'commit',
      branch: 'topic',
      base: { sha: main, name: 'main' },
      head: { sha: second, name: 'topic' },
      mergeBase: fork,
      commits: [
        {
          sha: first,
          subject: 'First',
          body: 'With a body.',
          author: ada,
          authoredAt: '2026-01-01T00:01:00.000Z',
        },
        { sha: second, subject: 'Second', body: '', author: ada, authoredAt: '2026-01-01T00:02:00.000Z' },
      ],
      files: [
        {
          path: 'new',
          oldPath: 'old',
          status: 'renamed',
          oldMode: '100644',
          newMode: '100644',
          oldOid: blob(`${fork}:old`),
          newOid: blob(`${fork}:old`),
          binary: false,
          additions: 0,
          deletions: 0,
          hunks: [],
          generated: false,
          vendored: false,
        },
        {
          path: 'pic',
          oldPath: null,
          status: 'modified',
          oldMode: '100644',
          newMode: '100644',
          oldOid: blob(`${fork}:pic`),
          newOid: blob('topic:pic'),
          binary: true,
          additions: null,
          deletions: null,
          hunks: [],
          generated: false,
          vendored: false,
        },
        {
          path: 'src/a.ts',
          oldPath: null,
          status: 'modified',
          oldMode: '100644',
          newMode: '100644',
          oldOid: blob(`${fork}:src/a.ts`),
          newOid: blob('topic:src/a.ts'),
          binary: false,
          additions: 2,
          deletions: 1,
          hunks: [
            {
              oldStart: 1,
              oldLines: 3,
              newStart: 1,
              newLines: 4,
              section: '',
              added: [
                { start: 2, end: 2 },
                { start: 4, end: 4 },
              ],
              removed: [{ start: 2, end: 2 }],
            },
          ],
          generated: false,
          vendored: false,
        },
      ],
      pullRequest: null,
      comments: null,
      checkRuns: null,
      earlierRounds: null,
      round: 1,
    });
    expect(Change.parse(JSON.parse(JSON.stringify(change)))).toEqual(change);
    expect(patch.toString('latin1')).toContain('rename from old\nrename to new\n');
  });

  test('without a difference has no files', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ a: '1' });
    const { change, patch } = await collect(fixture, { kind: 'range', range: 'main..main' });
    expect(change).toMatchObject({ commits: [], files: [] });
    expect(patch).toHaveLength(0);
  });

  test('of a first commit is everything in it', async () => {
    const fixture = workshop.fixture();
    const root = fixture.commit({ a: '1\n', b: '' });
    const { change } = await collect(fixture, { kind: 'commit', revision: 'HEAD' });
    expect(change.commits.map(({ sha }) => sha)).toEqual([root]);
    expect(change.files).toMatchObject([
      {
        path: 'a',
        status: 'added',
        oldOid: null,
        oldMode: null,
        additions: 1,
        hunks: [{ oldStart: 0, newStart: 1 }],
      },
      { path: 'b', status: 'added', additions: 0, hunks: [] },
    ]);
  });

  test('of the work tree has no commits of people, and shows untracked files', async () => {
    const fixture = workshop.fixture();
    const head = fixture.commit({ a: '1\n' });
    fixture.write({ a: '2\n', 'new file': '3\n' });
    const { change } = await collect(fixture, { kind: 'dirty' });
    expect(change).toMatchObject({
      headKind: 'work-tree',
      mergeBase: head,
      base: { sha: head },
      commits: [],
    });
    expect(change.files.map(({ path, status }) => [path, status])).toEqual([
      ['a', 'modified'],
      ['new file', 'added'],
    ]);
  });
});

describe('files', () => {
  test('that only change their mode or their name still have ids and modes', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ 'd/moved': 'one\ntwo\n', run: '#!/bin/sh\n', both: { executable: 'three\nfour\n' } });
    const ids = ['d/moved', 'run', 'both'].map((path) => fixture.git('rev-parse', `HEAD:${path}`));
    const [moved, run, both] = ids;
    fixture.commit({
      'd/moved': null,
      'e/moved': 'one\ntwo\n',
      run: { executable: '#!/bin/sh\n' },
      both: null,
      'e/both': 'three\nfour\n',
    });
    const { change } = await collect(fixture, { kind: 'commit', revision: 'HEAD' });
    expect(change.files).toMatchObject([
      { path: 'e/both', oldPath: 'both', oldMode: '100755', newMode: '100644', oldOid: both, newOid: both },
      {
        path: 'e/moved',
        oldPath: 'd/moved',
        oldMode: '100644',
        newMode: '100644',
        oldOid: moved,
        newOid: moved,
      },
      { path: 'run', oldPath: null, oldMode: '100644', newMode: '100755', oldOid: run, newOid: run },
    ]);
  });

  test('of submodules have no lines, and a file in place of one has its own', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ becomes: 'a\nb\n', plain: '1\n' });
    const link = (id: string, path: string) =>
      fixture.git('update-index', '--add', '--cacheinfo', `160000,${id.repeat(40)},${path}`);
    link('1', 'moves');
    link('2', 'was');
    link('3', 'goes');
    fixture.git('commit', '--quiet', '-m', 'submodules');
    fixture.git('rm', '--quiet', '--cached', 'goes', 'was', 'becomes');
    link('4', 'moves');
    link('5', 'becomes');
    const blob = fixture.git('rev-parse', 'HEAD:plain');
    fixture.git('update-index', '--add', '--cacheinfo', `100644,${blob},was`);
    fixture.git('commit', '--quiet', '-m', 'changed');
    const { change } = await collect(fixture, { kind: 'commit', revision: 'HEAD' });
    const nothing = { binary: true, additions: null, deletions: null };
    expect(change.files).toMatchObject([
      {
        path: 'becomes',
        status: 'type-changed',
        ...nothing,
        hunks: [{ removed: [{ start: 1, end: 2 }], added: [] }],
      },
      { path: 'goes', status: 'removed', ...nothing, hunks: [] },
      { path: 'moves', status: 'modified', oldMode: '160000', newMode: '160000', ...nothing, hunks: [] },
      {
        path: 'was',
        status: 'type-changed',
        ...nothing,
        hunks: [{ added: [{ start: 1, end: 1 }], removed: [] }],
      },
    ]);
    for (const { hunks } of change.files) expect(hunks.length).toBeLessThan(2);
  });
});

describe('marks', () => {
  test('come from the attributes at the base, which beat well-known names both ways', async () => {
    const fixture = workshop.fixture();
    fixture.commit({
      '.gitattributes':
        'made/** linguist-generated\nvendor/ours/** -linguist-vendored\nown.lock -linguist-generated\n',
    });
    fixture.commit({
      '.gitattributes': '* linguist-generated linguist-vendored -diff\n',
      'code.ts': '1\n',
      'made/x.ts': '1\n',
      'package-lock.json': '{}\n',
      'sub/Cargo.lock': '1\n',
      'vendor/ours/a.go': '1\n',
      'vendor/theirs/b.go': '1\n',
      'web/app.min.js': '1\n',
      'x/node_modules/y/.z.js': '1\n',
    });
    const { change } = await collect(fixture, { kind: 'commit', revision: 'HEAD' });
    const marked = change.files.map(({ path, generated, vendored, additions }) => [
      path,
      `${generated ? 'generated' : ''}${vendored ? 'vendored' : ''}`,
      additions,
    ]);
    expect(marked).toEqual([
      ['.gitattributes', '', 1],
      ['code.ts', '', 1],
      ['made/x.ts', 'generated', 1],
      ['package-lock.json', 'generated', 1],
      ['sub/Cargo.lock', 'generated', 1],
      ['vendor/ours/a.go', '', 1],
      ['vendor/theirs/b.go', 'vendored', 1],
      ['web/app.min.js', 'generated', 1],
      ['x/node_modules/y/.z.js', 'vendored', 1],
    ]);
  });
});

describe('texts of people', () => {
  test('are made visible wherever they stand, and files keep their names', async () => {
    const fixture = workshop.fixture();
    const base = fixture.commit({ a: 'fn hidden\u202ename()\n1\n2\n3\n4\n5\n6\n7\n' });
    const head = fixture.commit(
      { a: 'fn hidden\u202ename()\n1\n2\n3\n4\n5\n6\nX\n' },
      'A\u200bB\n\nC\u202eD\n\tE',
    );
    const repository = await workshop.open(fixture);
    const target: ReviewTarget = {
      repository: { owner: 'lo\u200bcal', name: 'na\nme', url: null },
      headKind: 'commit',
      base: { sha: base, name: 'ba\u200bse' },
      head: { sha: head, name: 'he\u200bad' },
      mergeBase: null,
      branch: 'bra\u200bnch',
      slug: 'x',
      pullRequest: {
        number: 7,
        title: 'Ti\u200btle',
        body: 'Bo\u202edy\n\u{e0041}',
        url: 'https://github.com/o/n/pull/7',
        state: 'open',
        author: 'a\u200bda',
        baseRef: 'ma\u200bin',
        headRef: 'to\u202epic',
        headRepository: 'o\u200b/n',
      },
      linked: [
        {
          number: 3,
          kind: 'issue',
          title: 'Is\u200bsue',
          state: 'open',
          url: 'https://github.com/o/n/issues/3',
          willClose: true,
        },
      ],
      notices: ['Not\u202e known'],
      comments: [{ author: 'g\u200b', text: 't\u202ex', path: null, line: null, url: null, resolved: null }],
      checkRuns: [{ name: 'li\u200bnt', state: 'failed', summary: 's\u202e', url: null }],
      earlierRounds: [
        {
          round: 1,
          head: null,
          declined: [
            {
              label: 'I\u200b1',
              severity: 'important',
              title: 't\u200b',
              path: null,
              reason: 'no\u202e\nway',
              by: 'b\u200b',
            },
          ],
        },
      ],
    };
    const { change } = await collectChange({ repository, target, round: 3, signal });
    expect(change).toMatchObject({
      repository: { owner: 'lo⟦U+200B⟧cal', name: 'na⟦U+000A⟧me' },
      branch: 'bra⟦U+200B⟧nch',
      base: { name: 'ba⟦U+200B⟧se' },
      head: { name: 'he⟦U+200B⟧ad' },
      commits: [{ subject: 'A⟦U+200B⟧B', body: 'C⟦U+202E⟧D\n\tE' }],
      files: [{ path: 'a', hunks: [{ section: 'fn hidden⟦U+202E⟧name()' }] }],
      pullRequest: {
        title: 'Ti⟦U+200B⟧tle',
        body: 'Bo⟦U+202E⟧dy\n⟦U+E0041⟧',
        author: 'a⟦U+200B⟧da',
        baseRef: 'ma⟦U+200B⟧in',
        headRef: 'to⟦U+202E⟧pic',
        headRepository: 'o⟦U+200B⟧/n',
      },
      linked: [{ number: 3, title: 'Is⟦U+200B⟧sue' }],
      notices: ['Not⟦U+202E⟧ known'],
      comments: [{ author: 'g⟦U+200B⟧', text: 't⟦U+202E⟧x' }],
      checkRuns: [{ name: 'li⟦U+200B⟧nt', summary: 's⟦U+202E⟧' }],
      earlierRounds: [
        {
          declined: [{ label: 'I⟦U+200B⟧1', title: 't⟦U+200B⟧', reason: 'no⟦U+202E⟧\nway', by: 'b⟦U+200B⟧' }],
        },
      ],
      round: 3,
    });
    const hidden = /[\u200b\u202e\u{e0041}]/u;
    expect(JSON.stringify(change)).not.toMatch(hidden);
  });
});

describe('histories', () => {
  test('that a shallow clone cuts off are refused, with what to fetch', async () => {
    const fixture = workshop.fixture();
    const fork = fixture.commit({ a: '1' });
    fixture.commit({ a: '2' });
    fixture.git('checkout', '--quiet', '-b', 'topic', fork);
    fixture.commit({ b: '1' });
    const shallow = join(fixture.scratch, 'shallow');
    const url = `file://${fixture.directory}`;
    fixture.git('clone', '--quiet', '--depth=1', '--no-single-branch', url, shallow);
    const range: LocalTarget = { kind: 'range', range: 'origin/main..origin/topic' };
    const error = await collect(fixture, range, shallow).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(RepositoryError);
    expect((error as RepositoryError).hint).toMatch(/git fetch --deepen=\d+.*git fetch --unshallow/);
    fixture.git('-C', shallow, 'fetch', '--quiet', '--deepen=1');
    const { change } = await collect(fixture, range, shallow);
    expect(change).toMatchObject({
      mergeBase: fork,
      commits: [{ subject: 'change' }],
      files: [{ path: 'b' }],
    });
  });

  test('that have nothing in common are refused', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ a: '1' });
    fixture.git('checkout', '--quiet', '--orphan', 'alone');
    fixture.commit({ b: '1' });
    const collecting = collect(fixture, { kind: 'range', range: 'main..alone' });
    await expect(collecting).rejects.toThrow(RepositoryError);
    await expect(collecting).rejects.toThrow('main and alone have no common history');
  });

  test('are not read once the run is cancelled', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ a: '1' });
    const repository = await workshop.open(fixture);
    const source = createLocalSource({ repository, target: { kind: 'staged' } });
    const target = await source.resolve(signal);
    const reason = new Error('enough');
    const cancelled = AbortSignal.abort(reason);
    await expect(collectChange({ repository, target, round: 1, signal: cancelled })).rejects.toBe(reason);
    await expect(source.resolve(cancelled)).rejects.toBe(reason);
  });
});
