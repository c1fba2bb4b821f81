import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEnvironment } from '../../src/config.ts';
import type { RunEvent } from '../../src/domain/event.ts';
import { PublishReceipt } from '../../src/domain/publication.ts';
import { RunManifest } from '../../src/domain/run.ts';
import { runReview, runStage } from '../../src/pipeline.ts';
import { type GithubServer, startGithubServer } from '../servers/github/github-server.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { dependenciesOf, optionsOf } from '../support/run-in-process.ts';

const name = 'acme/shop';
const numbers = [1, 2, 3, 4, 5, 6, 7];

let repository: GitFixture;
let server: GithubServer;
/** A finished run that nobody has posted yet. */
let finished: string;

beforeAll(async () => {
  repository = createGitFixture({ name: 'shop' });
  repository.commit({ 'store.ts': 'export const store = new Map<string, string>();\n' }, 'Begin');
  repository.git('checkout', '--quiet', '-b', 'feature');
  repository.commit({ 'store.ts': changed }, 'Tell whether a key is there');
  server = await startGithubServer({
    scenario: {
      tokens: {
        ghs_workflow: {
          kind: 'actions',
          repository: name,
          permissions: { contents: 'read', pull_requests: 'write', checks: 'write' },
        },
        ghs_readonly: {
          kind: 'actions',
          repository: name,
          permissions: { contents: 'read', pull_requests: 'read' },
        },
      },
      repositories: [
        {
          name,
          git: repository.directory,
          pullRequests: numbers.map((number) => ({
            number,
            title: 'Tell whether a key is there',
            head: 'feature',
          })),
        },
      ],
    },
  });
  const change = { repository, range: 'main..feature' };
  const outcome = await runReview(
    optionsOf({ change, out: join(repository.scratch, 'out'), reviewers: ['checks'] }),
    dependenciesOf({ change }, null),
  );
  finished = outcome.runDir;
}, 60_000);

afterAll(async () => {
  await server.close();
  repository.remove();
});

const changed = `export const store = new Map<string, string>();

export async function has(key: string): Promise<boolean> {
  try {
    return (await fetch('http://store.invalid/' + key)).ok;
  } catch {
    return false;
  }
}
`;

/** A copy of the finished run as one of a pull request: a review of this server's would have left it so. */
function runOf(number: number | null, url = server.url): string {
  const run = join(repository.scratch, `run-${number}-${url.length}`);
  cpSync(finished, run, { recursive: true });
  const pullRequest =
    number === null ? null : { number, title: 'Tell', body: '', url: '', state: 'open', author: 'ada' };
  const forge = { owner: 'acme', name: 'shop', url: `${url}/${name}` };
  for (const [file, at] of [
    ['collect/change.json', null],
    ['render/report.json', 'change'],
  ] as const) {
    const read = JSON.parse(readFileSync(join(run, file), 'utf8'));
    Object.assign(at === null ? read : read[at], { pullRequest, repository: forge });
    if (at !== null) {
      read.run.id = `${read.run.id}-${number}`;
      // All pull requests here share their commit: a check that says the same would be taken for an earlier one.
      for (const finding of read.findings) finding.title = `${finding.title} (${number})`;
    }
    writeFileSync(join(run, file), JSON.stringify(read));
  }
  return run;
}

interface Posting {
  run: string;
  post?: ('summary' | 'inline' | 'check')[];
  variables?: Record<string, string>;
}

