import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readInputs } from './action/read-inputs.ts';
import { runAction } from './action/run-action.ts';
import { RunLog } from './action/run-log.ts';
import type { Toolkit } from './action/toolkit.ts';
import { readEnvironment } from './config.ts';
import { CancelledError, DeepReviewError, InternalError } from './errors.ts';
import { describeBroken, formatError } from './log.ts';

/** Longest time that a run which is stopped may take to write down where it stands, in milliseconds. */
const longestEnding = 7_000;

// Node warns the user at the eleventh listener of one signal; more calls than that wait at once for a run's end.
setMaxListeners(0);
const controller = new AbortController();
let isSettled = false;

for (const event of ['unhandledRejection', 'uncaughtException'] as const) process.on(event, stopBroken);
// The runner sends SIGINT, and SIGTERM 7.5 seconds later.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stopCancelled);
process.once('exit', reportSilentEnd);
const toolkit: Toolkit = await import('@actions/core');
const log = new RunLog({
  toolkit,
  output: process.stdout,
  detail: toolkit.isDebug() ? 'verbose' : 'normal',
  token: randomUUID(),
});
process.exitCode = await main();
isSettled = true;
log.close();

/** Resolves to the exit code of the step. What is known is in the outputs by then. */
async function main(): Promise<number> {
  const setOutput = (name: string, value: string) => toolkit.setOutput(name, value);
  try {
    const inputs = readInputs((name) => toolkit.getInput(name));
    log.mask(Object.values(inputs.secrets));
    const { conclusion, fails, exitCode } = await runAction({
      inputs,
      log,
      setOutput,
      environment: readEnvironment(undefined, inputs.secrets),
      signal: controller.signal,
      clock: { now: () => performance.now(), date: () => new Date() },
    });
    setOutput('conclusion', conclusion);
    setOutput('exit-code', String(exitCode));
    return fails ? Math.max(exitCode, 1) : 0;
  } catch (cause) {
    const error = controller.signal.aborted ? controller.signal.reason : cause;
    const exitCode = error instanceof DeepReviewError ? error.exitCode : 4;
    log.error(formatError(error).trim().replaceAll('\n', ' '));
    setOutput('conclusion', exitCode === 130 ? 'cancelled' : 'error');
    setOutput('exit-code', String(exitCode));
    return exitCode;
  }
}

/** The first signal lets the run write down where it stands; the second ends it at once. */
function stopCancelled(): void {
  if (controller.signal.aborted) process.exit(130);
  endBy(130);
  controller.abort(new CancelledError('cancelled', { hint: 'run the job again' }));
}

/** Something threw where nobody could catch it: the run is stopped as by a signal, and what it has is kept. */
function stopBroken(cause: unknown): void {
  const error =
    cause instanceof DeepReviewError ? cause : new InternalError(describeBroken(cause), { cause });
  process.stderr.write(formatError(error));
  if (controller.signal.aborted || isSettled) process.exit(error.exitCode);
  endBy(error.exitCode);
  controller.abort(error);
}

function endBy(exitCode: number): void {
  setTimeout(() => process.exit(exitCode), longestEnding).unref();
}

/** A process that runs out of work before the step has settled would otherwise end without a word. */
function reportSilentEnd(): void {
  if (isSettled || controller.signal.aborted) return;
  process.exitCode = 4;
  process.stderr.write('deep-review: internal error: the step never came to its end\n');
}
