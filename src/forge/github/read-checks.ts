import type { CheckRun, ObjectId } from '../../domain/change.ts';
import { CheckRunAnswer, StatusAnswer } from './pull-request-answers.ts';
import type { PullRequestPlace } from './pull-request-place.ts';

/** Check runs and statuses of a commit, the latest of each name; null when one of both is not known. */
export async function readChecks(place: PullRequestPlace, head: ObjectId): Promise<CheckRun[] | null> {
  const { client, repository, signal } = place;
  const purpose = `read the checks of ${head.slice(0, 12)}`;
  const parameters = { owner: repository.owner, repo: repository.name, ref: head };
  return place.optional('checks on the head', async () => {
    const [runs, statuses] = await Promise.all([
      client.list(
        {
          purpose,
          route: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
          parameters: { ...parameters, filter: 'latest' },
          key: 'check_runs',
          schema: CheckRunAnswer,
        },
        signal,
      ),
      client.list(
        {
          purpose,
          route: 'GET /repos/{owner}/{repo}/commits/{ref}/status',
          parameters,
          key: 'statuses',
          schema: StatusAnswer,
        },
        signal,
      ),
    ]);
    return [...runs.map(fromCheckRun), ...statuses.map(fromStatus)];
  });
}

function fromCheckRun({ name, status, conclusion, html_url, output }: CheckRunAnswer): CheckRun {
  return {
    name,
    state: status === 'completed' ? (states.get(conclusion ?? '') ?? 'unknown') : 'running',
    summary: output?.title ?? '',
    url: html_url ?? null,
  };
}

function fromStatus({ context, state, description, target_url }: StatusAnswer): CheckRun {
  return {
    name: context,
    state: states.get(state) ?? 'unknown',
    summary: description ?? '',
    url: target_url ?? null,
  };
}

/** Conclusions and states. One that was cancelled or has grown stale says nothing about the code. */
const states = new Map<string, CheckRun['state']>([
  ['success', 'passed'],
  ['neutral', 'passed'],
  ['skipped', 'skipped'],
  ['failure', 'failed'],
  ['error', 'failed'],
  ['timed_out', 'failed'],
  ['action_required', 'failed'],
  ['startup_failure', 'failed'],
  ['pending', 'running'],
]);
