import * as z from 'zod';
import { EgressRule } from '../domain/egress.ts';
import type { RunManifest } from '../domain/run.ts';
import type { FailOn } from '../domain/run-outcome.ts';
import { RunDirectoryError } from '../errors.ts';
import { commandSettings, sandboxSettings } from './command-settings.ts';
import type { ConfigFile } from './config-file.ts';
import { defaultPublishSettings } from './publish-settings.ts';
import { type Config, keyVariables } from './resolve-config.ts';

const Saved = z.object({
  quorum: z.int().nullable(),
  ignore: z.array(z.string()),
  paths: z.array(z.object({ match: z.string(), instructions: z.string(), source: z.string() })).default([]),
  egress: z.array(EgressRule).default([]),
  budget: z.object({ usd: z.number(), minutes: z.number(), reviewerMinutes: z.number() }),
  maxTokens: z.record(z.string(), z.number()),
  notices: z.array(z.string()).default([]),
});

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
  const parsed = Saved.safeParse(manifest.config);
  if (!parsed.success)
    throw new RunDirectoryError(`run.json of ${manifest.id} does not say how the run was configured`, {
      hint: 'replay a run of this version',
      cause: parsed.error,
    });
  const { notices, maxTokens, ...saved } = parsed.data;
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
