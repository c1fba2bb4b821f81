import type { Change } from '../../src/domain/change.ts';
import { FindingClaim } from '../../src/domain/finding.ts';
import type { ObjectRepository } from '../../src/git/object-repository.ts';
import { openObjectRepository } from '../../src/git/open-object-repository.ts';
import { parsePatch } from '../../src/git/patch/parse-patch.ts';
import { toFileDiffs } from '../../src/git/patch/to-file-diffs.ts';
import { createGitFixture, type FixtureContent, type GitFixture } from '../support/git-fixture.ts';

export interface EvidenceFixture {
  git: GitFixture;
  repository: ObjectRepository;
  change: Change;
  close(): Promise<void>;
}

/**
 * A real repository with the files of the merge base, then one commit for each further set of files, and the change
 * from the first to the last. A path with `null` is removed.
 */
export async function createEvidenceFixture(
  base: Record<string, FixtureContent>,
  ...steps: readonly Record<string, FixtureContent>[]
): Promise<EvidenceFixture> {
  const git = createGitFixture();
  const mergeBase = git.commit(base, 'the base');
  let head = mergeBase;
  for (const [index, files] of steps.entries()) head = git.commit(files, `step ${index + 1}`);
  const repository = await openObjectRepository({ source: git.directory, cacheDirectory: git.scratch });
  return {
    git,
    repository,
    change: await describeChange(repository, mergeBase, head),
    async close() {
      await repository.close();
      git.remove();
    },
  };
}

/** A claim with everything a test does not care about filled in. */
export function claimOf(
  path: string,
  [startLine, endLine]: readonly [number, number],
  quote: string,
  more: { side?: 'head' | 'base'; also?: FindingClaim['locations']; absent?: boolean } = {},
): FindingClaim {
  return {
    ...FindingClaim.parse({
      severity: 'important',
      title: 'a defect',
      locations: [{ path: '', startLine: 1, endLine: 1 }],
      quote,
      absent: more.absent ?? false,
    }),
    locations: [{ path, startLine, endLine, side: more.side ?? 'head' }, ...(more.also ?? [])],
  };
}

/** The change between two commits, as `collect` would describe it. */
export async function describeChange(
  repository: ObjectRepository,
  mergeBase: string,
  head: string,
): Promise<Change> {
  return {
    schemaVersion: 1,
    repository: { owner: 'local', name: 'shop', url: null },
    headKind: 'commit',
    branch: 'main',
    base: { sha: mergeBase, name: 'main' },
    head: { sha: head, name: 'topic' },
    mergeBase,
    commits: await repository.listCommits(mergeBase, head),
    files: toFileDiffs(parsePatch(await repository.diff(mergeBase, head))),
    pullRequest: null,
    comments: null,
    checkRuns: null,
    earlierRounds: null,
    round: 1,
  };
}
