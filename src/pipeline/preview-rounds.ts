import { join } from 'node:path';
import { makeVisibleLine } from '../domain/visible-text.ts';
import type { ReviewTarget } from '../forge/pull-request-source.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { findEarlierRounds } from './find-earlier-runs.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import type { KnownRounds } from './round-focus.ts';

/** The rounds that a review with these options would know of, were it begun now. */
export function previewRounds(
  options: Pick<ReviewOptions, 'out' | 'workingDirectory'>,
  { environment }: Pick<PipelineDependencies, 'environment'>,
  { repository, target }: { repository: LocalRepository; target: ReviewTarget },
): Promise<KnownRounds> {
  const { owner, name } = target.repository;
  return findEarlierRounds({
    out: options.out ?? join(options.workingDirectory, 'reports'),
    repository: `${makeVisibleLine(owner)}/${makeVisibleLine(name)}`,
    target,
    git: repository,
    cacheDirectory: environment.cacheDirectory,
    self: null,
    // A review says so; whoever only looks is not in its way.
    onSkipped: () => undefined,
  });
}
