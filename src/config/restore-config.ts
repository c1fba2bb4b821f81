import type { RunManifest } from '../domain/run.ts';
import type { FailOn } from '../domain/run-outcome.ts';
import { commandSettings, sandboxSettings } from './command-settings.ts';
import type { ConfigFile } from './config-file.ts';
import { defaultPublishSettings } from './publish-settings.ts';
import { type Config, keyVariables } from './resolve-config.ts';
import { readSavedConfig } from './saved-config.ts';

/**
 * The configuration that a recorded run was made with, for its replay: its reviewers are reached by nobody's key.
 * Those without a recorded session stay without one. Commands are those that the user names now: a run of somebody
 * else's never says what is run here.
 */
export function restoreConfig(
  manifest: RunManifest,
  recorded: ReadonlySet<string>,
  failOn: FailOn | null,
  user: ConfigFile,
): { config: Config; notices: readonly string[] } {
  const { notices, maxTokens, ...saved } = readSavedConfig(manifest);
  const access = new Map(
    manifest.reviewers
      .filter((reviewer) => reviewer.type === 'model')
      .map(({ id, provider }) => [
        id,
        {
          apiKey: recorded.has(id) ? '' : null,
          keyVariables: keyVariables[provider],
          baseUrl: null,
          authStyle: 'bearer' as const,
        },
      ]),
  );
  return {
    config: {
      ...saved,
      reviewers: manifest.reviewers,
      access,
      failOn: failOn ?? 'critical',
      maxTokens: new Map(Object.entries(maxTokens)),
      requestLimits: new Map(),
      commands: commandSettings(user.commands),
      sandbox: sandboxSettings(user.sandbox),
      dependencies: user.dependencies ?? [],
      publish: defaultPublishSettings,
      settingsWithoutEffect: [],
    },
    notices,
  };
}
