import { basename } from 'node:path';
import { StorageError } from '../errors.ts';
import { makeLogLine } from '../log.ts';
import {
  describeMissing,
  describePosting,
  formatCost,
  type ReviewOutcome,
  runReview,
  runStage,
} from '../pipeline.ts';
import { type CommandInput, prepareRun } from './prepare-run.ts';
import { toReviewOptions } from './review-options.ts';

/** `deep-review review`: one run from its target to its report. Resolves to the exit code. */
export async function runReviewCommand(input: CommandInput): Promise<number> {
  const { parsed, stdout } = input;
  if (parsed.switches.has('dry-run')) return (await import('./dry-run.ts')).runDryRun(input);
  const options = toReviewOptions(parsed, input.workingDirectory);
  const { terminal, dependencies } = prepareRun(input);
  try {
    const outcome = await runReview(options, dependencies);
    terminal.close();
    stdout.write(
      parsed.switches.has('json') ? `${JSON.stringify(outcome, null, 2)}\n` : formatOutcome(outcome),
    );
    return outcome.exitCode;
  } catch (cause) {
    terminal.close();
    stdout.write(formatRescued(cause, parsed.switches.has('json') ? ['report.json'] : ['report.md']));
    throw cause;
  } finally {
    terminal.close();
  }
}

/** `deep-review stage NAME --run DIR`: one stage, for machines that share a run directory. */
export async function runStageCommand(input: CommandInput): Promise<number> {
  const { parsed, stdout } = input;
  const options = toReviewOptions(parsed, input.workingDirectory);
  const { terminal, dependencies } = prepareRun(input);
  try {
    const result = await runStage(
      {
        ...options,
        stage: parsed.words[0] ?? '',
        run: parsed.values.get('run')?.[0] ?? null,
        reviewer: parsed.values.get('reviewer')?.[0] ?? null,
      },
      dependencies,
    );
    terminal.close();
    stdout.write(
      parsed.switches.has('json')
        ? `${JSON.stringify(result)}\n`
        : [result.runDir, ...posted(result.receipt), ''].join('\n'),
    );
    return result.exitCode;
  } catch (cause) {
    terminal.close();
    stdout.write(formatRescued(cause, null));
    throw cause;
  } finally {
    terminal.close();
  }
}

/** What a full disk would not take, as it would stand in the files; `names` are those asked for, null for all. */
export function formatRescued(cause: unknown, names: readonly string[] | null): string {
  if (!(cause instanceof StorageError)) return '';
  return [...cause.rescued]
    .filter(([path]) => names === null || names.includes(basename(path)))
    .map(([, content]) => (typeof content === 'string' ? content : ''))
    .join('');
}

/** A replay repeats what the recorded run cost, and pays nothing. */
function formatPaid({ costUsd, lostRequests, differences }: ReviewOutcome): string {
  const cost = formatCost(costUsd, lostRequests);
  return differences === undefined
    ? `cost ${cost}`
    : `no model was asked and nothing paid; the recorded run cost ${cost}`;
}

function posted(receipt: ReviewOutcome['receipt']): string[] {
  return receipt === undefined ? [] : describePosting(receipt);
}

/** What a review came to, for people. */
export function formatOutcome(outcome: ReviewOutcome): string {
  const { critical, important, suggestion } = outcome.counts;
  return [
    outcome.files.html,
    makeLogLine(`${outcome.recommendation.value}: ${outcome.recommendation.sentence}`),
    ...describeMissing(outcome),
    `${critical} critical, ${important} important, ${suggestion} ${suggestion === 1 ? 'suggestion' : 'suggestions'}; ${formatPaid(outcome)}`,
    ...posted(outcome.receipt),
    '',
  ].join('\n');
}
