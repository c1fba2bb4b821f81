import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RepositoryError } from '../../../src/errors.ts';
import { createLocalSource, type LocalTarget } from '../../../src/forge/local/local-source.ts';
import type { ReviewTarget } from '../../../src/forge/pull-request-source.ts';
import type { GitFixture } from '../../support/git-fixture.ts';
import { useGitWorkshop } from '../../support/git-open.ts';

const workshop = useGitWorkshop();
const signal = new AbortController().signal;

async function resolveTarget(
  fixture: GitFixture,
  target: LocalTarget,
  source = fixture.directory,
): Promise<ReviewTarget> {
  const repository = await workshop.open(fixture, { source });
  return createLocalSource({ repository, target }).resolve(signal);
}

const anonymous = { owner: 'local', name: 'repository', url: null };
const fromCommits = {
  repository: anonymous,
  headKind: 'commit',
  mergeBase: null,
  pullRequest: null,
  comments: null,
};

describe('a range', () => {
  test.each(['..', '...'])('A%sB is what B has', async (dots) => {
    const fixture = workshop.fixture();
    const base = fixture.commit({ a: '1' });
    fixture.git('checkout', '--quiet', '-b', 'topic/x');
    const head = fixture.commit({ a: '2' });
    const expected = {
      ...fromCommits,
      base: { sha: base, name: 'main' },
      head: { sha: head, name: 'topic/x' },
      branch: 'topic/x',
      slug: 'topic/x',
    };
    expect(await resolveTarget(fixture, { kind: 'range', range: `main${dots}topic/x` })).toEqual(expected);
    expect(await resolveTarget(fixture, { kind: 'range', range: `main${dots}` })).toEqual({
      ...expected,
      head: { sha: head, name: 'HEAD' },
    });
    expect(await resolveTarget(fixture, { kind: 'range', range: `HEAD~1${dots}${head}` })).toEqual({
      ...expected,
      base: { sha: base, name: 'HEAD~1' },
      head: { sha: head, name: head },
      branch: null,
      slug: `HEAD~1-${head}`,
    });
  });

  test.each(['', '..', 'main', 'main..nope', '--all..main', 'main..main..main'])(
    '%j is refused',
    async (range) => {
      const fixture = workshop.fixture();
      fixture.commit({ a: '1' });
      const resolving = resolveTarget(fixture, { kind: 'range', range });
      await expect(resolving).rejects.toBeInstanceOf(RepositoryError);
    },
  );
});

describe('one commit', () => {
  test('is compared with its first parent, a merge too', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ a: '1' });
    fixture.git('checkout', '--quiet', '-b', 'side');
    fixture.commit({ b: '1' });
    fixture.git('checkout', '--quiet', 'main');
    const first = fixture.commit({ a: '2' });
    fixture.git('merge', '--quiet', '--no-edit', 'side');
    const merge = fixture.git('rev-parse', 'HEAD');
    expect(await resolveTarget(fixture, { kind: 'commit', revision: 'main' })).toEqual({
      ...fromCommits,
      base: { sha: first, name: 'main^' },
      head: { sha: merge, name: 'main' },
      mergeBase: first,
      branch: null,
      slug: `commit-${merge.slice(0, 12)}`,
    });
  });

  test('without a parent is compared with nothing', async () => {
    const fixture = workshop.fixture();
    const root = fixture.commit({ a: '1' });
    const repository = await workshop.open(fixture);
    const target = await createLocalSource({
      repository,
      target: { kind: 'commit', revision: 'HEAD' },
    }).resolve(signal);
    expect(target).toMatchObject({
      base: { name: 'nothing' },
      head: { sha: root },
      mergeBase: target.base.sha,
    });
    expect(await repository.listFiles(target.base.sha)).toEqual([]);
  });

  test('at the end of a shallow clone is refused, with what to fetch', async () => {
    const fixture = workshop.fixture();
    fixture.commit({ a: '1' });
    fixture.commit({ a: '2' });
    const shallow = join(fixture.scratch, 'shallow');
    fixture.git('clone', '--quiet', '--depth=1', `file://${fixture.directory}`, shallow);
    const error = await resolveTarget(fixture, { kind: 'commit', revision: 'HEAD' }, shallow).catch(
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(RepositoryError);
    expect((error as RepositoryError).hint).toContain('git fetch --deepen');
  });
});

describe('the index and the work tree', () => {
  test('are compared with HEAD', async () => {
    const fixture = workshop.fixture();
    const head = fixture.commit({ a: '1' });
    fixture.write({ a: '2' });
    const base = { sha: head, name: 'HEAD' };
    const staged = await resolveTarget(fixture, { kind: 'staged' });
    expect(staged).toMatchObject({ base, headKind: 'index', branch: 'main', slug: 'staged' });
    const dirty = await resolveTarget(fixture, { kind: 'dirty' });
    expect(dirty).toMatchObject({ base, headKind: 'work-tree', branch: 'main', slug: 'dirty' });
    expect(dirty.head.sha).not.toBe(staged.head.sha);
  });

  test('of a repository without a commit are compared with nothing', async () => {
    const fixture = workshop.fixture();
    fixture.write({ a: '1' });
    const dirty = await resolveTarget(fixture, { kind: 'dirty' });
    expect(dirty).toMatchObject({ base: { name: 'nothing' }, headKind: 'work-tree' });
  });
});

