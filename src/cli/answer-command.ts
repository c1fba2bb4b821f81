import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { type AnswerOutcome, answerPullRequest, describeAnswered, visibleLine } from '../pipeline.ts';
import { type CommandInput, prepareRun } from './prepare-run.ts';
import { toTarget } from './review-target.ts';

/** `deep-review answer PR`: answers what people ask in its comments; without `--post` it prints what it would do. */
export async function runAnswerCommand(input: CommandInput): Promise<number> {
  const { parsed, workingDirectory, stdout } = input;
  const target = toTarget(parsed);
  if (target.kind !== 'pull-request')
    throw new UsageError('answer needs a pull request', { hint: 'for example: deep-review answer 12' });
  const folder = (name: string) => {
    const value = parsed.values.get(name)?.[0];
    return value === undefined ? null : resolve(workingDirectory, value);
  };
  const { terminal, dependencies } = prepareRun(input);
  const post = parsed.switches.has('post');
  const outcome = await answerPullRequest(
    { target, workingDirectory, run: folder('run'), out: folder('out'), post },
    dependencies,
  ).finally(() => terminal.close());
  stdout.write(
    parsed.switches.has('json') ? `${JSON.stringify(outcome, null, 2)}\n` : formatAnswers(outcome, post),
  );
  return outcome.exitCode;
}

function formatAnswers({ comments, run }: AnswerOutcome, post: boolean): string {
  const lines = comments.map(describeAnswered);
  // Only of those who may ask.
  const open = comments.filter(({ mayAsk }) => mayAsk).flatMap(({ answers }) => answers);
  const toDo = open.flatMap((answer) =>
    answer.kind === 'not-started' && run !== null
      ? [visibleLine(`to be run: deep-review ${answer.command} ${run} ${answer.subject}`)]
      : [],
  );
  const nothing = comments.length === 0 ? ['no comment asks anything'] : [];
  const dry = post || comments.length === 0 ? [] : ['Nothing was written; --post answers.'];
  return `${[...lines, ...new Set(toDo), ...nothing, ...dry].join('\n')}\n`;
}
