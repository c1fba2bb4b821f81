import { compileGlob, GlobError } from '../agent/tools/glob.ts';
import {
  type Config,
  type ConfigFile,
  type Environment,
  parseConfigFile,
  readUserConfig,
  repositoryConfigName,
  resolveConfig,
} from '../config.ts';
import type { ObjectId } from '../domain/change.ts';
import type { Reviewer } from '../domain/reviewer.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { ConfigError } from '../errors.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { requireEfforts } from './require-efforts.ts';

export interface SettleConfigInput {
  options: Pick<ReviewOptions, 'flags' | 'withoutConfig'>;
  /** The user's own file, as `readOwnConfig` gave it. */
  user: ConfigFile;
  dependencies: Pick<PipelineDependencies, 'environment'>;
  /** null: there is none to read a file from. */
  repository: ObjectRepository | null;
  /** Where the repository's own file is read: never the head, which the change's author controls. */
  base: ObjectId;
}

/** Flags, environment, the repository's file at the base and the user's file → one configuration. */
export async function settleConfig(input: SettleConfigInput): Promise<Config> {
  const { options, user } = input;
  const { environment } = input.dependencies;
  const repository = options.withoutConfig ? {} : await readRepositoryConfig(input);
  const config = resolveConfig({ flags: options.flags, environment, user, repository });
  refuseBadGlobs(config);
  await requireEfforts(config);
  return config;
}

function refuseBadGlobs({ paths, egress }: Config): void {
  const all = [
    ...paths.map(({ match, source }) => ({ match, source: `${source}: paths` })),
    ...egress.flatMap((rule) => rule.paths.map((match) => ({ match, source: 'egress' }))),
  ];
  for (const { match, source } of all) {
    try {
      compileGlob(match);
    } catch (cause) {
      if (!(cause instanceof GlobError)) throw cause;
      throw new ConfigError(`${source}: "${makeVisibleLine(match)}": ${makeVisibleLine(cause.message)}`, {
        hint: 'write it as a glob, such as "src/**"',
        cause,
      });
    }
  }
}

/** The user's own file, unless no file is to be read. */
export async function readOwnConfig(
  options: Pick<ReviewOptions, 'configPath' | 'withoutConfig'>,
  environment: Environment,
): Promise<ConfigFile> {
  return options.withoutConfig ? {} : readUserConfig(options.configPath, environment);
}

/** Settings of this version's configuration that nothing acts on yet: said, instead of being passed over. */
export function settingsWithoutEffect(config: Config): string[] {
  return config.settingsWithoutEffect.map((name) => `"${name}" is set and has no effect in this version`);
}

/** With no model that has a key and no program to review, nothing could be done: said before anything is made. */
export function refuseWithoutReviewers(config: Config, reviewers: readonly Reviewer[]): void {
  const programs = reviewers.filter((reviewer) => reviewer.type === 'program');
  if (programs.length > 0) return;
  const access = reviewers.flatMap(({ id }) => config.access.get(id) ?? []);
  if (access.some(({ apiKey }) => apiKey !== null)) return;
  const variables = [...new Set(access.flatMap(({ keyVariables }) => keyVariables))];
  throw new ConfigError(
    `no reviewer has a key: ${variables.join(', ')} ${variables.length === 1 ? 'is' : 'are'} not set`,
    {
      hint: `set ${variables.length === 1 ? 'it' : 'one of them'}, or review offline without any key: --reviewers checks`,
    },
  );
}

async function readRepositoryConfig(input: SettleConfigInput) {
  if (input.repository === null) return {};
  const file = await input.repository.readFile(input.base, repositoryConfigName, { maxBytes: 2 ** 20 });
  const name = `${repositoryConfigName} (at ${input.base.slice(0, 12)})`;
  if (file.outcome === 'absent') return {};
  if (file.outcome !== 'found')
    throw new ConfigError(`${name} is no file of a sensible size`, { hint: 'make it a plain, short file' });
  return parseConfigFile({ text: file.bytes.toString('utf8'), name, owner: 'repository' });
}
