import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnvironment } from '../../src/config.ts';
import type { RunManifest } from '../../src/domain/run.ts';
import { type EarlierRunLimits, fetchEarlierRuns } from '../../src/pipeline/fetch-earlier-runs.ts';
import { runDirectoryAt } from '../../src/run/run-directory.ts';
import { isOwnRun } from '../../src/run/run-seal.ts';
import { type GithubServer, startGithubServer } from '../servers/github/github-server.ts';
import type { FaultRule } from '../servers/github/scenario.ts';
import { makeZip, type ZipEntry } from '../support/make-zip.ts';

const repository = 'octo/shop';
let github: GithubServer;
let scratch: string;
let machines = 0;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'deep-review-earlier-'));
  const token = (actions: 'read' | 'none') =>
    ({ kind: 'actions', repository, permissions: { actions, contents: 'read' } }) as const;
  github = await startGithubServer({
    scenario: {
      tokens: { reader: token('read'), blind: token('none') },
      repositories: [{ name: repository, private: true }, { name: 'mallory/shop' }],
    },
  });
});

afterAll(async () => {
  await github.close();
  rmSync(scratch, { recursive: true, force: true });
});

const sha = 'a'.repeat(40);

function manifestOf(number: number, id: string, more: Partial<RunManifest> = {}): RunManifest {
  return {
    ...{ schemaVersion: 1, toolVersion: '0.1.0', id, reviewers: [], config: {}, configDigest: 'd' },
    target: { repository, slug: `pr-${number}`, base: sha, head: sha },
    ...{ status: 'complete', seal: 'theirs', startedAt: '2026-11-01T00:00:00.000Z', wallClockMs: 1 },
    ...{ costUsd: null, stages: [], units: {} },
    ...more,
  };
}

const zipOf = (manifest: unknown, ...entries: ZipEntry[]) =>
  makeZip([
    { name: 'run.json', content: JSON.stringify(manifest) },
    { name: 'render/report.json', content: '{"whole":true}' },
    ...entries,
  ]);

interface Upload {
  event?: string;
  from?: string | null;
  name?: string;
  content?: Buffer;
  digest?: string | null;
  expired?: boolean;
}

/** One workflow run that uploads one artifact; gives the page of the run. */
async function upload(number: number, given: Upload): Promise<string> {
  const { event = 'pull_request', from, name = `deep-review-${number}`, content, ...more } = given;
  const head = from === undefined ? {} : { headRepository: from };
  const { id } = await github.control.addWorkflowRun({ repository, event, ...head });
  const archive = content ?? zipOf(manifestOf(number, `20261101-000000-pr-${number}`));
  await github.control.addArtifact({
    ...{ repository, name, run: id, content: archive.toString('base64') },
    ...more,
  });
  return `${github.url}/${repository}/actions/runs/${id}`;
}

/** A machine with folders of its own. */
function makeMachine() {
  machines += 1;
  const home = join(scratch, `${machines}`);
  return { out: join(home, 'out'), cache: join(home, 'cache') };
}

const environmentOf = ({ cache }: ReturnType<typeof makeMachine>, token = 'reader') =>
  readEnvironment({
    ...{ HOME: scratch, XDG_CACHE_HOME: cache, GITHUB_TOKEN: token },
    ...{ GITHUB_SERVER_URL: github.url, GITHUB_API_URL: `${github.url}/api/v3` },
  });

async function look(
  number: number,
  given: {
    token?: string;
    /** Of the artifacts. */
    name?: string;
    machine?: ReturnType<typeof makeMachine>;
    limits?: Partial<EarlierRunLimits>;
  } = {},
) {
  const {
    token = 'reader',
    name: artifact = `deep-review-${number}`,
    machine = makeMachine(),
    limits = {},
  } = given;
  const notices: string[] = [];
  const environment = environmentOf(machine, token);
  const [owner = '', name = ''] = repository.split('/');
  const found = await fetchEarlierRuns(
    { repository: { owner, name }, number, artifact, out: machine.out, limits },
    {
      environment,
      signal: new AbortController().signal,
      emit(event) {
        if (event.type === 'notice') notices.push(`${event.level}: ${event.message}`);
      },
    },
  );
  const folder = join(machine.out, repository);
  return {
    found: { ...found, runs: found.runs.map((run) => run.slice(machine.out.length + 1)) },
    notices,
    folder,
    own: async (id: string) => {
      const run = runDirectoryAt(join(folder, id));
      const manifest: RunManifest = JSON.parse(readFileSync(run.file('run.json'), 'utf8'));
      return isOwnRun(run, manifest, environment.cacheDirectory);
    },
    /** What lies in the folder of runs, and whatever was left beside it. */
    left: existsSync(machine.out)
      ? readdirSync(machine.out).filter((name) => name.startsWith('.earlier'))
      : [],
  };
}