/** `stage publish` on a machine that has the run directory alone. */
async function publish({ run, post = ['summary', 'inline', 'check'], variables = {} }: Posting) {
  const empty = join(repository.scratch, 'empty');
  mkdirSync(empty, { recursive: true });
  const events: RunEvent[] = [];
  const change = { repository, range: '' };
  const outcome = await runStage(
    {
      ...optionsOf({ change, out: empty, options: { workingDirectory: empty } }),
      stage: 'publish',
      run,
      reviewer: null,
      post,
    },
    {
      ...dependenciesOf({ change }, null),
      environment: readEnvironment({
        HOME: repository.scratch,
        XDG_CACHE_HOME: join(repository.scratch, 'cache'),
        PATH: process.env.PATH,
        GITHUB_SERVER_URL: server.url,
        GITHUB_API_URL: server.url,
        GITHUB_TOKEN: 'ghs_workflow',
        ...variables,
      }),
      emit: (event) => {
        events.push(event);
      },
    },
  );
  return { outcome, events };
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const manifestOf = (run: string) => RunManifest.parse(readJson(join(run, 'run.json')));
const outcomes = (receipt: PublishReceipt | undefined) =>
  receipt?.parts.map(({ part, outcome, cause }) => [part, outcome, cause?.code ?? null]);

describe('a finished run', () => {
  test('is posted from its directory alone; again, nothing is written', { timeout: 60_000 }, async () => {
    const run = runOf(1);
    const first = await publish({ run });
    const receipt = PublishReceipt.parse(readJson(join(run, 'publish', 'receipt.json')));
    expect(first.outcome).toEqual({ stage: 'publish', runDir: run, exitCode: 0, receipt });
    expect(outcomes(receipt)).toEqual([
      ['check', 'created', null],
      ['inline', 'created', null],
      ['summary', 'created', null],
    ]);
    expect(receipt.parts[1]?.posted).toHaveLength(1);
    const manifest = manifestOf(run);
    expect([manifest.status, manifest.stages.find(({ stage }) => stage === 'publish')]).toMatchObject([
      'complete',
      { status: 'completed', cause: null },
    ]);
    const [comment] = await server.control.comments({ repository: name, number: 1 });
    expect(comment?.body).toMatch(/^<!-- deep-review:summary -->\n## Deep review: merge with fixes\n/);

    const writes = server.journal.writes().length;
    const second = await publish({ run });
    expect(outcomes(second.outcome.receipt)?.map(([, outcome]) => outcome)).toEqual([
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
    expect(server.journal.writes()).toHaveLength(writes);
    expect(server.journal.forbidden()).toEqual([]);
  });

  test('a failure leaves the report, says so and is made good by the same call', {
    timeout: 60_000,
  }, async () => {
    const run = runOf(2);
    const report = readFileSync(join(run, 'render', 'report.json'), 'utf8');
    await server.control.setFaults([
      { method: 'POST', path: '/reviews$', times: 0, what: { kind: 'status', status: 401 } },
    ]);
    const failed = await publish({ run, post: ['check', 'inline', 'summary'] });
    await server.control.setFaults([]);
    expect(failed.outcome.exitCode).toBe(4);
    expect(outcomes(failed.outcome.receipt)).toEqual([
      ['check', 'created', null],
      ['inline', 'failed', 'unauthorized'],
      ['summary', 'failed', 'unauthorized'],
    ]);
    expect(manifestOf(run).stages.find(({ stage }) => stage === 'publish')).toMatchObject({
      status: 'failed',
      cause: { code: 'not-posted' },
    });
    expect(
      failed.events.filter((event) => event.type === 'notice' && event.level === 'warning'),
    ).toHaveLength(2);
    expect(readFileSync(join(run, 'render', 'report.json'), 'utf8')).toBe(report);
    const mended = await publish({ run });
    expect([mended.outcome.exitCode, outcomes(mended.outcome.receipt)]).toEqual([
      0,
      [
        ['check', 'unchanged', null],
        ['inline', 'created', null],
        ['summary', 'created', null],
      ],
    ]);
  });

  test('with a token that only reads, all of it stands on the page of the workflow’s run', {
    timeout: 60_000,
  }, async () => {
    const run = runOf(3);
    const stepSummary = join(repository.scratch, 'step-summary.md');
    const writes = server.journal.writes().length;
    const { outcome, events } = await publish({
      run,
      variables: { GITHUB_TOKEN: 'ghs_readonly', GITHUB_STEP_SUMMARY: stepSummary },
    });
    expect(outcome.exitCode).toBe(0);
    expect(outcomes(outcome.receipt)).toEqual([
      ['check', 'skipped', 'missing-permission'],
      ['inline', 'skipped', 'missing-permission'],
      ['summary', 'skipped', 'missing-permission'],
    ]);
    expect(server.journal.writes()).toHaveLength(writes);
    const { findings } = readJson(join(run, 'render', 'report.json'));
    const page = readFileSync(stepSummary, 'utf8');
    expect(findings.length).toBeGreaterThan(0);
    for (const { shortId } of findings) expect(page).toContain(shortId);
    const annotations = events.flatMap((event) => (event.type === 'annotation' ? [event.annotation] : []));
    expect(annotations.map(({ path, level }) => [path, level])).toEqual([
      ['store.ts', 'warning'],
      ['store.ts', 'notice'],
    ]);
  });

  test('a page that cannot be written is a warning and changes nothing', { timeout: 60_000 }, async () => {
    const { outcome, events } = await publish({
      run: runOf(4),
      post: ['summary'],
      variables: { GITHUB_STEP_SUMMARY: repository.scratch },
    });
    expect([outcome.exitCode, outcomes(outcome.receipt)]).toEqual([0, [['summary', 'created', null]]]);
    expect(events).toContainEqual({
      type: 'notice',
      level: 'warning',
      message: expect.stringContaining('the step summary could not be written: EISDIR'),
    });
  });

  test('a closed pull request is left alone, and the exit code stays', { timeout: 60_000 }, async () => {
    await server.control.setPullRequest({ repository: name, number: 5, state: 'closed' });
    const { outcome } = await publish({ run: runOf(5), post: ['summary'] });
    expect([outcome.exitCode, outcomes(outcome.receipt)]).toEqual([0, [['summary', 'skipped', 'closed']]]);
  });
});

describe('what cannot be posted from here', () => {
  test.each<[string, () => Posting, string]>([
    [
      'without a token',
      () => ({ run: runOf(6), variables: { GITHUB_TOKEN: '', PATH: '/nowhere' } }),
      'posting needs a token, and there is none',
    ],
    [
      'a run of no pull request',
      () => ({ run: runOf(null) }),
      'this run is about no pull request: there is nowhere to post it',
    ],
    [
      'a run of another GitHub',
      () => ({ run: runOf(7, 'https://git.example') }),
      'this run is about a pull request on git.example, and the GitHub that is asked is',
    ],
  ])('%s is refused, and the run stays as it was', async (_, posting, message) => {
    const given = posting();
    await expect(publish(given)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
    expect(manifestOf(given.run).status).toBe('complete');
    expect(existsSync(join(given.run, 'publish'))).toBe(false);
  });
});
