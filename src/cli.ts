#!/usr/bin/env node
import { commands } from './cli/flags.ts';
import { formatHelp } from './cli/help.ts';
import { type ParsedArguments, parseArguments } from './cli/parse-arguments.ts';
import type { CommandInput } from './cli/run-review.ts';
import { CancelledError, DeepReviewError } from './errors.ts';

/** What a command does: loaded only when it is asked for, so that `--help` loads nothing. */
const actions: Record<string, (input: CommandInput) => Promise<number>> = {
  review: async (input) => (await import('./cli/run-review.ts')).runReviewCommand(input),
  stage: async (input) => (await import('./cli/run-review.ts')).runStageCommand(input),
  render: async (input) => (await import('./cli/other-commands.ts')).runRenderCommand(input),
  doctor: async (input) => (await import('./cli/other-commands.ts')).runDoctorCommand(input),
  schema: async (input) => (await import('./cli/other-commands.ts')).runSchemaCommand(input),
};

for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    // A read that blocks (a pipe in the place of a file) must not keep us here.
    setTimeout(() => process.exit(130), 10_000).unref();
    controller.abort(new CancelledError('cancelled', { hint: 'run the same command again to continue' }));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const parsed = parseArguments(words);
    return await dispatch(parsed, controller.signal);
  } catch (cause) {
    const error = controller.signal.aborted ? controller.signal.reason : cause;
    process.stderr.write(formatError(error));
    return error instanceof DeepReviewError ? error.exitCode : 4;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

async function dispatch(parsed: ParsedArguments, signal: AbortSignal): Promise<number> {
  if (parsed.switches.has('help')) {
    const general = parsed.command === commands[0] && !process.argv.includes(parsed.command.name);
    process.stdout.write(formatHelp(general ? null : parsed.command));
    return 0;
  }
  if (parsed.switches.has('version')) {
    const { readPackageVersion } = await import('./config.ts');
    process.stdout.write(`${readPackageVersion()}\n`);
    return 0;
  }
  const action = actions[parsed.command.name];
  if (action === undefined) throw new Error(`no action for ${parsed.command.name}`);
  return action({
    parsed,
    workingDirectory: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    signal,
  });
}

/** Whoever read our output has heard enough (`| head`): the work goes on, and the exit code stays its own. */
function ignoreClosedPipe(cause: NodeJS.ErrnoException): void {
  if (cause.code !== 'EPIPE') throw cause;
}

/** One line what, one line what to do. Only what nobody foresaw comes with its stack. */
function formatError(error: unknown): string {
  if (error instanceof DeepReviewError) {
    const hint = error.hint === undefined ? '' : `  → ${error.hint}\n`;
    return `deep-review: ${error.message}\n${hint}`;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `deep-review: internal error, please report it\n${stack}\n`;
}
