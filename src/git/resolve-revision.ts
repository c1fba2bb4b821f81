import type { ObjectId } from '../domain/change.ts';
import { RepositoryError } from '../errors.ts';
import { type GitCall, runGit } from './run-git.ts';
import type { SourceRepository } from './source-repository.ts';

interface ResolveOptions extends Pick<GitCall, 'searchPath' | 'signal'> {
  revision: string;
  source: SourceRepository;
}

const maxLength = 4096;

/**
 * What the user's repository calls so, as an object id: a branch, `HEAD~3`, `@{-1}`, `:/text`, an abbreviated id.
 * The text is data for `git rev-parse` and never an option. `RepositoryError` for what it doesn't know.
 */
export async function resolveRevision(options: ResolveOptions): Promise<ObjectId> {
  const { revision, source } = options;
  if (revision === '' || revision.length > maxLength || /[\0\n\r]/.test(revision))
    throw unknownRevision(revision, source);
  const answer = await runGit({
    argv: ['rev-parse', '--verify', '--quiet', '--end-of-options', revision],
    gitDirectory: source.gitDirectory,
    searchPath: options.searchPath,
    signal: options.signal,
    timeout: 30_000,
    answers: [1, 128],
  });
  const id = answer.stdout.toString('latin1').trim();
  if (answer.code !== 0 || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id))
    throw unknownRevision(revision, source);
  return id;
}

function unknownRevision(revision: string, source: SourceRepository): RepositoryError {
  const shown = revision.length > 200 ? `${revision.slice(0, 200)}…` : revision;
  return new RepositoryError(`unknown revision ${JSON.stringify(shown)} in ${source.directory}`, {
    hint: 'name a branch, a tag or a commit that this clone has; fetch it first if it is a remote one',
  });
}
