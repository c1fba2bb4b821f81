import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { LocalRepository } from '../../src/git/local-repository.ts';
import { openLocalRepository } from '../../src/git/open-local-repository.ts';
import type { OpenOptions } from '../../src/git/open-object-repository.ts';
import { createGitFixture, type GitFixture, type GitFixtureOptions } from './git-fixture.ts';

export interface GitWorkshop {
  fixture(options?: GitFixtureOptions): GitFixture;
  /** As `openFixture`. */
  open(fixture: GitFixture, options?: Partial<OpenOptions>): Promise<LocalRepository>;
}

/** Fixtures and opened repositories of one test file, closed and removed after each test. */
export function useGitWorkshop(): GitWorkshop {
  const repositories: LocalRepository[] = [];
  const fixtures: GitFixture[] = [];
  afterEach(async () => {
    await Promise.all(repositories.splice(0).map((repository) => repository.close()));
    for (const fixture of fixtures.splice(0)) fixture.remove();
  });
  return {
    fixture(options) {
      const fixture = createGitFixture(options);
      fixtures.push(fixture);
      return fixture;
    },
    async open(fixture, options) {
      const repository = await openFixture(fixture, options);
      repositories.push(repository);
      return repository;
    },
  };
}

/** Opens the fixture, or another folder, with an empty home folder of its own. */
export function openFixture(fixture: GitFixture, options?: Partial<OpenOptions>): Promise<LocalRepository> {
  const homeDirectory = join(fixture.scratch, 'home');
  mkdirSync(homeDirectory, { recursive: true });
  return openLocalRepository({
    source: fixture.directory,
    cacheDirectory: join(fixture.scratch, 'cache'),
    homeDirectory,
    ...options,
  });
}
