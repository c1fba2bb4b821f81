import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { ConfigFile } from './config/config-file.ts';
import type { Environment } from './config/environment.ts';
import { parseConfigFile } from './config/parse-config-file.ts';
import { ConfigError, InternalError } from './errors.ts';

export type { CommandSetting, SandboxSettings } from './config/command-settings.ts';
export type { ConfigFile } from './config/config-file.ts';
export { type Environment, readEnvironment } from './config/environment.ts';
export { nearestWord } from './config/nearest-word.ts';
export { parseConfigFile } from './config/parse-config-file.ts';
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
    throw new ConfigError(`cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
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

/** Folder of the installed package: where `templates/` and `context/` are, from source and from `dist/` alike. */
export function findPackageDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory)
      throw new InternalError('the installed package has no package.json above its code');
    directory = parent;
  }
  return directory;
}

/** Version of this program, as its package.json says. */
export function readPackageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(findPackageDirectory(), 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new InternalError('the installed package.json has no version');
}
