import { isDeepStrictEqual } from 'node:util';
import type { RunManifest } from '../domain/run.ts';
import { FailOn } from '../domain/run-outcome.ts';
import { RunDirectoryError } from '../errors.ts';
import type { BudgetFlags, Config } from './resolve-config.ts';
import { readSavedConfig } from './saved-config.ts';

/**
 * The configuration of a stage on a run that another call began, maybe on another machine. Who reviews, the quorum and
 * what reviewers are told is as that call settled it; of limits the lower one counts unless a flag sets it, of rules
 * about what may be sent all; keys, endpoints, commands and folders are this machine's alone.
 */
export function narrowToRun(
  own: Config,
  manifest: RunManifest,
  flags: { failOn: FailOn | null; budget?: BudgetFlags },
): Config {
  const saved = readSavedConfig(manifest);
  requireSameVendors(own, manifest);
  const savedFailOn = FailOn.safeParse(manifest.config.failOn);
  const { usd, minutes, reviewerMinutes } = saved.budget;
  return {
    ...own,
    reviewers: manifest.reviewers,
    quorum: saved.quorum,
    failOn: flags.failOn ?? (savedFailOn.success ? savedFailOn.data : own.failOn),
    ignore: saved.ignore,
    paths: saved.paths,
    egress: [
      ...saved.egress,
      ...own.egress.filter((rule) => !saved.egress.some((one) => isDeepStrictEqual(one, rule))),
    ],
    budget: {
      usd: flags.budget?.usd ?? Math.min(usd, own.budget.usd),
      minutes: flags.budget?.minutes ?? Math.min(minutes, own.budget.minutes),
      reviewerMinutes: Math.min(reviewerMinutes, own.budget.reviewerMinutes),
    },
    maxTokens: lowerOf(own.maxTokens, new Map(Object.entries(saved.maxTokens))),
  };
}

/** A key is for one vendor, and is not sent to another because a run's folder says so. */
function requireSameVendors({ reviewers }: Config, manifest: RunManifest): void {
  for (const reviewer of manifest.reviewers) {
    if (reviewer.type !== 'model') continue;
    const own = reviewers.find(({ id }) => id === reviewer.id);
    if (own?.type === 'model' && own.provider === reviewer.provider) continue;
    throw new RunDirectoryError(
      `run.json of ${manifest.id}: ${reviewer.id} is a model of ${reviewer.provider}, and here of ${own?.type === 'model' ? own.provider : 'nobody'}`,
      { hint: 'give this machine the configuration that the run was begun with (--config)' },
    );
  }
}

function lowerOf(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const both = new Map(one);
  for (const [id, tokens] of other) both.set(id, Math.min(tokens, both.get(id) ?? tokens));
  return both;
}
