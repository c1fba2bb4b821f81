import { runEval } from './run-eval.ts';

/** `npm run eval -- --data DIR [--split NAME] [--json]`: figures of recorded findings beside their targets. */
const { output, error, exitCode } = runEval(process.argv.slice(2));
if (output !== '') console.log(output);
if (error !== '') console.error(error);
process.exitCode = exitCode;