test('the last runs of this repository’s own workflows are taken, the newest first, and sealed here; the token goes to no storage', async () => {
  const machine = makeMachine();
  await upload(1, { content: zipOf(manifestOf(1, '20261101-000000-pr-1')) });
  const second = await upload(1, {
    ...{ event: 'pull_request_target', from: 'mallory/shop', digest: null },
    content: zipOf(manifestOf(1, '20261102-000000-pr-1-2', { status: 'degraded' })),
  });
  // As machines of a fan-out leave it: what the last of them says stands beside run.json.
  const last = {
    ...{ schemaVersion: 1, id: 'e'.repeat(32), run: '20261103-000000-pr-1', stage: 'render', record: null },
    ...{ units: {}, status: 'complete', wallClockMs: 1, costUsd: null },
  };
  const third = await upload(1, {
    event: 'issue_comment',
    content: zipOf(manifestOf(1, '20261103-000000-pr-1', { status: null }), {
      name: 'jobs/render.json',
      content: JSON.stringify(last),
    }),
  });
  await upload(1, { expired: true });
  await upload(1, { name: 'deep-review-10' });

  const { found, notices, folder, own, left } = await look(1, { machine, limits: { runs: 2 } });
  expect(found).toEqual({
    outcome: 'found',
    runs: [`${repository}/20261103-000000-pr-1`, `${repository}/20261102-000000-pr-1-2`],
  });
  expect(notices).toEqual([
    `info: earlier run: 20261103-000000-pr-1, from artifact deep-review-1 of ${third}`,
    `info: earlier run: 20261102-000000-pr-1-2, from artifact deep-review-1 of ${second}`,
  ]);
  expect(left).toEqual([]);
  expect(readdirSync(folder)).toEqual(['20261102-000000-pr-1-2', '20261103-000000-pr-1']);
  expect(readFileSync(join(folder, '20261103-000000-pr-1', 'render', 'report.json'), 'utf8')).toBe(
    '{"whole":true}',
  );
  expect(await own('20261103-000000-pr-1')).toBe(true);
  expect(await own('20261102-000000-pr-1-2')).toBe(true);

  // What is there stays as it is, and is not said again.
  writeFileSync(join(folder, '20261103-000000-pr-1', 'render', 'report.json'), 'kept');
  const again = await look(1, { machine, limits: { runs: 2 } });
  expect([again.found, again.notices]).toEqual([found, []]);
  expect(readFileSync(join(folder, '20261103-000000-pr-1', 'render', 'report.json'), 'utf8')).toBe('kept');

  const asked = (await github.control.journal()).filter(({ kind }) => kind === 'storage');
  expect(asked.map(({ token, status }) => [token, status])).toEqual([
    [null, 200],
    [null, 200],
    [null, 200],
    [null, 200],
  ]);
});

test('nothing is believed of a run that strangers could write, nor of one that hands on what others uploaded', async () => {
  await upload(2, { from: 'mallory/shop' });
  await upload(2, { from: 'mallory/shop' });
  await upload(2, { from: null });
  await upload(2, { event: 'push', from: 'mallory/shop' });
  await upload(2, { event: 'workflow_run' });
  await upload(2, { event: 'dynamic\n::error::x' });
  const { found, notices, folder, left } = await look(2);
  expect(found).toEqual({ outcome: 'absent', runs: [] });
  const doubt = (why: string, times = '') =>
    `warning: artifact deep-review-2 passed over${times}: nobody vouches for it: a run on ${why}`;
  expect(notices).toEqual([
    doubt('dynamic⟦U+000A⟧::error::x, which may hand on what others uploaded'),
    doubt('workflow_run, which may hand on what others uploaded'),
    doubt('push of mallory/shop, which ran a workflow of its own'),
    doubt('pull_request of a repository that is gone'),
    doubt('pull_request of mallory/shop, which ran a workflow of its own', ', 2 times'),
  ]);
  expect([left, existsSync(folder)]).toEqual([[], false]);
});

