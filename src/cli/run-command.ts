import { DeepReviewError } from '../errors.ts';
import { formatError } from '../log/format-error.ts';
import { commands } from './flags.ts';
import { formatHelp } from './help.ts';
import { parseArguments } from './parse-arguments.ts';
import type { CommandInput } from './prepare-run.ts';

/** Where a command runs: in the process of a user, or in one of many. */
export interface Surroundings extends Omit<CommandInput, 'parsed'> {
  /** Whether people have read already why the signal was given. */
  reasonIsPrinted: () => boolean;
}

/** What a command does: loaded only when it is asked for, so that `--help` loads nothing. */
const actions: Record<string, (input: CommandInput) => Promise<number>> = {
  review: async (input) => (await import('./run-review.ts')).runReviewCommand(input),
  stage: async (input) => (await import('./run-review.ts')).runStageCommand(input),
  render: async (input) => (await import('./other-commands.ts')).runRenderCommand(input),
  index: async (input) => (await import('./other-commands.ts')).runIndexCommand(input),
  context: async (input) => (await import('./context-command.ts')).runContextCommand(input),
  doctor: async (input) => (await import('./other-commands.ts')).runDoctorCommand(input),
  resolve: async (input) => (await import('./resolve-command.ts')).runResolveCommand(input),
  rerun: async (input) => (await import('./look-again-command.ts')).runLookAgainCommand(input),
  verify: async (input) => (await import('./look-again-command.ts')).runLookAgainCommand(input),
  answer: async (input) => (await import('./answer-command.ts')).runAnswerCommand(input),
  init: async (input) => (await import('./init-command.ts')).runInitCommand(input),
  schema: async (input) => (await import('./other-commands.ts')).runSchemaCommand(input),
};

/** One call of the program from its words to its exit code; what goes wrong is said on `stderr`. */
export async function runCommand(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { signal, stderr, reasonIsPrinted } = surroundings;
  try {
    return await dispatch(words, surroundings);
  } catch (cause) {
    const error = signal.aborted ? signal.reason : cause;
    if (error !== signal.reason || !reasonIsPrinted()) stderr.write(formatError(error));
    return error instanceof DeepReviewError ? error.exitCode : 4;
  }
}

async function dispatch(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const parsed = parseArguments(words);
  if (parsed.switches.has('help')) {
    const general = parsed.command === commands[0] && !words.includes(parsed.command.name);
    surroundings.stdout.write(formatHelp(general ? null : parsed.command));
    return 0;
  }
  if (parsed.switches.has('version')) {
    const { readPackageVersion } = await import('../config/package-directory.ts');
    surroundings.stdout.write(`${readPackageVersion()}\n`);
    return 0;
  }
  const action = actions[parsed.command.name];
  if (action === undefined) throw new Error(`no action for ${parsed.command.name}`);
  return action({ ...surroundings, parsed });
}
