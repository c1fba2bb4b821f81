import { createHash } from 'node:crypto';
import { type Repository, timeNow, type World } from './world.ts';

export interface GivenWorkflowRun {
  /** Where it ran. */
  repository: string;
  /** `pull_request`, … */
  event: string;
  /** `owner/name` of its head; null: deleted since; absent: the repository's own. */
  headRepository?: string | null;
  headBranch?: string;
  head?: string;
}

export interface GivenArtifact {
  repository: string;
  name: string;
  /** Number of the workflow run. */
  run: number;
  /** The archive, in Base64. */
  content: string;
  /** Default: the archive's; null: GitHub knows none. */
  digest?: string | null;
  expired?: boolean;
}

export function addWorkflowRun(world: World, repository: Repository, given: GivenWorkflowRun) {
  const { headRepository: head } = given;
  const named = head === undefined ? repository : world.repositories.get(head?.toLowerCase() ?? '');
  const id = world.nextId();
  repository.workflowRuns.push({
    id,
    event: given.event,
    headBranch: given.headBranch ?? 'topic',
    head: given.head ?? '0'.repeat(40),
    headRepository:
      head === null ? null : { id: named?.id ?? world.nextId(), fullName: head ?? repository.fullName },
    createdAt: timeNow(world),
  });
  return { id };
}

export function addArtifact(world: World, repository: Repository, given: GivenArtifact) {
  const run = repository.workflowRuns.find(({ id }) => id === given.run);
  if (run === undefined) throw new Error(`${repository.fullName} has no workflow run ${given.run}`);
  const content = Buffer.from(given.content, 'base64');
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  const id = world.nextId();
  repository.artifacts.push({
    ...{ id, run, content, name: given.name, expired: given.expired ?? false, createdAt: timeNow(world) },
    digest: given.digest === undefined ? digest : given.digest,
  });
  return { id };
}
