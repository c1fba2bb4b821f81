#!/usr/bin/env node
import { commands } from './cli/flags.ts';
import { formatHelp } from './cli/help.ts';
import { type ParsedArguments, parseArguments } from './cli/parse-arguments.ts';
import type { CommandInput } from './cli/prepare-run.ts';
import { CancelledError, DeepReviewError, InternalError, StorageError } from './errors.ts';
import { describeBroken, formatError, reportIt } from './log/format-error.ts';

/** What a command does: loaded only when it is asked for, so that `--help` loads nothing. */
const actions: Record<string, (input: CommandInput) => Promise<number>> = {
  review: async (input) => (await import('./cli/run-review.ts')).runReviewCommand(input),
  stage: async (input) => (await import('./cli/run-review.ts')).runStageCommand(input),
  render: async (input) => (await import('./cli/other-commands.ts')).runRenderCommand(input),
  index: async (input) => (await import('./cli/other-commands.ts')).runIndexCommand(input),
  context: async (input) => (await import('./cli/context-command.ts')).runContextCommand(input),
  doctor: async (input) => (await import('./cli/other-commands.ts')).runDoctorCommand(input),
  resolve: async (input) => (await import('./cli/resolve-command.ts')).runResolveCommand(input),
  schema: async (input) => (await import('./cli/other-commands.ts')).runSchemaCommand(input),
};

/** Longest time that a run which is stopped may take to write down where it stands, in milliseconds. */
const longestEnding = 10_000;

const controller = new AbortController();
/** Outranks what the command comes to; null while nothing broke. */
let brokenCode: number | null = null;
let isSettled = false;

for (const stream of [process.stdout, process.stderr]) stream.on('error', reportLostOutput);
for (const event of ['unhandledRejection', 'uncaughtException'] as const) process.on(event, stopBroken);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stopCancelled);
process.once('exit', reportSilentEnd);
const code = await main(process.argv.slice(2));
isSettled = true;
process.exitCode = brokenCode ?? code;

async function main(words: readonly string[]): Promise<number> {
  try {
    return await dispatch(parseArguments(words), controller.signal);
  } catch (cause) {
    const error = controller.signal.aborted ? controller.signal.reason : cause;
    if (error !== controller.signal.reason || brokenCode === null) process.stderr.write(formatError(error));
    return error instanceof DeepReviewError ? error.exitCode : 4;
  }
}

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

async function dispatch(parsed: ParsedArguments, signal: AbortSignal): Promise<number> {
  if (parsed.switches.has('help')) {
    const general = parsed.command === commands[0] && !process.argv.includes(parsed.command.name);
    process.stdout.write(formatHelp(general ? null : parsed.command));
    return 0;
  }
  if (parsed.switches.has('version')) {
    const { readPackageVersion } = await import('./config/package-directory.ts');
    process.stdout.write(`${readPackageVersion()}\n`);
    return 0;
  }
  const action = actions[parsed.command.name];
  if (action === undefined) throw new Error(`no action for ${parsed.command.name}`);
  return action({
    parsed,
    workingDirectory: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal,
  });
}

/** Whoever read our output has heard enough (`| head`), or is gone: the work goes on, and its exit code stays. */
function reportLostOutput(this: NodeJS.WriteStream, cause: NodeJS.ErrnoException): void {
  if (cause.code === 'EPIPE' || (cause.code === 'EIO' && this.isTTY)) return;
  const name = this === process.stdout ? 'the answer' : 'what is for people';
  stopBroken(new StorageError(`${name} could not be printed: ${cause.message}`, { cause }));
}
