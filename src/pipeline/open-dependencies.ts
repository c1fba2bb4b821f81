import { realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { AgentTool } from '../agent/agent-tool.ts';
import { DependencyFolders } from '../agent/dependencies/dependency-folders.ts';
import { createDependencyTools } from '../agent/dependencies/dependency-tools.ts';
import { loadTexts } from '../agent/load-texts.ts';
import type { Config } from '../config.ts';
import { ConfigError } from '../errors.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import type { PipelineDependencies } from './options.ts';

export interface DependencyPlaces {
  config: Pick<Config, 'dependencies'>;
  repository: Pick<LocalRepository, 'topDirectory'>;
  environment: PipelineDependencies['environment'];
}

/** The folders with sources of dependencies. `ConfigError` for one that is none. */
export async function openDependencyFolders(places: DependencyPlaces): Promise<DependencyFolders> {
  const paths = places.config.dependencies.map((path) => toAbsolute(path, places));
  for (const path of paths) await refuseEscape(path, places.repository.topDirectory);
  const { folders, absent } = await DependencyFolders.open(paths);
  if (absent.length === 0) return folders;
  throw new ConfigError(`there is no folder ${absent.join(', ')} to read dependencies from`, {
    hint: 'check --deps and "dependencies" in your config.yml; a relative path there is one of the repository, and you have to be allowed to enter it',
  });
}

/** The tools that read those folders. */
export async function openDependencyTools(
  places: DependencyPlaces & { packageDirectory: string },
): Promise<AgentTool[]> {
  if (places.config.dependencies.length === 0) return [];
  const descriptions = await loadTexts(join(places.packageDirectory, 'context', 'tools'));
  return createDependencyTools(await openDependencyFolders(places), descriptions);
}

/** What is checked out may be others' work: a link there must not choose what reviewers read. */
async function refuseEscape(path: string, topDirectory: string): Promise<void> {
  if (!`${path}/`.startsWith(`${topDirectory}/`)) return;
  const [real, top] = await Promise.all([realpath(path).catch(() => path), realpath(topDirectory)]);
  if (real === path || `${real}/`.startsWith(`${top}/`)) return;
  throw new ConfigError(`the folder ${path} leads out of the repository, to ${real}`, {
    hint: 'name that folder by its own path if you mean it',
  });
}

function toAbsolute(path: string, { repository, environment }: DependencyPlaces): string {
  if (/^~(?:\/|$)/.test(path)) return join(environment.variable('HOME') ?? '/', path.slice(1));
  return isAbsolute(path) ? path : join(repository.topDirectory, path);
}
