import { UsageError } from '../errors.ts';
import { createLocalSource } from '../forge/local/local-source.ts';
import type { PullRequestSource } from '../forge/pull-request-source.ts';
import type { ReviewTargetRequest } from '../forge/pull-request-target.ts';
import type { LocalRepository } from '../git/local-repository.ts';

export interface CreateSourceInput {
  repository: LocalRepository;
  target: ReviewTargetRequest;
}

/** Who says what a target means. `UsageError` for a target that nobody here can answer for. */
export function createSource({ repository, target }: CreateSourceInput): PullRequestSource {
  if (target.kind !== 'pull-request') return createLocalSource({ repository, target });
  throw new UsageError(`#${target.number} names a pull request on a forge, which this version cannot fetch`, {
    hint: 'fetch its branch and review it with --range BASE..HEAD',
  });
}