test('what is no finished run of this pull request, or not what was uploaded, is passed over with the reason', async () => {
  const table: [Upload, string][] = [
    [{ content: Buffer.from('<html>') }, 'the archive is not unpacked: '],
    [{ content: makeZip([{ name: 'notes.txt', content: '' }]) }, 'it holds no run.json'],
    [{ content: makeZip([]) }, 'it holds no run.json'],
    [{ content: zipOf(manifestOf(3, 'x'), { name: '../../../evil' }) }, 'the archive is not unpacked: '],
    [{ content: zipOf({ ...manifestOf(3, 'x'), schemaVersion: 2 }) }, 'has schema version 2'],
    [
      { content: zipOf(manifestOf(33, '20261101-000000-pr-33')) },
      'it is a run of octo/shop pr-33, not of octo/shop pr-3',
    ],
    [
      {
        content: zipOf({
          ...manifestOf(3, '20261101-000000-pr-3'),
          target: { repository: 'mallory/shop', slug: 'pr-3', base: sha, head: sha },
        }),
      },
      'it is a run of mallory/shop pr-3, not of octo/shop pr-3',
    ],
    [
      { content: zipOf(manifestOf(3, '20261101-000000-pr-3', { status: null })) },
      'did not come to its end (unfinished)',
    ],
    [
      { content: zipOf(manifestOf(3, '20261101-000000-pr-3', { status: 'cancelled' })) },
      'did not come to its end (cancelled)',
    ],
    [
      { content: zipOf(manifestOf(3, '../../20261101-000000-pr-3')) },
      'it is called ../../20261101-000000-pr-3, as no run of pr-3 is',
    ],
    [{ content: zipOf(manifestOf(3, '20261101-000000-pr-3/x')) }, 'as no run of pr-3 is'],
    [{ content: zipOf(manifestOf(3, '20261101-000000-pr-33')) }, 'as no run of pr-3 is'],
    [
      { digest: `sha256:${'0'.repeat(64)}` },
      'the archive is not the one that was uploaded: its digest is another',
    ],
    [
      { content: zipOf(manifestOf(3, 'x'), { name: 'big', content: Buffer.alloc(60_000, 7), method: 0 }) },
      'larger than 0 MiB',
    ],
    [
      { content: zipOf(manifestOf(3, 'x'), { name: 'bomb', content: Buffer.alloc(200_000) }) },
      'comes to more than 0 MiB',
    ],
  ];
  for (const [index, [given, why]] of table.entries()) {
    const name = `deep-review-3-${index}`;
    const page = await upload(3, { ...given, name });
    const { found, notices, left, folder } = await look(3, {
      name,
      limits: { archiveBytes: 50_000, bytes: 100_000 },
    });
    expect(found).toEqual({ outcome: 'absent', runs: [] });
    expect(notices).toEqual([expect.stringContaining(`warning: artifact ${name} passed over: ${page}: `)]);
    expect(notices[0]).toContain(why);
    expect(left).toEqual([]);
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  }
  // One that is good, below another, is found all the same.
  const good = await upload(3, { content: zipOf(manifestOf(3, '20261101-000000-pr-3')) });
  await upload(3, { content: Buffer.from('') });
  const { found, notices } = await look(3, { limits: { runs: 1 } });
  expect(found.runs).toEqual([`${repository}/20261101-000000-pr-3`]);
  expect(notices[0]).toBe(`info: earlier run: 20261101-000000-pr-3, from artifact deep-review-3 of ${good}`);
});

