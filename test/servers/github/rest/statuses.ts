import type { Needs } from '../access.ts';
import { page } from '../paginate.ts';
import { type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import { repositoryShape } from '../shapes.ts';
import { nodeId, type Repository } from '../world.ts';
import { commitIn } from './commits.ts';

const read: Needs = { level: 'read', kinds: ['statuses'] };

export const statusRoutes: readonly Route[] = [
  repositoryRoute('GET /commits/:ref/statuses', 'repos/list-commit-statuses-for-ref', read, async (call) => {
    const commit = await commitIn(call, call.parameters.ref ?? '');
    return page(call, statusesOf(call.repository, commit), (status) => statusShape(call, status));
  }),
  repositoryRoute('GET /commits/:ref/status', 'repos/get-combined-status-for-ref', read, async (call) => {
    const commit = await commitIn(call, call.parameters.ref ?? '');
    const latest = new Map(
      statusesOf(call.repository, commit)
        .reverse()
        .map((status) => [status.context, status]),
    );
    const states = [...latest.values()].map(({ state }) => state);
    const state = states.some((one) => one === 'failure' || one === 'error')
      ? 'failure'
      : states.length > 0 && states.every((one) => one === 'success')
        ? 'success'
        : 'pending';
    const url = `${call.addresses.api}/repos/${call.repository.fullName}/commits/${commit}`;
    return page(
      call,
      [...latest.values()],
      (status) => statusShape(call, status),
      (statuses) => ({
        state,
        statuses,
        sha: commit,
        total_count: latest.size,
        repository: repositoryShape(call, call.repository),
        commit_url: url,
        url: `${url}/status`,
      }),
    );
  }),
];

type Status = Repository['statuses'][number];

/** The newest first. */
function statusesOf(repository: Repository, commit: string): Status[] {
  return repository.statuses.filter((status) => status.commit === commit).reverse();
}

function statusShape(call: RepositoryCall, status: Status) {
  return {
    url: `${call.addresses.api}/repos/${call.repository.fullName}/statuses/${status.commit}`,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description ?? null,
    target_url: null,
    context: status.context,
    avatar_url: null,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}
