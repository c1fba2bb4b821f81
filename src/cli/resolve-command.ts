import { resolve } from 'node:path';
import { readEnvironment } from '../config.ts';
import { DeepReviewError, UsageError } from '../errors.ts';
import { openResolve, type ResolveOutcome, resolveFromFile, visibleLine } from '../pipeline.ts';
import { openLines } from './open-lines.ts';
import { type CommandInput, systemClock } from './prepare-run.ts';
import { askDecisions } from './resolve-dialogue.ts';

/** `deep-review resolve RUN`: says what was done about a report's findings, asked one by one or read from a file. */
export async function runResolveCommand(input: CommandInput): Promise<number> {
  const { parsed, workingDirectory, stdout, stderr, signal } = input;
  const options = { run: resolve(workingDirectory, parsed.words[0] ?? ''), workingDirectory };
  const dependencies = { environment: readEnvironment(input.variables), signal, clock: systemClock };
  const print = (line: string) => stderr.write(`${line}\n`);
  const onNotice = (message: string) => print(`notice: ${visibleLine(message)}`);
  const from = parsed.values.get('from')?.[0];
  if (from === '') throw new UsageError('--from is empty', { hint: 'name a file, or leave it out' });
  const outcome =
    from === undefined
      ? await resolveByAsking(input, () => openResolve(options, dependencies, onNotice))
      : await resolveFromFile({ ...options, from: resolve(workingDirectory, from) }, dependencies, onNotice);
  stdout.write(
    parsed.switches.has('json') ? `${JSON.stringify(outcome, null, 2)}\n` : formatOutcome(outcome),
  );
  return 0;
}

async function resolveByAsking(
  { stdin, stderr, signal }: CommandInput,
  open: () => ReturnType<typeof openResolve>,
): Promise<ResolveOutcome> {
  if (stdin.isTTY !== true)
    throw new UsageError('resolve asks on a terminal, and there is none', {
      hint: 'write the decisions to a file and name it with --from FILE',
    });
  const session = await open();
  const { ask, close } = openLines(stdin, (text) => stderr.write(text), signal);
  try {
    await askDecisions(session, {
      ask,
      print: (line) => stderr.write(`${line}\n`),
      isRefusal: (cause) => (cause instanceof DeepReviewError && cause.exitCode === 2 ? cause.message : null),
    });
    return await session.finish();
  } finally {
    close();
    await session.close();
  }
}

function formatOutcome({ files, added, decided, open }: ResolveOutcome): string {
  const news = `${added} ${added === 1 ? 'decision' : 'decisions'} added`;
  return `${files.html}\n${news}; ${decided} decided, ${open} open\n`;
}
