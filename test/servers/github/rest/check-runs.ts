import type { Octokit } from 'octokit';
import type { Needs } from '../access.ts';
import { findCommit } from '../code/git.ts';
import { page } from '../paginate.ts';
import { notFound, Refusal } from '../refusal.ts';
import { numberIn, ok, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import { appShape, type DataOf } from '../shapes.ts';
import { type CheckRun, nodeId, type Token, timeNow } from '../world.ts';
import { type AskedCheckRun, readCheckRun } from './check-run-fields.ts';
import { commitIn, directoryOf } from './commits.ts';

const read: Needs = { level: 'read', kinds: ['checks'] };
const write: Needs = { level: 'write', kinds: ['checks'] };
type CheckRunShape = DataOf<Octokit['rest']['checks']['get']>;

export const checkRunRoutes: readonly Route[] = [
  repositoryRoute('GET /commits/:ref/check-runs', 'checks/list-for-ref', read, async (call) => {
    const head = await commitIn(call, call.parameters.ref ?? '');
    const name = call.query.get('check_name');
    const app = call.query.get('app_id');
    const status = call.query.get('status');
    const all = call.repository.checkRuns.filter(
      (run) =>
        run.head === head &&
        (name === null || run.name === name) &&
        (app === null || String(run.app.id) === app) &&
        (status === null || run.status === status),
    );
    const runs = call.query.get('filter') === 'all' ? all : latestOf(all);
    return page(
      call,
      runs,
      (run) => checkRunShape(call, run),
      (shown) => ({ total_count: runs.length, check_runs: shown }),
    );
  }),
  repositoryRoute('GET /check-runs/:id', 'checks/get', read, (call) =>
    ok(checkRunShape(call, findRun(call))),
  ),
  repositoryRoute('GET /check-runs/:id/annotations', 'checks/list-annotations', read, (call) => {
    const run = findRun(call);
    return page(call, run.annotations, (one) => ({
      ...one,
      blob_href: `${call.addresses.html}/${call.repository.fullName}/blob/${run.head}/${one.path}`,
    }));
  }),
  repositoryRoute('POST /check-runs', 'checks/create', write, async (call) => {
    const app = appOfWriter(call);
    const asked = readCheckRun(call.body, 'create');
    const head = asked.head ?? '';
    if ((await findCommit(directoryOf(call.repository), head)) === null)
      throw new Refusal(422, `No commit found for SHA: ${head}`);
    const run: CheckRun = {
      id: call.world.nextId(),
      name: asked.name ?? '',
      head,
      app,
      externalId: '',
      detailsUrl: `${call.addresses.html}/apps/${app.slug}`,
      status: 'queued',
      conclusion: null,
      startedAt: timeNow(call.world),
      completedAt: null,
      output: { title: null, summary: null, text: null },
      annotations: [],
    };
    change(call, run, asked);
    call.repository.checkRuns.push(run);
    call.wrote();
    return { status: 201, body: checkRunShape(call, run) };
  }),
  repositoryRoute('PATCH /check-runs/:id', 'checks/update', write, (call) => {
    const app = appOfWriter(call);
    const run = findRun(call);
    if (run.app !== app)
      throw new Refusal(
        403,
        `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
      );
    const asked = readCheckRun(call.body, 'update');
    const before = JSON.stringify(run);
    change(call, run, asked);
    if (JSON.stringify(run) !== before) call.wrote();
    return ok(checkRunShape(call, run));
  }),
];

function appOfWriter(call: RepositoryCall): NonNullable<Token['app']> {
  const app = call.token?.app ?? null;
  if (app === null) throw new Refusal(403, 'You must authenticate via a GitHub App.');
  return app;
}

function findRun(call: RepositoryCall): CheckRun {
  const id = numberIn(call, 'id');
  const run = call.repository.checkRuns.find((one) => one.id === id);
  if (run === undefined) throw notFound();
  return run;
}

/** What is not named stays; annotations are added to those there are. */
function change(call: RepositoryCall, run: CheckRun, asked: AskedCheckRun): void {
  run.name = asked.name ?? run.name;
  run.externalId = asked.externalId ?? run.externalId;
  run.detailsUrl = asked.detailsUrl ?? run.detailsUrl;
  run.startedAt = asked.startedAt ?? run.startedAt;
  run.status = asked.status ?? run.status;
  if (asked.conclusion !== null) {
    run.conclusion = asked.conclusion;
    run.status = 'completed';
  }
  if (run.status === 'completed')
    run.completedAt = asked.completedAt ?? run.completedAt ?? timeNow(call.world);
  if (asked.output === null) return;
  const { title, summary, text, annotations } = asked.output;
  run.output = { title: title ?? run.output.title, summary, text: text ?? run.output.text };
  run.annotations.push(...annotations);
}

/** The last of each name of each app. */
function latestOf(runs: readonly CheckRun[]): CheckRun[] {
  return [...new Map(runs.map((run) => [`${run.app.id} ${run.name}`, run])).values()];
}

function checkRunShape(call: RepositoryCall, run: CheckRun): CheckRunShape {
  const url = `${call.addresses.api}/repos/${call.repository.fullName}/check-runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.head,
    external_id: run.externalId,
    url,
    html_url: `${call.addresses.html}/${call.repository.fullName}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion as CheckRunShape['conclusion'],
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.app.id * 1_000 },
    app: appShape(call, run.app),
    pull_requests: [],
  };
}
