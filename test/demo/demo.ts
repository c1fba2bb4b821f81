import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readEnvironment } from '../../src/config.ts';
import { CancelledError, DeepReviewError, UsageError } from '../../src/errors.ts';
import { createTerminal } from '../../src/log.ts';
import { formatCost, type ReviewOutcome } from '../../src/pipeline.ts';
import { reviewSample } from './review-sample.ts';

const usage = `Usage: npm run demo -- [--json] [--keep DIR] [--out DIR]

Reviews a sample pull request with three recorded model sessions and the built-in checks, without any key.

  --json      print the outcome as JSON
  --keep DIR  make the sample repository in DIR, which must be empty, and leave it there
  --out DIR   where the report goes; default: reports/ in the current folder
`;

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const controller = new AbortController();
  const stop = () => controller.abort(new CancelledError('cancelled'));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const options = readOptions(words);
    if (options.help) {
      process.stdout.write(usage);
      return 0;
    }
    const outcome = await reviewInTerminal(options, controller.signal);
    process.stdout.write(options.json ? `${JSON.stringify(outcome, null, 2)}\n` : formatOutcome(outcome));
    return outcome.exitCode;
  } catch (cause) {
    const error = controller.signal.aborted ? controller.signal.reason : cause;
    if (!(error instanceof DeepReviewError)) throw error;
    process.stderr.write(`demo: ${error.message}\n${error.hint === undefined ? '' : `  → ${error.hint}\n`}`);
    return error.exitCode;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

interface DemoOptions {
  json: boolean;
  help: boolean;
  /** null: a temporary folder that is removed at the end. */
  keep: string | null;
  out: string;
}

function readOptions(words: readonly string[]): DemoOptions {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        keep: { type: 'string' },
        out: { type: 'string', default: 'reports' },
      },
    });
    const keep = values.keep === undefined ? null : resolve(values.keep);
    return { json: values.json, help: values.help, keep, out: resolve(values.out) };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(message, { hint: 'see npm run demo -- --help', cause });
  }
}

async function reviewInTerminal(options: DemoOptions, signal: AbortSignal): Promise<ReviewOutcome> {
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'deep-review-demo-'));
  if (options.keep !== null) requireEmpty(options.keep);
  const terminal = createTerminal({
    output: process.stderr,
    detail: 'verbose',
    color: process.stderr.isTTY === true && readEnvironment().noColor === false,
    now: () => performance.now(),
  });
  try {
    const { outcome } = await reviewSample({
      folder,
      out: options.out,
      clock: { now: () => performance.now(), date: () => new Date() },
      emit: terminal.emit,
      signal,
    });
    return outcome;
  } finally {
    terminal.close();
    if (options.keep === null) rmSync(folder, { recursive: true, force: true });
  }
}

function requireEmpty(directory: string): void {
  mkdirSync(directory, { recursive: true });
  if (readdirSync(directory).length > 0)
    throw new UsageError(`${directory} is not empty`, { hint: 'name a folder that does not exist yet' });
}

function formatOutcome(outcome: ReviewOutcome): string {
  const { critical, important, suggestion } = outcome.counts;
  return [
    outcome.files.html,
    `${outcome.recommendation.value}: ${outcome.recommendation.sentence}`,
    `${critical} critical, ${important} important, ${suggestion} ${suggestion === 1 ? 'suggestion' : 'suggestions'}`,
    `recorded sessions: no model was asked; they would cost ${formatCost(outcome.costUsd, outcome.lostRequests)}`,
    '',
  ].join('\n');
}
