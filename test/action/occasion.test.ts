import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Occasion, readOccasion } from '../../src/action/read-event.ts';
import type { SkipSettings } from '../../src/action/read-inputs.ts';
import { refuseForeignCheckout } from '../../src/action/refuse-checkout.ts';
import { reasonToSkip } from '../../src/action/skip-rules.ts';
import { DeepReviewError } from '../../src/errors.ts';
import { readCheckout } from '../../src/git/read-checkout.ts';
import { createGitFixture } from '../support/git-fixture.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { commentEvent, pullRequestEvent } from './webhook-payloads.ts';

/** As the runner hands an event to a step. */
function occasionOf(event: string, payload: unknown, commit = 'b'.repeat(40)): Promise<Occasion> {
  const path = join(temporaryDirectory(), 'event.json');
  writeFileSync(path, typeof payload === 'string' ? payload : JSON.stringify(payload));
  const variables: Record<string, string> = {
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: path,
    GITHUB_SHA: commit,
  };
  return readOccasion((name) => variables[name] ?? null);
}

async function refusalOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (cause) {
    if (cause instanceof DeepReviewError) return `${cause.exitCode}: ${cause.message}`;
    throw cause;
  }
}

describe('an event', () => {
  test('of a pull request, of a comment on one, of neither', async () => {
    const opened = await occasionOf('pull_request_target', pullRequestEvent({ fork: true, labels: ['bug'] }));
    const facts = {
      number: 7,
      title: 'Keep workspaces alive',
      isDraft: false,
      isOpen: true,
      labels: ['bug'],
      author: { login: 'octocat', isBot: false, association: 'CONTRIBUTOR' },
    };
    expect(opened).toEqual({
      event: 'pull_request_target',
      action: 'opened',
      isPrivileged: true,
      facts: { ...facts, commits: { head: 'a'.repeat(40), base: 'b'.repeat(40), isFork: true } },
      number: 7,
      comment: null,
      forkHead: null,
      commit: 'b'.repeat(40),
    });
    const commented = await occasionOf('issue_comment', commentEvent({ body: '/deep-review review' }));
    expect(commented).toEqual({
      event: 'issue_comment',
      action: 'created',
      isPrivileged: true,
      facts: { ...facts, labels: [], commits: null },
      number: 7,
      comment: {
        id: 1,
        body: '/deep-review review',
        login: 'maintainer',
        isBot: false,
        association: 'MEMBER',
      },
      forkHead: null,
      commit: 'b'.repeat(40),
    });
    const numbers = await Promise.all([
      occasionOf('workflow_run', { action: 'completed', workflow_run: { pull_requests: [{ number: 9 }] } }),
      occasionOf('workflow_run', { action: 'completed', workflow_run: { pull_requests: [] } }),
      occasionOf('workflow_dispatch', { inputs: { 'pull-request': '12' }, ref: 'refs/heads/main' }),
      occasionOf('workflow_dispatch', { inputs: { 'pull-request': 'all' } }),
      occasionOf('workflow_dispatch', { inputs: null }),
      occasionOf('workflow_dispatch', { inputs: { 'pull-request': { toString: 1 } } }),
      occasionOf('schedule', { schedule: '0 3 * * *' }),
      occasionOf('push', { ref: 'refs/heads/main', commits: [] }),
      readOccasion(() => null),
    ]);
    expect(numbers.map(({ number, isPrivileged }) => [number, isPrivileged])).toEqual([
      [9, true],
      [null, true],
      [12, false],
      [null, false],
      [null, false],
      [null, false],
      [null, false],
      [null, false],
      [null, false],
    ]);
  });

  test('that is none is refused with its name', async () => {
    const refusals = await Promise.all(
      ['{', '[]', { pull_request: { number: '7' } }].map((payload) =>
        refusalOf(occasionOf('pull_request', payload)),
      ),
    );
    expect(refusals).toEqual([
      expect.stringMatching(/^2: the event pull_request cannot be read from .*event\.json$/),
      expect.stringMatching(/^2: the event pull_request is not as GitHub writes it/),
      expect.stringMatching(/^2: the event pull_request is not as GitHub writes it: pull_request\.number/),
    ]);
  });
});

