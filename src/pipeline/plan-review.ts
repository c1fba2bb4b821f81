import { join } from 'node:path';
import type { Briefing } from '../agent/brief-reviewer.ts';
import { collectChange } from '../collect/collect-change.ts';
import { type Config, findPackageDirectory, type ReviewerAccess } from '../config.ts';
import type { Change } from '../domain/change.ts';
import type { PlannedReviewer, ReviewPlan } from '../domain/review-plan.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import { InternalError, UsageError } from '../errors.ts';
import { createLocalSource } from '../forge/local/local-source.ts';
import { type ModelCatalog, readModelCatalog } from '../provider/model-data.ts';
import { printRequest } from '../provider/print-request.ts';
import { briefReviewers } from './brief-reviewers.ts';
import { estimateSession, shortestSession } from './estimate-session.ts';
import { markIgnored } from './mark-ignored.ts';
import { firstRequestOf, reviewShare } from './model-reviewers.ts';
import { turnLimit } from './model-session.ts';
import { openRepository } from './open-repository.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { previewTools } from './preview-tools.ts';
import { readSarifSources } from './read-sarif-sources.ts';
import { requirePrices } from './require-prices.ts';
import { readOwnConfig, settleConfig } from './settle-config.ts';

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
  const repository = await openRepository(options.workingDirectory, dependencies);
  try {
    const user = await readOwnConfig(options, dependencies.environment);
    const target = await createLocalSource({ repository, target: options.target }).resolve(signal);
    const config = await settleConfig({ options, user, dependencies, repository, base: target.base.sha });
    const date = dependencies.clock.date();
    await requirePrices(config, date);
    const collected = await collectChange({ repository, target, round: 1, signal });
    const change = markIgnored(collected.change, config.ignore);
    const sarif = await readSarifSources({ paths: options.sarif, repository, change });
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
    const models = await Promise.all(
      reviewers.map((reviewer) => {
        const briefing = briefings.get(reviewer.id);
        const access = config.access.get(reviewer.id);
        if (briefing === undefined || access === undefined)
          throw new InternalError(`nothing is known of the reviewer "${reviewer.id}"`);
        return planReviewer({ reviewer, briefing, access, config, change, catalog, date });
      }),
    );
    const [first] = briefings.values();
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
      keptBack: first === undefined ? [] : listKeptBack(change, new Set(first.inlined)),
      costUsd: addCosts(models, config),
    };
  } finally {
    await repository.close();
  }
}

async function planReviewer(input: {
  reviewer: ModelReviewer;
  briefing: Briefing;
  access: ReviewerAccess;
  config: Config;
  change: Change;
  catalog: ModelCatalog;
  date: Date;
}): Promise<PlannedReviewer> {
  const { reviewer, briefing, access, config, change, catalog, date } = input;
  const { id, provider, model, effort } = reviewer;
  const facts = catalog.facts(provider, model);
  const request = firstRequestOf({ reviewer, change, briefing, facts });
  const { host, body } = await printRequest({ provider, modelId: model, baseUrl: access.baseUrl, request });
  const firstTokens = briefing.parts.reduce((sum, part) => sum + part.tokens, 0);
  const limitUsd = shareOf(config);
  const costUsd = estimateSession({ firstTokens, turnLimit, limitUsd, facts, date });
  const isNeeded = access.apiKey !== '';
  return {
    id,
    provider,
    model,
    effort,
    endpoint: host,
    key: !isNeeded ? 'not-needed' : access.apiKey === null ? 'missing' : 'present',
    keyVariables: [...access.keyVariables],
    firstRequest: {
      bytes: Buffer.byteLength(body),
      tokens: firstTokens,
      filesInlined: briefing.inlined.length,
      filesNamed: change.files.length - briefing.inlined.length,
    },
    session: {
      turns: { low: shortestSession, high: turnLimit },
      limitUsd: costUsd === null ? null : limitUsd,
      maxTokens: config.maxTokens.get(id) ?? null,
      costUsd,
    },
  };
}

/** As the review divides it: among those with a key; when none has one, among all, as if they had. */
function shareOf(config: Config): number {
  const all = [...config.access.values()];
  const keyed = all.filter(({ apiKey }) => apiKey !== null);
  return (config.budget.usd * reviewShare) / Math.max(1, keyed.length === 0 ? all.length : keyed.length);
}

function addCosts(models: readonly PlannedReviewer[], config: Config): ReviewPlan['costUsd'] {
  const keyed = models.filter(({ key }) => key !== 'missing');
  const costs = (keyed.length === 0 ? models : keyed).map(({ session }) => session.costUsd);
  const total = { low: 0, high: 0 };
  for (const cost of costs) {
    if (cost === null) return null;
    total.low += cost.low;
    total.high += cost.high;
  }
  return { low: total.low, high: Math.min(total.high, config.budget.usd * reviewShare) };
}

function listKeptBack(change: Change, inlined: ReadonlySet<string>): ReviewPlan['keptBack'] {
  return change.files
    .filter(({ path }) => !inlined.has(path))
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
