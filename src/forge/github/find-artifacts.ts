import { ForgeError } from '../../errors.ts';
import type { RepositoryId } from '../pull-request-target.ts';
import { type ArtifactAnswer, ArtifactsAnswer, WorkflowRunAnswer } from './artifact-answers.ts';
import { doubtProvenance } from './artifact-provenance.ts';
import { failure } from './explain-answer.ts';
import type { GithubClient } from './github-client.ts';

/** An artifact whose provenance was asked for. */
export interface FoundArtifact {
  id: number;
  /** Of the archive. */
  bytes: number;
  /** SHA-256 of the archive in hexadecimal; null where GitHub does not say. */
  sha256: string | null;
  /** Page of the workflow run that made it. */
  runUrl: string;
  /** Why nothing of it is believed; null: a workflow of this repository's own made it. */
  doubt: string | null;
}

export interface FindArtifactsInput {
  client: GithubClient;
  repository: RepositoryId;
  /** Exactly. */
  name: string;
}

/**
 * Most pages that are looked through, and most workflow runs that are asked about, of heads in this repository and of others
 * each: anybody’s fork can add to the latter, and keeps nobody from finding the former.
 */
const mostPages = 10;
const mostRuns = 30;

/**
 * The artifacts of one name, the newest first, without those that expired, each with who made it. Ends where there is
 * none left, which proves it; rejects with `ForgeError` where GitHub does not say, or where there were too many to look at.
 */
export async function* findArtifacts(
  input: FindArtifactsInput,
  signal: AbortSignal,
): AsyncGenerator<FoundArtifact, void> {
  const { client, repository, name } = input;
  const { owner, name: repo } = repository;
  const purpose = `list the artifacts ${name} of ${owner}/${repo}`;
  const runs = new Map<number, string | null>();
  const asked = { own: 0, foreign: 0 };
  let isOneLeftOut = false;
  for (let page = 1; ; page += 1) {
    if (page > mostPages) throw tooMany(client, purpose, `there are more than ${mostPages} pages of them`);
    const { artifacts } = await client.read(
      {
        purpose,
        route: 'GET /repos/{owner}/{repo}/actions/artifacts',
        parameters: { owner, repo, name, per_page: pageSize, page },
        schema: ArtifactsAnswer,
      },
      signal,
    );
    for (const artifact of artifacts.toSorted(newestFirst)) {
      const run = artifact.workflow_run?.id ?? null;
      if (artifact.expired || artifact.name !== name) continue;
      if (run !== null && !runs.has(run)) {
        const whose = isOfAnother(artifact) ? 'foreign' : 'own';
        if (asked[whose] >= mostRuns && whose === 'own') throw tooMany(client, purpose, ofTooManyRuns);
        isOneLeftOut ||= asked[whose] >= mostRuns;
        if (asked[whose] >= mostRuns) continue;
        asked[whose] += 1;
        runs.set(run, await askDoubt(input, run, signal));
      }
      yield {
        id: artifact.id,
        bytes: artifact.size_in_bytes,
        sha256: /^sha256:([0-9a-f]{64})$/.exec(artifact.digest ?? '')?.[1] ?? null,
        runUrl: `${client.site.server}/${owner}/${repo}/actions/runs/${run ?? 'unknown'}`,
        doubt: run === null ? 'a run that GitHub does not name' : (runs.get(run) ?? null),
      };
    }
    if (artifacts.length === pageSize) continue;
    if (isOneLeftOut) throw tooMany(client, purpose, `${ofTooManyRuns} of forks`);
    return;
  }
}

const pageSize = 100;
const ofTooManyRuns = `they are of more than ${mostRuns} workflow runs`;

/** Whether its head lies elsewhere; only what says so is. */
function isOfAnother({ workflow_run: run }: ArtifactAnswer): boolean {
  const [own, head] = [run?.repository_id ?? null, run?.head_repository_id ?? null];
  return own !== null && own !== head;
}

/** null: none. Of a run that is gone nobody can say it; whatever else keeps GitHub from saying is an error. */
async function askDoubt(
  { client, repository }: FindArtifactsInput,
  id: number,
  signal: AbortSignal,
): Promise<string | null> {
  const { owner, name: repo } = repository;
  const run = await client
    .read(
      {
        purpose: `ask what workflow run ${id} was`,
        route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
        parameters: { owner, repo, run_id: id },
        schema: WorkflowRunAnswer,
      },
      signal,
    )
    .catch((cause: unknown) => {
      if (cause instanceof ForgeError && cause.reason === 'not-found') return null;
      throw cause;
    });
  if (run === null) return 'a run that is gone';
  return run.id === id ? doubtProvenance(run) : 'a run that GitHub does not name';
}

function newestFirst(a: ArtifactAnswer, b: ArtifactAnswer): number {
  const [older, newer] = [Date.parse(a.created_at ?? '') || 0, Date.parse(b.created_at ?? '') || 0];
  return newer - older || b.id - a.id;
}

function tooMany({ site, token }: GithubClient, purpose: string, what: string) {
  return failure({ site, token, purpose, writes: false }, { reason: 'too-large', what });
}