describe('a pull request is skipped', () => {
  const rules: SkipSettings = {
    includeDrafts: false,
    allowBots: [],
    skipLabel: 'skip-review',
    skipTitlePattern: '\\[skip review\\]',
    authorAssociations: [],
  };
  const skip = async (event: string, payload: unknown, more: Partial<SkipSettings> = {}) =>
    reasonToSkip(await occasionOf(event, payload), { ...rules, ...more })?.code ?? null;

  test.each<[string | null, Parameters<typeof pullRequestEvent>[0], Partial<SkipSettings>]>([
    [null, {}, {}],
    ['closed', { state: 'closed' }, {}],
    ['draft', { draft: true }, {}],
    [null, { draft: true }, { includeDrafts: true }],
    ['bot', { login: 'renovate[bot]', type: 'Bot' }, {}],
    ['bot', { login: 'renovate[bot]', type: 'Bot' }, { allowBots: ['dependabot[bot]'] }],
    [null, { login: 'Renovate[bot]', type: 'Bot' }, { allowBots: ['renovate[bot]'] }],
    [null, { login: 'renovate[bot]', type: 'Bot' }, { allowBots: ['*'] }],
    ['label', { labels: ['bug', 'Skip-Review'] }, {}],
    [null, { labels: ['skip-review'] }, { skipLabel: null }],
    ['title', { title: 'Bump x [Skip Review]' }, {}],
    [null, { title: 'Bump x [skip review]' }, { skipTitlePattern: null }],
    ['title', { title: `${'a'.repeat(30_000)}!` }, { skipTitlePattern: '(a+)+!' }],
    ['author', { association: 'NONE' }, { authorAssociations: ['OWNER', 'MEMBER'] }],
    [null, { association: 'MEMBER' }, { authorAssociations: ['OWNER', 'MEMBER'] }],
  ])('%s: %j under %j', async (code, payload, more) => {
    expect(await skip('pull_request', pullRequestEvent(payload), more)).toBe(code);
  });

  test.each<[string | null, Parameters<typeof commentEvent>[0], Partial<SkipSettings>]>([
    [null, { body: '/deep-review review' }, {}],
    [null, { body: '  /deep-review', draft: true, labels: ['skip-review'] }, {}],
    ['no-pull-request', { body: '/deep-review', onIssue: true }, {}],
    ['not-asked', { body: 'see /deep-review' }, {}],
    ['not-asked', { body: '/deep-reviewer' }, {}],
    ['not-asked', { body: '> /deep-review review\n\nwhat is that?' }, {}],
    [null, { body: '/deep-review decline I1·a3f9 by design', draft: true }, {}],
    ['not-asked', { body: '/deep-review', action: 'edited' }, {}],
    ['comment-author', { body: '/deep-review', association: 'CONTRIBUTOR' }, {}],
    [null, { body: '/deep-review', association: 'CONTRIBUTOR' }, { authorAssociations: ['CONTRIBUTOR'] }],
    ['comment-author', { body: '/deep-review', login: 'helper[bot]', type: 'Bot' }, {}],
    ['closed', { body: '/deep-review', state: 'closed' }, {}],
  ])('on a comment, %s: %j under %j', async (code, payload, more) => {
    expect(await skip('issue_comment', commentEvent(payload), more)).toBe(code);
  });

  test('never for a pattern that is none: that is refused', async () => {
    const broken = skip('pull_request', pullRequestEvent({}), { skipTitlePattern: '(?=x' });
    expect(await refusalOf(broken)).toBe('2: the input skip-title-pattern is no regular expression: (?=x');
  });
});

test('where a stranger’s code is checked out and the run has secrets, nothing is started', async () => {
  const upstream = createGitFixture();
  const base = upstream.commit({ 'a.txt': 'base\n' });
  upstream.git('checkout', '-q', '-b', 'fork');
  const head = upstream.commit({ 'a.txt': 'head\n' });
  upstream.git('checkout', '-q', 'main');
  upstream.git('merge', '-q', '--no-ff', '-m', 'merge', 'fork');
  const merge = upstream.git('rev-parse', 'HEAD').trim();
  upstream.git('checkout', '-q', 'fork');
  const newer = upstream.commit({ 'a.txt': 'pushed since\n' });
  /** A shallow clone, as a workflow's checkout makes them. */
  const checkOut = (commit: string, place: string) => {
    const workspace = temporaryDirectory();
    const clone = join(workspace, place);
    upstream.git('init', '-q', clone);
    upstream.git('-C', clone, 'fetch', '-q', '--depth=1', `file://${upstream.directory}`, commit);
    upstream.git('-C', clone, 'checkout', '-q', 'FETCH_HEAD');
    return workspace;
  };
  upstream.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  const empty = temporaryDirectory();
  const [atBase, atHead, atMerge, atNewer, beside, mergeBeside] = [
    checkOut(base, '.'),
    checkOut(head, '.'),
    checkOut(merge, '.'),
    checkOut(newer, '.'),
    checkOut(head, 'pr'),
    checkOut(merge, 'pr'),
  ];
  const owned = (owner: string) => ({ full_name: `${owner}/r` });
  const look = async (event: string, workspace: string, fork = true) => {
    const payload =
      event === 'issue_comment'
        ? commentEvent({ body: '/deep-review' })
        : event === 'check_run'
          ? { action: 'completed', check_run: { head_sha: head } }
          : event === 'workflow_run'
            ? {
                workflow_run: {
                  head_sha: head,
                  head_repository: owned(fork ? 'eve' : 'o'),
                  repository: owned('o'),
                },
              }
            : pullRequestEvent({ fork, head, base });
    const occasion = await occasionOf(event, payload, base);
    const signal = new AbortController().signal;
    return refusalOf(
      refuseForeignCheckout({ occasion, workspace }, (place) => readCheckout(place, { signal })),
    );
  };
  const allowed = await Promise.all([
    look('pull_request_target', empty),
    look('pull_request_target', join(empty, 'not-there')),
    look('pull_request_target', atBase),
    look('pull_request_target', atHead, false),
    look('pull_request', atMerge),
    look('issue_comment', atBase),
    look('check_run', atBase),
  ]);
  expect(allowed).toEqual(allowed.map(() => null));
  const refused = await Promise.all([
    look('pull_request_target', atHead),
    look('pull_request_target', atMerge),
    look('pull_request_target', atNewer),
    look('pull_request_target', beside),
    look('pull_request_target', mergeBeside),
    look('issue_comment', atHead),
  ]);
  expect(refused).toEqual(
    refused.map(() =>
      expect.stringMatching(/^2: code of pull request #7, which is of others, may be checked out in /),
    ),
  );
  expect(await look('check_run', atHead)).toMatch(/^2: code of a pull request may be checked out in /);
  const ofOwnBranch = await look('workflow_run', beside, false);
  expect([await look('workflow_run', beside), ofOwnBranch]).toEqual([
    expect.stringMatching(/^2: code of a pull request may be checked out in /),
    null,
  ]);
  writeFileSync(join(empty, '.git'), 'gitdir: /nowhere\n');
  expect(await look('pull_request_target', empty)).toMatch(/^2: nobody can tell what is checked out in /);
  upstream.remove();
});
