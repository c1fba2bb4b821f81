import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Change } from '../domain/change.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import type { ReviewTarget } from '../forge/pull-request-source.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { describeConfig } from './config-digest.ts';
import { findEarlierRounds } from './find-earlier-runs.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { withRounds } from './round-focus.ts';
import type { SarifSource } from './run-context.ts';

/** The change as a review with these options would have it, were it begun now: with its rounds, and what it looks at first. */
export async function previewRounds(
  options: Pick<ReviewOptions, 'out' | 'workingDirectory' | 'notices' | 'full'> & {
    change: Change;
    config: Config;
    sarif: ReadonlyMap<string, SarifSource>;
  },
  { environment, signal }: Pick<PipelineDependencies, 'environment' | 'signal'>,
  { repository, target }: { repository: LocalRepository; target: ReviewTarget },
): Promise<Change> {
  const { owner, name } = target.repository;
  const rounds = await findEarlierRounds({
    out: options.out ?? join(options.workingDirectory, 'reports'),
    repository: `${makeVisibleLine(owner)}/${makeVisibleLine(name)}`,
    target,
    git: repository,
    cacheDirectory: environment.cacheDirectory,
    self: null,
    // A review says so; whoever only looks is not in its way.
    onSkipped: () => undefined,
  });
  const { configDigest } = describeConfig(options.config, options);
  const full = options.full === true;
  return withRounds(options.change, rounds, { repository, signal, full, configDigest });
}
