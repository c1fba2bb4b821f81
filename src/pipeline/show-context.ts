import type { Briefing } from '../agent/brief-reviewer.ts';
import { collectChange } from '../collect/collect-change.ts';
import { findPackageDirectory, nearestWord } from '../config.ts';
import type { ModelReviewer, Reviewer } from '../domain/reviewer.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { UsageError } from '../errors.ts';
import { briefReviewers } from './brief-reviewers.ts';
import { markIgnored } from './mark-ignored.ts';
import { openTarget } from './open-target.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { previewRounds } from './preview-rounds.ts';
import { previewTools } from './preview-tools.ts';
import { readSarifSources } from './read-sarif-sources.ts';
import { settleConfig } from './settle-config.ts';

export interface ShowContextOptions
  extends Pick<
    ReviewOptions,
    | 'workingDirectory'
    | 'target'
    | 'flags'
    | 'configPath'
    | 'withoutConfig'
    | 'out'
    | 'full'
    | 'notices'
    | 'sarif'
  > {
  /** Id of the reviewer; null for the first one that is a model. */
  reviewer: string | null;
}

/** Exactly what a reviewer of a change would be told. */
export interface ShownContext extends Briefing {
  reviewer: ModelReviewer;
  base: string;
  head: string;
}

/** Needs no key, sends nothing, and writes nothing but git's borrowed objects in the cache folder. */
export async function showContext(
  options: ShowContextOptions,
  dependencies: Pick<PipelineDependencies, 'environment' | 'signal'>,
): Promise<ShownContext> {
  const { signal } = dependencies;
  const { repository, target, user } = await openTarget(options, dependencies);
  try {
    const base = target.base.sha;
    const config = await settleConfig({ options, user, dependencies, repository, base });
    const reviewer = chooseModel(config.reviewers, options.reviewer);
    const { change, patch } = await collectChange({ repository, target, round: 1, signal });
    const marked = markIgnored(change, config.ignore);
    const sarif = await readSarifSources({ paths: options.sarif, repository, change: marked });
    const packageDirectory = findPackageDirectory();
    const briefings = await briefReviewers({
      repository,
      change: await previewRounds({ ...options, change: marked, config, sarif }, dependencies, {
        repository,
        target,
      }),
      patch,
      reviewers: [reviewer],
      pathInstructions: config.paths,
      egress: config.egress,
      packageDirectory,
      tools: await previewTools({ ...dependencies, config, repository, packageDirectory }),
      signal,
    });
    const briefing = briefings.get(reviewer.id);
    if (briefing === undefined) throw new Error(`no briefing for ${reviewer.id}`);
    const withheld = briefing.withheld.map(makeVisibleLine);
    return { ...briefing, withheld, reviewer, base: change.mergeBase, head: change.head.sha };
  } finally {
    await repository.close();
  }
}

function chooseModel(reviewers: readonly Reviewer[], asked: string | null): ModelReviewer {
  const models = reviewers.filter((one): one is ModelReviewer => one.type === 'model');
  const ids = models.map(({ id }) => id);
  const chosen = asked === null ? models[0] : models.find(({ id }) => id === asked);
  if (chosen !== undefined) return chosen;
  if (ids.length === 0 || asked === null || reviewers.some(({ id }) => id === asked))
    throw new UsageError(
      asked === null
        ? 'none of the reviewers is a model: there is nothing they would be told'
        : `${asked} is no model: there is nothing it would be told`,
      {
        hint: ids.length === 0 ? 'name a model with --reviewers' : `choose one of ${ids.join(', ')}`,
      },
    );
  const near = nearestWord(asked, ids);
  throw new UsageError(`unknown reviewer "${asked}"`, {
    hint: near === null ? `known reviewers: ${ids.join(', ')}` : `did you mean "${near}"?`,
  });
}
