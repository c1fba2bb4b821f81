import { basename } from 'node:path';
import type { ObjectId, Revision } from '../../domain/change.ts';
import { RepositoryError } from '../../errors.ts';
import type { LocalRepository } from '../../git/local-repository.ts';
import type { PullRequestSource, RepositoryName, ReviewTarget } from '../pull-request-source.ts';
import { parseRemoteAddress } from './remote-name.ts';

/** What a person may ask to have reviewed in a repository on this machine. */
export type LocalTarget =
  /** The current branch against what it started from. */
  | { kind: 'branch' }
  /** `A..B` or `A...B`: what B has over the common ancestor; an end left out is HEAD. */
  | { kind: 'range'; range: string }
  | { kind: 'base-head'; base: string | null; head: string | null }
  /** One commit against its first parent. */
  | { kind: 'commit'; revision: string }
  | { kind: 'staged' }
  | { kind: 'dirty' };

export interface CreateLocalSourceInput {
  repository: LocalRepository;
  target: LocalTarget;
}

/** A target in a local repository. Asks git only; opens no connection. */
export function createLocalSource(input: CreateLocalSourceInput): PullRequestSource {
  return {
    async resolve(signal) {
      signal.throwIfAborted();
      const { repository, target } = input;
      const [name, branch] = await Promise.all([nameOf(repository), repository.currentBranch()]);
      const ends = await resolveEnds(repository, target, branch);
      return {
        repository: name,
        headKind: 'commit',
        mergeBase: null,
        branch: ends.branch,
        pullRequest: null,
        comments: null,
        ...ends.target,
      };
    },
  };
}

interface Ends {
  target: Pick<ReviewTarget, 'base' | 'head' | 'slug'> &
    Partial<Pick<ReviewTarget, 'headKind' | 'mergeBase'>>;
  /** Branch under review; null where the head is no branch. */
  branch: string | null;
}

async function resolveEnds(
  repository: LocalRepository,
  target: LocalTarget,
  branch: string | null,
): Promise<Ends> {
  switch (target.kind) {
    case 'branch':
      return resolveBranch(repository, { base: null, head: null }, branch);
    case 'base-head':
      return resolveBranch(repository, target, branch);
    case 'range':
      return resolveRange(repository, target.range, branch);
    case 'commit': {
      const head = await revision(repository, target.revision);
      const parent = await repository.firstParent(head.sha);
      const base = parent === null ? await nothing(repository) : { sha: parent, name: `${target.revision}^` };
      return {
        target: { base, head, mergeBase: base.sha, slug: `commit-${head.sha.slice(0, 12)}` },
        branch: null,
      };
    }
    case 'staged': {
      const head = { sha: await repository.snapshotIndex(), name: 'the index' };
      return {
        target: { base: await currentCommit(repository), head, slug: 'staged', headKind: 'index' },
        branch,
      };
    }
    case 'dirty': {
      const head = { sha: await repository.snapshotWorkTree(), name: 'the work tree' };
      return {
        target: { base: await currentCommit(repository), head, slug: 'dirty', headKind: 'work-tree' },
        branch,
      };
    }
  }
}

async function resolveBranch(
  repository: LocalRepository,
  asked: { base: string | null; head: string | null },
  current: string | null,
): Promise<Ends> {
  const branch = asked.head === null ? current : await branchCalled(repository, asked.head);
  const head = await revision(repository, asked.head ?? 'HEAD');
  const base =
    asked.base === null ? await defaultBase(repository, branch) : await revision(repository, asked.base);
  return { target: { base, head, slug: branch ?? asked.head ?? 'head' }, branch };
}

async function resolveRange(
  repository: LocalRepository,
  range: string,
  current: string | null,
): Promise<Ends> {
  const match = /^(.*?)\.{2,3}(.*)$/s.exec(range);
  const [, from = '', to = ''] = match ?? [];
  if (match === null || (from === '' && to === ''))
    throw new RepositoryError(`${JSON.stringify(range)} is no range`, {
      hint: 'write A..B, for example main..HEAD',
    });
  const base = await revision(repository, from === '' ? 'HEAD' : from);
  const head = await revision(repository, to === '' ? 'HEAD' : to);
  const branch = to === '' || to === 'HEAD' ? current : await branchCalled(repository, to);
  return { target: { base, head, slug: branch ?? `${from}-${to}` }, branch };
}

/** null when the name is another sort of revision. */
async function branchCalled(repository: LocalRepository, name: string): Promise<string | null> {
  return (await repository.hasRevision(`refs/heads/${name}`)) ? name : null;
}

/** The remote's main branch, else `main` or `master`, the remote's before the local one; on that branch its upstream. */
async function defaultBase(repository: LocalRepository, branch: string | null): Promise<Revision> {
  const candidates = [await repository.remoteHead(), 'origin/main', 'main', 'origin/master', 'master'];
  for (const name of candidates) {
    if (name === null) continue;
    const reference = name.startsWith('origin/') ? `refs/remotes/${name}` : `refs/heads/${name}`;
    if (!(await repository.hasRevision(reference))) continue;
    if (name.replace(/^origin\//, '') === branch) return upstreamOf(repository, branch);
    return { sha: await repository.resolveCommit(reference), name };
  }
  throw noBase(branch);
}

async function upstreamOf(repository: LocalRepository, branch: string): Promise<Revision> {
  const upstream = await repository.upstream(branch);
  if (upstream === null || !(await repository.hasRevision(upstream))) throw noBase(branch);
  return revision(repository, upstream);
}

function noBase(branch: string | null): RepositoryError {
  return new RepositoryError(`no branch to compare ${branch ?? 'HEAD'} with was found`, {
    hint: 'name it with --base, or name a range with --range A..B',
  });
}

async function currentCommit(repository: LocalRepository): Promise<Revision> {
  if (await repository.hasRevision('HEAD')) return revision(repository, 'HEAD');
  return nothing(repository);
}

async function nothing(repository: LocalRepository): Promise<Revision> {
  return { sha: await repository.emptyCommit(), name: 'nothing' };
}

async function revision(repository: LocalRepository, name: string): Promise<Revision> {
  const sha: ObjectId = await repository.resolveCommit(name);
  return { sha, name };
}

async function nameOf(repository: LocalRepository): Promise<RepositoryName> {
  const address = await repository.remoteAddress('origin');
  const known = address === null ? null : parseRemoteAddress(address);
  return known ?? { owner: 'local', name: folderName(repository.topDirectory), url: null };
}

function folderName(directory: string): string {
  return basename(directory).replace(/(?!^)\.git$/, '') || 'repository';
}