describe('the current branch', () => {
  function withTopic(): { fixture: GitFixture; base: string; head: string } {
    const fixture = workshop.fixture();
    const base = fixture.commit({ a: '1' });
    fixture.git('checkout', '--quiet', '-b', 'topic');
    return { fixture, base, head: fixture.commit({ a: '2' }) };
  }

  test('is compared with main', async () => {
    const { fixture, base, head } = withTopic();
    const expected = {
      ...fromCommits,
      base: { sha: base, name: 'main' },
      head: { sha: head, name: 'HEAD' },
      branch: 'topic',
      slug: 'topic',
    };
    expect(await resolveTarget(fixture, { kind: 'branch' })).toEqual(expected);
    expect(await resolveTarget(fixture, { kind: 'base-head', base: null, head: null })).toEqual(expected);
    fixture.git('tag', 'main', head);
    expect(await resolveTarget(fixture, { kind: 'branch' })).toEqual(expected);
    fixture.git('tag', '--delete', 'main');
    fixture.git('branch', '--move', 'main', 'master');
    expect(await resolveTarget(fixture, { kind: 'branch' })).toMatchObject({
      base: { sha: base, name: 'master' },
    });
  });

  test('is compared with the main branch of origin, as origin calls it', async () => {
    const { fixture, base } = withTopic();
    fixture.git('update-ref', 'refs/remotes/origin/main', 'topic');
    fixture.git('update-ref', 'refs/remotes/origin/develop', base);
    expect(await resolveTarget(fixture, { kind: 'branch' })).toMatchObject({ base: { name: 'origin/main' } });
    fixture.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/develop');
    expect(await resolveTarget(fixture, { kind: 'branch' })).toMatchObject({
      base: { name: 'origin/develop' },
    });
    fixture.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/gone');
    expect(await resolveTarget(fixture, { kind: 'branch' })).toMatchObject({ base: { name: 'origin/main' } });
  });

  test('that is main itself is compared with its upstream, and with nothing else', async () => {
    const fixture = workshop.fixture();
    const base = fixture.commit({ a: '1' });
    const head = fixture.commit({ a: '2' });
    fixture.git('branch', 'master', base);
    const error = await resolveTarget(fixture, { kind: 'branch' }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(RepositoryError);
    expect((error as RepositoryError).hint).toContain('--base');
    fixture.git('remote', 'add', 'origin', 'https://token@github.com/octo/tool.git');
    fixture.git('update-ref', 'refs/remotes/origin/main', base);
    fixture.git('branch', '--quiet', '--set-upstream-to=origin/main');
    expect(await resolveTarget(fixture, { kind: 'branch' })).toEqual({
      ...fromCommits,
      repository: { owner: 'octo', name: 'tool', url: 'https://github.com/octo/tool' },
      base: { sha: base, name: 'origin/main' },
      head: { sha: head, name: 'HEAD' },
      branch: 'main',
      slug: 'main',
    });
  });

  test('may be none: a detached HEAD', async () => {
    const { fixture, base, head } = withTopic();
    fixture.git('checkout', '--quiet', '--detach');
    expect(await resolveTarget(fixture, { kind: 'branch' })).toEqual({
      ...fromCommits,
      base: { sha: base, name: 'main' },
      head: { sha: head, name: 'HEAD' },
      branch: null,
      slug: 'head',
    });
  });

  test('gives way to a named head, whose own base is looked for', async () => {
    const { fixture, base, head } = withTopic();
    fixture.git('checkout', '--quiet', 'main');
    const topic = { sha: head, name: 'topic' };
    expect(await resolveTarget(fixture, { kind: 'base-head', base: null, head: 'topic' })).toEqual({
      ...fromCommits,
      base: { sha: base, name: 'main' },
      head: topic,
      branch: 'topic',
      slug: 'topic',
    });
    expect(await resolveTarget(fixture, { kind: 'base-head', base: 'topic', head: base })).toMatchObject({
      base: topic,
      head: { sha: base },
      branch: null,
      slug: base,
    });
  });

  test('of a repository without a commit is refused', async () => {
    const fixture = workshop.fixture();
    await expect(resolveTarget(fixture, { kind: 'branch' })).rejects.toBeInstanceOf(RepositoryError);
  });
});

test('a repository without a known forge is called by its folder', async () => {
  const fixture = workshop.fixture({ name: 'my tool' });
  fixture.commit({ 'sub/a': '1' });
  const bare = join(fixture.scratch, 'their-tool.git');
  fixture.git('clone', '--quiet', '--bare', '.', bare);
  const target: LocalTarget = { kind: 'commit', revision: 'HEAD' };
  const below = await resolveTarget(fixture, target, join(fixture.directory, 'sub'));
  expect(below.repository).toEqual({ owner: 'local', name: 'my tool', url: null });
  const inBare = await resolveTarget(fixture, target, bare);
  expect(inBare.repository).toEqual({ owner: 'local', name: 'their-tool', url: null });
});
