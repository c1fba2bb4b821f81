import { resolve } from 'node:path';
import { makeLogLine } from '../log.ts';
import { lookAgain } from '../pipeline.ts';
import { type CommandInput, prepareRun } from './prepare-run.ts';
import { toReviewOptions } from './review-options.ts';
import { formatOutcome, formatRescued } from './run-review.ts';

/** `deep-review rerun RUN REVIEWER` and `deep-review verify RUN FINDING`. Resolves to the exit code of the review. */
export async function runLookAgainCommand(input: CommandInput): Promise<number> {
  const { parsed, stdout, workingDirectory } = input;
  const options = toReviewOptions(parsed, workingDirectory);
  const [run = '', subject = ''] = parsed.words;
  const isJson = parsed.switches.has('json');
  const { terminal, dependencies } = prepareRun(input);
  try {
    const outcome = await lookAgain(
      {
        ...options,
        run: resolve(workingDirectory, run),
        asked: [
          parsed.command.name === 'rerun'
            ? { kind: 'review', reviewer: subject }
            : { kind: 'finding', finding: subject },
        ],
        by: null,
        comment: null,
      },
      dependencies,
    );
    terminal.close();
    const again = outcome.again.map((line) => `${makeLogLine(line)}\n`).join('');
    stdout.write(isJson ? `${JSON.stringify(outcome, null, 2)}\n` : `${formatOutcome(outcome)}${again}`);
    return outcome.exitCode;
  } catch (cause) {
    terminal.close();
    stdout.write(formatRescued(cause, isJson ? ['report.json'] : ['report.md']));
    throw cause;
  } finally {
    terminal.close();
  }
}
