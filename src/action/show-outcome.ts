import { makeLogLine } from '../log.ts';
import { describeMissing, formatCost, type ReviewOutcome } from '../pipeline.ts';
import type { RunLog } from './run-log.ts';

/** Says in the log what a review came to; the pipeline leaves the report on the page of the workflow run. */
export function showOutcome(outcome: ReviewOutcome, log: RunLog): void {
  const { critical, important, suggestion } = outcome.counts;
  log.print(makeLogLine(`${outcome.recommendation.value}: ${outcome.recommendation.sentence}`));
  for (const line of describeMissing(outcome)) log.print(line);
  if (outcome.exitCode === 3 || outcome.exitCode === 4)
    log.warning(`the review is ${outcome.exitCode === 3 ? 'incomplete' : 'failed'}: ${outcome.title}`);
  const cost = formatCost(outcome.costUsd, outcome.lostRequests);
  log.print(`${critical} critical, ${important} important, ${suggestion} suggestions; cost ${cost}`);
  log.print(makeLogLine(outcome.files.html));
}