test('where GitHub does not tell, that is said, with the permission that would do; what may pass is tried again', async () => {
  const faulty = async (rules: FaultRule[], token?: string) => {
    await github.control.setFaults(rules);
    const { found, notices } = await look(4, token === undefined ? {} : { token });
    await github.control.setFaults([]);
    return [found.outcome, found.runs, notices.map((line) => line.replaceAll(github.url, ''))];
  };
  const id = '20261101-000000-pr-4';
  await upload(4, {});
  const taken = [`${repository}/${id}`];
  const said = [
    expect.stringMatching(
      `^info: earlier run: ${id}, from artifact deep-review-4 of /octo/shop/actions/runs/`,
    ),
  ];
  const blind = await faulty([], 'blind');
  expect(blind).toEqual([
    'unknown',
    [],
    [
      expect.stringMatching(
        /^warning: earlier runs of pull request 4: .* could not list the artifacts deep-review-4 of octo\/shop: .*Resource not accessible by integration; the job needs actions: read$/,
      ),
    ],
  ]);
  expect(await faulty([{ path: '/actions/runs/', what: { kind: 'status', status: 403 } }])).toEqual([
    'unknown',
    [],
    [expect.stringMatching(/could not ask what workflow run \d+ was: .*; the job needs actions: read$/)],
  ]);
  expect(await faulty([{ path: '/actions/runs/', what: { kind: 'status', status: 404 } }])).toEqual([
    'absent',
    [],
    [expect.stringMatching(/nobody vouches for it: a run that is gone$/)],
  ]);
  expect(await faulty([{ path: '/zip$', what: { kind: 'status', status: 410 } }])).toEqual([
    'absent',
    [],
    [expect.stringMatching(/passed over: .*could not download artifact \d+: it is closed to that \(410\)/)],
  ]);
  // Deleted since it was listed, as a job that uploads under the same name again does.
  expect(await faulty([{ path: '/zip$', what: { kind: 'status', status: 404 } }])).toEqual([
    'absent',
    [],
    [expect.stringMatching(/passed over: .*could not download artifact \d+: .*\(404\)/)],
  ]);
  expect(
    await faulty([
      { path: '^/artifacts/', what: { kind: 'torn' } },
      { path: '^/artifacts/', skip: 1, what: { kind: 'status', status: 503 } },
    ]),
  ).toEqual(['found', taken, said]);
  expect(await faulty([{ path: '^/artifacts/', what: { kind: 'status', status: 403 } }])).toEqual([
    'absent',
    [],
    [expect.stringMatching(/its storage answered 403$/)],
  ]);
  const pointing = (location: string) =>
    faulty([{ path: '/zip$', what: { kind: 'status', status: 302, headers: { location }, body: '' } }]);
  for (const location of [
    'http://storage.example/x',
    'https://user:word@storage.example/x',
    'ftp://storage.example',
  ])
    expect(await pointing(location)).toEqual([
      'unknown',
      [],
      [expect.stringMatching(/its storage does not speak https$/)],
    ]);
  expect(await faulty([{ path: '^/artifacts/', what: { kind: 'status', status: 302 } }])).toEqual([
    'absent',
    [],
    [expect.stringMatching(/its storage answered 302$/)],
  ]);
  await github.control.setFaults([{ path: '/actions/artifacts$', times: 0, what: { kind: 'stall' } }]);
  const late = await look(4, { limits: { totalMs: 100 } });
  await github.control.setFaults([]);
  expect([late.found.outcome, late.notices]).toEqual([
    'unknown',
    ['warning: earlier runs of pull request 4: it took too long to find out'],
  ]);
});

test('a folder that somebody put there first is no run, and is left alone', async () => {
  const machine = makeMachine();
  const id = '20261101-000000-pr-5';
  await upload(5, {});
  mkdirSync(join(machine.out, repository, id), { recursive: true });
  writeFileSync(join(machine.out, repository, id, 'run.json'), JSON.stringify(manifestOf(5, id)));
  const { found, notices, own, folder, left } = await look(5, { machine });
  expect(await own(id)).toBe(false);
  expect([readdirSync(join(folder, id)), left]).toEqual([['run.json'], []]);
  expect([found.outcome, notices]).toEqual([
    'absent',
    [expect.stringMatching(/: a folder of its name is there already, which was not made here$/)],
  ]);
});

test('anybody can upload: a page full of a fork’s is looked through, and too many of its runs hide none of our own', async () => {
  const page = await upload(6, {});
  const { id: run } = await github.control.addWorkflowRun({
    ...{ repository, event: 'pull_request', headRepository: 'mallory/shop' },
  });
  for (let count = 0; count < 101; count += 1)
    await github.control.addArtifact({ repository, run, name: 'deep-review-6', content: '' });
  const why = 'nobody vouches for it: a run on pull_request of mallory/shop, which ran a workflow of its own';
  const { found, notices } = await look(6);
  expect([found.outcome, notices]).toEqual([
    'found',
    [
      `info: earlier run: 20261101-000000-pr-6, from artifact deep-review-6 of ${page}`,
      `warning: artifact deep-review-6 passed over, 101 times: ${why}`,
    ],
  ]);
  for (let count = 0; count < 30; count += 1) await upload(6, { from: 'mallory/shop' });
  const flooded = await look(6);
  expect([flooded.found, flooded.notices.slice(0, 2)]).toEqual([
    { outcome: 'unknown', runs: found.runs },
    [
      expect.stringMatching(/^info: earlier run: 20261101-000000-pr-6, /),
      expect.stringMatching(
        /could not list the artifacts .*: they are of more than 30 workflow runs of forks$/,
      ),
    ],
  ]);
});
