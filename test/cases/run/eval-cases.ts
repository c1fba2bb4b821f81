import { CancelledError, DeepReviewError } from '../../../src/errors.ts';
import { ablate } from './ablate.ts';
import { evaluate } from './evaluate.ts';
import { printTables } from './print-tables.ts';
import { readOptions } from './read-options.ts';

const usage = `Usage: npm run eval:cases -- [--cases A,B] [--reviewers IDS] [--json] [--out DIR] [--ablate] [--record]

Reviews pull requests with planted defects and clean ones, and counts what is found, missed and false.

  --cases A,B      only these cases
  --reviewers IDS  checks, claude, codex, gemini, scripted; default: checks,scripted. A model is asked, and paid,
                   only when it is named and has a key. Scripted sessions test the machinery and are no results
  --json           print everything as JSON
  --out DIR        keep the repositories and reports there
  --ablate         again without each review dimension in turn, for the models named that have a key
  --record         write the tools' answers and the outcomes into the scripted sessions' files

Exit codes: 0 done; 1 a scripted session came to another outcome than expected; 2 the call was wrong.
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
    const evaluation = await evaluate(options, controller.signal);
    if (options.record) process.stderr.write("the sessions' answers and outcomes are recorded anew\n");
    const ablation = options.ablate ? await ablate(options, evaluation, controller.signal) : null;
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ ...evaluation, ablation }, null, 2)}\n`
        : `${printTables(evaluation)}${ablation === null ? '' : `\n${ablation.text}`}`,
    );
    return evaluation.scripted.some(({ unexpected }) => unexpected.length > 0) ? 1 : 0;
  } catch (cause) {
    const error = controller.signal.aborted ? controller.signal.reason : cause;
    if (!(error instanceof DeepReviewError)) throw error;
    process.stderr.write(
      `eval:cases: ${error.message}\n${error.hint === undefined ? '' : `  → ${error.hint}\n`}`,
    );
    return error.exitCode;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
