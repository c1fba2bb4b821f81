#!/usr/bin/env node
import { setMaxListeners } from 'node:events';
import { runCommand } from './cli/run-command.ts';
import { CancelledError, DeepReviewError, InternalError, StorageError } from './errors.ts';
import { describeBroken, formatError, reportIt } from './log/format-error.ts';

/** Longest time that a run which is stopped may take to write down where it stands, in milliseconds. */
const longestEnding = 10_000;

// Node warns the user at the eleventh listener of one signal; more calls than that wait at once for a run's end.
setMaxListeners(0);
const controller = new AbortController();
/** Outranks what the command comes to; null while nothing broke. */
let brokenCode: number | null = null;
let isSettled = false;

for (const stream of [process.stdout, process.stderr]) stream.on('error', reportLostOutput);
for (const event of ['unhandledRejection', 'uncaughtException'] as const) process.on(event, stopBroken);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stopCancelled);
process.once('exit', reportSilentEnd);
const code = await runCommand(process.argv.slice(2), {
  variables: undefined,
  workingDirectory: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: controller.signal,
  reasonIsPrinted: () => brokenCode !== null,
});
isSettled = true;
process.exitCode = brokenCode ?? code;

/** The first signal lets the run write down where it stands; the second ends it at once. */
function stopCancelled(): void {
  if (controller.signal.aborted) process.exit(130);
  endBy(130);
  controller.abort(new CancelledError('cancelled', { hint: 'run the same command again to continue' }));
}

/** Something threw where nobody could catch it: the run is stopped as by a signal, and what it has is kept. */
function stopBroken(cause: unknown): void {
  if (brokenCode !== null) process.exit(brokenCode);
  const error =
    cause instanceof DeepReviewError
      ? cause
      : new InternalError(describeBroken(cause), { hint: reportIt, cause });
  brokenCode = error.exitCode;
  process.exitCode = brokenCode;
  process.stderr.write(formatError(error));
  if (isSettled) return;
  endBy(brokenCode);
  controller.abort(error);
}

/** A read that blocks (a pipe in the place of a file) must not keep us here. */
function endBy(exitCode: number): void {
  setTimeout(() => process.exit(exitCode), longestEnding).unref();
}

/** A process that runs out of work before its command has settled would otherwise end without a word. */
function reportSilentEnd(): void {
  if (isSettled || controller.signal.aborted) return;
  process.exitCode = 4;
  process.stderr.write('deep-review: internal error: the command never came to its end\n');
}

/** Whoever read our output has heard enough (`| head`), or is gone: the work goes on, and its exit code stays. */
function reportLostOutput(this: NodeJS.WriteStream, cause: NodeJS.ErrnoException): void {
  if (cause.code === 'EPIPE' || (cause.code === 'EIO' && this.isTTY)) return;
  const name = this === process.stdout ? 'the answer' : 'what is for people';
  stopBroken(new StorageError(`${name} could not be printed: ${cause.message}`, { cause }));
}
