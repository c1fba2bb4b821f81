import { join } from 'node:path';
import type { Briefing } from '../agent/brief-reviewer.ts';
import { collectChange } from '../collect/collect-change.ts';
import { type Config, findPackageDirectory } from '../config.ts';
import type { Change } from '../domain/change.ts';
import type { PlannedReviewer, ReviewPlan } from '../domain/review-plan.ts';
import type { ModelReviewer, ProviderId } from '../domain/reviewer.ts';
import { InternalError, UsageError } from '../errors.ts';
import { readModelCatalog } from '../provider/model-data.ts';
import { briefReviewers } from './brief-reviewers.ts';
import { budgetShares } from './budget-shares.ts';
import { isUnread } from './find-unread.ts';
import { markIgnored } from './mark-ignored.ts';
import { openTarget } from './open-target.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { planReviewer } from './plan-reviewer.ts';
import { previewRounds } from './preview-rounds.ts';
import { previewTools } from './preview-tools.ts';
import { readSarifSources } from './read-sarif-sources.ts';
import { requirePrices } from './require-prices.ts';
import { settleConfig } from './settle-config.ts';

/**
 * What a review would send to whom, and what it might cost. Sends nothing, needs no key, makes no run directory, and
 * writes nothing but git's borrowed objects in the cache folder.
 */
export async function planReview(
  options: ReviewOptions,
  dependencies: PipelineDependencies,
): Promise<ReviewPlan> {
  if (options.replay !== null || options.from !== null)
    throw new UsageError('--dry-run shows a review from its start', {
      hint: 'leave out --replay and --from',
    });
  const { signal } = dependencies;
  const { repository, target, user } = await openTarget(options, dependencies);
  try {
    const config = await settleConfig({ options, user, dependencies, repository, base: target.base.sha });
    const date = dependencies.clock.date();
    await requirePrices(config, date);
    const collected = await collectChange({ repository, target, round: 1, signal });
    const marked = markIgnored(collected.change, config.ignore);
    const sarif = await readSarifSources({ paths: options.sarif, repository, change: marked });
    const change = await previewRounds({ ...options, change: marked, config, sarif }, dependencies, {
      repository,
      target,
    });
    const packageDirectory = findPackageDirectory();
    const reviewers = config.reviewers.filter((one): one is ModelReviewer => one.type === 'model');
    const catalog = await readModelCatalog(join(packageDirectory, 'context', 'models'));
    const { patch } = collected;
    const briefings = await briefReviewers({
      repository,
      change,
      patch,
      reviewers,
      pathInstructions: config.paths,
      egress: config.egress,
      packageDirectory,
      tools: await previewTools({ ...dependencies, config, repository, packageDirectory }),
      signal,
    });
    const unread = reviewers.filter(({ id }) => isUnread(change, briefings.get(id)?.withheld.length ?? 0));
    const starters = startersOf(config, new Set(unread.map(({ id }) => id)));
    const paidUsd = config.budget.usd * budgetShares.review;
    const shareUsd = paidUsd / Math.max(1, starters.length);
    const models = await Promise.all(
      reviewers.map((reviewer) => {
        const briefing = briefings.get(reviewer.id);
        const access = config.access.get(reviewer.id);
        if (briefing === undefined || access === undefined)
          throw new InternalError(`nothing is known of the reviewer "${reviewer.id}"`);
        return planReviewer({ reviewer, briefing, access, config, shareUsd, change, catalog, date });
      }),
    );
    const programs = config.reviewers.flatMap(({ type, id }) => (type === 'program' ? [id] : []));
    return {
      schemaVersion: 1,
      dryRun: true,
      repository: `${change.repository.owner}/${change.repository.name}`,
      base: change.mergeBase,
      head: change.head.sha,
      files: change.files.length,
      models,
      programs: [...programs, ...sarif.keys()],
      withheld: listWithheld(reviewers, briefings),
      keptBack: listKeptBack(change, [...briefings.values()]),
      costUsd: addCosts(
        models.filter(({ id }) => starters.includes(id)),
        paidUsd,
      ),
      afterwardsUsd: planAfterwards(config.budget.usd, starters.length),
    };
  } finally {
    await repository.close();
  }
}

/** Nobody else is asked where no model reviews. */
function planAfterwards(budgetUsd: number, starters: number): ReviewPlan['afterwardsUsd'] {
  const most = starters === 0 ? 0 : budgetUsd;
  return {
    examination: most * budgetShares.verify,
    duplicates: most * budgetShares.duplicates,
    prose: most * budgetShares.consolidation,
  };
}

/** Those that would start; when none has a key, as if all had. */
function startersOf(config: Config, unread: ReadonlySet<string>): string[] {
  const isKeyed = [...config.access.values()].some(({ apiKey }) => apiKey !== null);
  return [...config.access].flatMap(([id, { apiKey }]) =>
    unread.has(id) || (isKeyed && apiKey === null) ? [] : [id],
  );
}

function addCosts(models: readonly PlannedReviewer[], all: number): ReviewPlan['costUsd'] {
  const total = { low: 0, high: 0 };
  for (const { session } of models) {
    if (session === null) continue;
    if (session.costUsd === null) return null;
    total.low += session.costUsd.low;
    total.high += session.costUsd.high;
  }
  return { low: total.low, high: Math.min(total.high, all) };
}

/** By path, the vendors that a file is kept from. */
function listWithheld(
  reviewers: readonly ModelReviewer[],
  briefings: ReadonlyMap<string, Briefing>,
): ReviewPlan['withheld'] {
  const vendors = new Map<string, Set<ProviderId>>();
  for (const { id, provider } of reviewers)
    for (const path of briefings.get(id)?.withheld ?? [])
      vendors.set(path, (vendors.get(path) ?? new Set()).add(provider));
  return [...vendors].map(([path, from]) => ({ path, from: [...from] }));
}

/** Files that somebody may be sent whose first request lacks them. */
function listKeptBack(change: Change, briefings: readonly Briefing[]): ReviewPlan['keptBack'] {
  const seen = briefings.map(({ inlined, withheld }) => new Set([...inlined, ...withheld]));
  return change.files
    .filter(({ path }) => seen.some((paths) => !paths.has(path)))
    .map((file) => ({
      path: file.path,
      reason:
        file.ignored === true
          ? 'ignored'
          : file.generated
            ? 'generated'
            : file.vendored
              ? 'vendored'
              : file.binary
                ? 'binary'
                : 'too long',
    }));
}
