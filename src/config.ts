import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ConfigFile } from './config/config-file.ts';
import type { Environment } from './config/environment.ts';
import { parseConfigFile } from './config/parse-config-file.ts';
import { ConfigError, reasonOf } from './errors.ts';

export type { CommandSetting, SandboxSettings } from './config/command-settings.ts';
export type { ConfigFile } from './config/config-file.ts';
export { type Environment, readEnvironment } from './config/environment.ts';
export { narrowToRun } from './config/narrow-to-run.ts';
export { nearestWord } from './config/nearest-word.ts';
export { findPackageDirectory, readPackageVersion } from './config/package-directory.ts';
export { parseConfigFile } from './config/parse-config-file.ts';
export { defaultPublishSettings, PublishSettings } from './config/publish-settings.ts';
export {
  type BudgetFlags,
  type Config,
  publicConfig,
  type ReviewerAccess,
  type ReviewerFlags,
  resolveConfig,
} from './config/resolve-config.ts';
export { restoreConfig } from './config/restore-config.ts';

/** Name of the file a repository may bring; it is read at the base commit, never from the head. */
export const repositoryConfigName = '.deep-review.yml';

/**
 * The user's own configuration: the file named by `--config`, else `config.yml` in the config folder, else nothing.
 * A named file that does not exist is a `ConfigError`; the default one may be absent.
 */
export async function readUserConfig(named: string | null, environment: Environment): Promise<ConfigFile> {
  const path = named ?? join(environment.configDirectory, 'config.yml');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (named === null && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    throw new ConfigError(`cannot read ${path}: ${reasonOf(cause)}`, {
      hint: 'check the path given with --config',
      cause,
    });
  }
  return parseConfigFile({ text, name: path, owner: 'user' });
}

/** JSON Schema of a configuration file, for editors: `deep-review schema config`. */
export function configJsonSchema(): object {
  return z.toJSONSchema(ConfigFile, { io: 'input' });
}
