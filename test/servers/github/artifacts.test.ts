import { createHash } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { startGithubServer } from './github-server.ts';
import { octokitFor, refusal } from './octokit-client.ts';

let now = Date.parse('2026-11-01T00:00:00Z');
const workflow = (name: string, actions: 'read' | 'none') =>
  ({ kind: 'actions', repository: `acme/${name}`, permissions: { actions } }) as const;
const server = await startGithubServer({
  clock: () => now,
  scenario: {
    tokens: {
      reader: workflow('shop', 'read'),
      blind: workflow('shop', 'none'),
      public: workflow('open', 'none'),
      narrow: { kind: 'classic', user: 'ada', scopes: [] },
    },
    repositories: [{ name: 'acme/shop', private: true }, { name: 'acme/open' }, { name: 'eve/shop' }],
  },
});
afterAll(() => server.close());

const repo = { owner: 'acme', repo: 'shop' };
const open = { owner: 'acme', repo: 'open' };
const actionsOf = (token: string) => octokitFor(server.url, token).rest.actions;

test('artifacts: listed by name and page, of runs whose head may lie elsewhere, and downloaded from a storage of their own', async () => {
  const { control, url } = server;
  const content = Buffer.from('an archive');
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  const given = { repository: 'acme/shop', content: content.toString('base64') };
  const run = await control.addWorkflowRun({ ...given, event: 'pull_request', headRepository: 'eve/shop' });
  const ids: number[] = [];
  for (const name of ['report', 'report', 'other', 'report'])
    ids.push((await control.addArtifact({ ...given, run: run.id, name })).id);

  const reader = actionsOf('reader');
  const { data, headers } = await reader.listArtifactsForRepo({ ...repo, name: 'report', per_page: 2 });
  expect([data.total_count, data.artifacts.map(({ id }) => id)]).toEqual([3, [ids[3], ids[1]]]);
  expect(headers.link).toContain('rel="next"');
  const next = await reader.listArtifactsForRepo({ ...repo, name: 'report', per_page: 2, page: 2 });
  expect(next.data.artifacts).toMatchObject([
    { id: ids[0], name: 'report', expired: false, size_in_bytes: 10, digest, workflow_run: { id: run.id } },
  ]);
  const { data: told } = await reader.getWorkflowRun({ ...repo, run_id: run.id });
  expect(told).toMatchObject({ event: 'pull_request', head_repository: { full_name: 'eve/shop' } });
  expect(told.repository.id).not.toBe(told.head_repository.id);

  const zip = { artifact_id: ids[3] ?? 0, archive_format: 'zip' };
  const address = `${url}/repos/acme/shop/actions/artifacts/${ids[3]}/zip`;
  const ask = (to: string, token?: string) =>
    fetch(to, {
      redirect: 'manual',
      headers: { 'user-agent': 'test', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    });
  const answer = await ask(address, 'reader');
  const storage = answer.headers.get('location') ?? '';
  expect([answer.status, new URL(storage).origin === url]).toEqual([302, false]);
  expect((await ask(storage, 'reader')).status).toBe(403);
  expect(await (await ask(storage)).text()).toBe('an archive');
  expect((await ask(storage.replace(/sig=.*/, 'sig=guessed'))).status).toBe(403);
  now += 61_000;
  expect((await ask(storage)).status).toBe(403);
  await control.expireArtifacts({ repository: 'acme/shop' });
  expect(await refusal(reader.downloadArtifact({ ...repo, ...zip }))).toEqual([410, 'Artifact has expired']);

  const forbidden = [403, 'Resource not accessible by integration'];
  expect(await refusal(actionsOf('blind').listArtifactsForRepo(repo))).toEqual(forbidden);
  expect(await refusal(reader.getWorkflowRun({ ...repo, run_id: 999_999 }))).toEqual([404, 'Not Found']);
  // Of a public repository everybody may know what there is, and nobody has it without the permission.
  const shown = await control.addWorkflowRun({ repository: 'acme/open', event: 'push' });
  const { id } = await control.addArtifact({
    ...given,
    repository: 'acme/open',
    run: shown.id,
    name: 'report',
  });
  const wanted = { ...open, artifact_id: id, archive_format: 'zip' };
  expect((await actionsOf('public').listArtifactsForRepo(open)).data.total_count).toBe(1);
  expect(await refusal(actionsOf('public').downloadArtifact(wanted))).toEqual(forbidden);
  expect(await refusal(actionsOf('narrow').downloadArtifact(wanted))).toEqual([
    ...[403, 'You must have the actions scope to download artifacts.'],
  ]);
});
