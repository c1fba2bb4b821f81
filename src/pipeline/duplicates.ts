import type { Duplicates } from '../domain/duplicates.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import type { FindingPair } from '../reconcile/pair-answers.ts';
import { readDuplicatesFile } from './duplicates-file.ts';
import { type DuplicatesInput, DuplicatesSitting } from './duplicates-sitting.ts';
import { isReachable } from './model-session.ts';
import type { RunContext } from './run-context.ts';

/** Most pairs that a run asks about, the likest first. */
const mostPairs = 200;

/**
 * Asks models of pairs of findings whether the two are one defect, and keeps `reconcile/duplicates.json`. Each pair goes
 * to the first model of the run whose vendor may see both; what nobody may see, or what goes wrong, leaves pairs
 * unanswered. Only a model that no session can be held with gives way to the next one. A session that was held before on
 * the same question is taken from the run and not paid again. Rejects only when the user stops the run, or a result
 * could not be kept.
 */
export async function askAboutPairs(context: RunContext, input: DuplicatesInput): Promise<Duplicates> {
  const earlier = await readDuplicatesFile(context.run);
  const models = context.reviewers.filter((one): one is ModelReviewer => isReachable(context.config, one));
  const sitting = await DuplicatesSitting.open(context, input, earlier);
  const left = await sitting.takeEarlier(input.pairs);
  const room = Math.max(0, mostPairs - (input.pairs.length - left.length));
  let open: readonly FindingPair[] = left.slice(0, room);
  for (const asked of models) open = await sitting.ask(asked, open);
  return sitting.close(models.length === 0 ? { open: [], tooMany: [] } : { open, tooMany: left.slice(room) });
}
