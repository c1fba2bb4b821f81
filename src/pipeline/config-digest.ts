import { type Config, publicConfig } from '../config.ts';
import { digest } from '../run/digest.ts';
import type { SarifSource } from './run-context.ts';

/** What was settled, as `run.json` keeps it, and by what two runs are alike. */
export interface DecisiveConfig {
  settings: Record<string, unknown>;
  /** Limits are not in it: with a higher one, a run goes on where the lower one stopped it. */
  configDigest: string;
}

/** Everything that shapes what reviewers of a change are told, and who they are; no secret and no endpoint. */
export function describeConfig(
  config: Config,
  { notices, sarif }: { notices: readonly string[]; sarif: ReadonlyMap<string, SarifSource> },
): DecisiveConfig {
  const settings = {
    ...publicConfig(config),
    notices,
    sarif: [...sarif.values()].map((one) => one.digest),
  };
  return { settings, configDigest: digest({ ...settings, budget: null, maxTokens: null }) };
}
