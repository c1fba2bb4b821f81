import { join } from 'node:path';
import { loadReviewContext, type ReviewContext } from '../../../src/agent/prompt/review-context.ts';
import { collectChange } from '../../../src/collect/collect-change.ts';
import { findPackageDirectory } from '../../../src/config.ts';
import type { Change } from '../../../src/domain/change.ts';
import { createGate, type Gate } from '../../../src/evidence/gate.ts';
import type { ObjectRepository } from '../../../src/git/object-repository.ts';
import { openObjectRepository } from '../../../src/git/open-object-repository.ts';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';

/** What all rows review: a change with a defect, in a real repository. */
export interface Bench {
  git: GitFixture;
  repository: ObjectRepository;
  change: Change;
  patch: Buffer;
  gate: Gate;
  context: ReviewContext;
}

let bench: Promise<Bench> | null = null;

/** One for the process; removed when it exits. */
export function openBench(): Promise<Bench> {
  bench ??= open();
  return bench;
}

/** Too long to be given whole with the diff. */
export const hugeFile = 'huge.go';

const store = `package cache

func (s *Store) Evict() {
	s.mu.Lock()
	old := s.old()
	s.mu.Unlock()
	for _, key := range old {
		delete(s.entries, key)
	}
}
`;

async function open(): Promise<Bench> {
  const git = createGitFixture();
  process.once('exit', () => git.remove());
  const base = git.commit({ 'store.go': 'package cache\n', 'other.go': 'package cache\n' }, 'Begin');
  const head = git.commit(
    { 'store.go': store, [hugeFile]: `// ${'x'.repeat(1_500)}\n`.repeat(100) },
    'Evict what is old',
  );
  const repository = await openObjectRepository({ source: git.directory, cacheDirectory: git.scratch });
  const { change, patch } = await collectChange({
    repository,
    target: {
      repository: { owner: 'example', name: 'lantern', url: null },
      headKind: 'commit',
      base: { sha: base, name: 'main' },
      head: { sha: head, name: 'topic' },
      mergeBase: null,
      branch: 'topic',
      slug: 'topic',
      pullRequest: null,
      comments: null,
    },
    round: 1,
    signal: new AbortController().signal,
  });
  const context = await loadReviewContext(join(findPackageDirectory(), 'context'));
  return { git, repository, change, patch, gate: createGate({ repository, change }), context };
}
