import { collectChange } from '../../src/collect/collect-change.ts';
import type { Change } from '../../src/domain/change.ts';
import type { ObjectRepository } from '../../src/git/object-repository.ts';
import { openObjectRepository } from '../../src/git/open-object-repository.ts';
import type { GitFixture } from '../support/git-fixture.ts';

export interface OpenedChange {
  repository: ObjectRepository;
  change: Change;
  patch: Buffer;
}

/** The change between two commits, collected as in a real run. The caller closes the repository. */
export async function openChange(
  git: GitFixture,
  range: { base: string; head: string },
): Promise<OpenedChange> {
  const repository = await openObjectRepository({
    source: git.directory,
    cacheDirectory: git.scratch,
    searchPath: process.env.PATH,
  });
  const { change, patch } = await collectChange({
    repository,
    target: {
      repository: { owner: 'example', name: 'generated', url: null },
      headKind: 'commit',
      base: { sha: range.base, name: 'main' },
      head: { sha: range.head, name: 'topic' },
      mergeBase: null,
      branch: 'topic',
      slug: 'topic',
      pullRequest: null,
      comments: null,
    },
    round: 1,
    signal: new AbortController().signal,
  });
  return { repository, change, patch };
}
