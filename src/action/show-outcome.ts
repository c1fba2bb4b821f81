import type { Environment } from '../config.ts';
import { makeLogLine } from '../log.ts';
import { describeMissing, formatCost, type ReviewOutcome } from '../pipeline.ts';
import { appendJobSummary, readSummary } from './job-summary.ts';
import type { RunLog } from './run-log.ts';

/** Says what a review came to: in the log, on the page of the workflow run, and in annotations of that page. */
export async function showOutcome(
  outcome: ReviewOutcome,
  { log, environment }: { log: RunLog; environment: Environment },
): Promise<void> {
  const { critical, important, suggestion } = outcome.counts;
  log.print(makeLogLine(`${outcome.recommendation.value}: ${outcome.recommendation.sentence}`));
  for (const line of describeMissing(outcome)) log.warning(line);
  const cost = formatCost(outcome.costUsd, outcome.lostRequests);
  log.print(`${critical} critical, ${important} important, ${suggestion} suggestions; cost ${cost}`);
  log.print(outcome.files.html);
  const markdown = await readSummary(outcome.files.summary);
  await appendJobSummary(environment.variable('GITHUB_STEP_SUMMARY'), markdown);
}
