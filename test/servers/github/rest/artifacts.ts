import { randomUUID } from 'node:crypto';
import type { Octokit } from 'octokit';
import { type Needs, notAccessibleBy } from '../access.ts';
import { page } from '../paginate.ts';
import { notFound, Refusal } from '../refusal.ts';
import { numberIn, ok, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import type { DataOf } from '../shapes.ts';
import { type Artifact, nodeId, type WorkflowRun } from '../world.ts';

const read: Needs = { level: 'read', kinds: ['actions'] };
type ArtifactShape = DataOf<Octokit['rest']['actions']['getArtifact']>;
type WorkflowRunShape = DataOf<Octokit['rest']['actions']['getWorkflowRun']>;

/** How long the address of an archive is good, and how long an artifact is kept, in milliseconds. */
const linkMs = 60_000;
const keptMs = 14 * 24 * 3_600_000;

export const artifactRoutes: readonly Route[] = [
  repositoryRoute('GET /actions/artifacts', 'actions/list-artifacts-for-repo', read, (call) => {
    const name = call.query.get('name');
    const all = call.repository.artifacts.filter((one) => name === null || one.name === name).toReversed();
    return page(
      call,
      all,
      (one) => artifactShape(call, one),
      (shown) => ({ total_count: all.length, artifacts: shown }),
    );
  }),
  repositoryRoute('GET /actions/artifacts/:id', 'actions/get-artifact', read, (call) =>
    ok(artifactShape(call, findArtifact(call))),
  ),
  repositoryRoute('GET /actions/artifacts/:id/zip', 'actions/download-artifact', read, (call) => {
    refuseDownload(call);
    const artifact = findArtifact(call);
    if (artifact.expired) throw new Refusal(410, 'Artifact has expired');
    const { storage, clock } = call.world;
    const path = `/artifacts/${artifact.id}?sig=${randomUUID()}`;
    storage.links.set(path, { artifact, until: clock() + linkMs });
    return { status: 302, body: '', headers: { location: `${storage.url}${path}` } };
  }),
  repositoryRoute('GET /actions/runs/:id', 'actions/get-workflow-run', read, (call) => {
    const id = numberIn(call, 'id');
    const run = call.repository.workflowRuns.find((one) => one.id === id);
    if (run === undefined) throw notFound();
    return ok(runShape(call, run));
  }),
];

/** What everybody may list of a public repository, only who may read its Actions may download. */
function refuseDownload({ token }: RepositoryCall): void {
  if (token === null) throw new Refusal(401, 'Requires authentication');
  if (token.kind === 'classic') {
    if (token.scopes.some((scope) => scope === 'repo' || scope === 'public_repo')) return;
    throw new Refusal(403, 'You must have the actions scope to download artifacts.');
  }
  if ((token.permissions.actions ?? 'none') === 'none') throw new Refusal(403, notAccessibleBy(token));
}

function findArtifact(call: RepositoryCall): Artifact {
  const id = numberIn(call, 'id');
  const found = call.repository.artifacts.find((one) => one.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function artifactShape(call: RepositoryCall, artifact: Artifact): ArtifactShape {
  const { id, name, content, expired, createdAt, run, digest } = artifact;
  const url = `${call.addresses.api}/repos/${call.repository.fullName}/actions/artifacts/${id}`;
  return {
    ...{ id, name, url, expired, digest },
    node_id: nodeId('A', id),
    size_in_bytes: content.byteLength,
    archive_download_url: `${url}/zip`,
    created_at: createdAt,
    updated_at: createdAt,
    expires_at: `${new Date(Date.parse(createdAt) + keptMs).toISOString().slice(0, 19)}Z`,
    workflow_run: {
      id: run.id,
      repository_id: call.repository.id,
      ...(run.headRepository === null ? {} : { head_repository_id: run.headRepository.id }),
      head_branch: run.headBranch,
      head_sha: run.head,
    },
  };
}

/** Of the many fields those that tell what a run was. */
function runShape(call: RepositoryCall, run: WorkflowRun) {
  const { id, fullName } = call.repository;
  const { headRepository: head } = run;
  const shape = {
    id: run.id,
    name: 'deep-review',
    node_id: nodeId('WFR', run.id),
    head_branch: run.headBranch,
    head_sha: run.head,
    path: '.github/workflows/deep-review.yml',
    run_attempt: 1,
    event: run.event,
    status: 'completed',
    conclusion: 'success',
    html_url: `${call.addresses.html}/${fullName}/actions/runs/${run.id}`,
    created_at: run.createdAt,
    updated_at: run.createdAt,
  } satisfies Partial<WorkflowRunShape>;
  return {
    ...shape,
    repository: { id, full_name: fullName },
    head_repository: head === null ? null : { id: head.id, full_name: head.fullName },
  };
}
