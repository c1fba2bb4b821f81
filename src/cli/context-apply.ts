import { resolve } from 'node:path';
import { readEnvironment } from '../config.ts';
import { UsageError } from '../errors.ts';
import { breakCommands } from '../log.ts';
import { type ContextSession, openContextSession, visibleLine } from '../pipeline.ts';
import { openLines } from './open-lines.ts';
import type { CommandInput } from './prepare-run.ts';
import type { Ask } from './resolve-dialogue.ts';

/**
 * `deep-review context apply RUN`: writes those of a run's suggestions that a person chooses into the notes of the
 * repository. Without a choice and a terminal to ask on, they are printed and nothing is written.
 */
export async function applyContextSuggestions(input: CommandInput): Promise<number> {
  const { parsed, workingDirectory, stdin, stdout, stderr, signal } = input;
  const [, run] = parsed.words;
  if (run === undefined)
    throw new UsageError('context apply needs the folder of a run', { hint: 'write "context apply RUN"' });
  const other = [...parsed.values.keys(), ...parsed.switches].find((name) => !taken.has(name));
  if (other !== undefined)
    throw new UsageError(`--${other} is not for "context apply"`, { hint: 'leave it out' });
  const session = await openContextSession(
    { run: resolve(workingDirectory, run), workingDirectory },
    { environment: readEnvironment(input.variables), signal },
  );
  for (const notice of session.notices) stderr.write(`notice: ${visibleLine(notice)}\n`);
  const choice = parsed.values.get('choose')?.[0];
  const asks = choice === undefined && stdin.isTTY === true;
  let numbers: number[] = [];
  if (choice !== undefined) numbers = readChoice(choice, session);
  else if (asks) {
    const { ask, close } = openLines(stdin, (text) => stderr.write(text), signal);
    try {
      numbers = await askChoice(session, { ask, print: (line) => stderr.write(`${line}\n`) });
    } finally {
      close();
    }
  }
  const { written, notices } = await session.apply(numbers);
  for (const notice of notices) stderr.write(`notice: ${visibleLine(notice)}\n`);
  if (parsed.switches.has('json')) {
    const { file, proposals } = session;
    stdout.write(`${JSON.stringify({ file, proposals, written }, null, 2)}\n`);
    return 0;
  }
  if (choice === undefined && !asks) stdout.write(breakCommands(list(session)));
  stdout.write(breakCommands(conclude(session.file, written)));
  return 0;
}

const taken = new Set(['choose', 'json', 'quiet', 'verbose', 'no-color']);
const states = { open: '', there: ' (is there already)', refused: ' (not offered: it speaks to reviewers)' };

function list({ proposals }: ContextSession): string {
  return proposals
    .map(({ number, line, state }) => `${number}${states[state]}\n${visibleLine(line)}\n`)
    .join('');
}

function conclude(file: string, written: readonly string[]): string {
  if (written.length === 0) return 'nothing was written; choose with --choose NUMBERS\n';
  const lines = written.length === 1 ? '1 line' : `${written.length} lines`;
  return `${visibleLine(file)}\n${lines} added; reviewers are told of it once it is committed to the base of a change\n`;
}

/** `1,3`: every one of them has to be open. */
function readChoice(text: string, { proposals }: ContextSession): number[] {
  return text.split(',').map((word) => {
    const number = /^\s*\d{1,6}\s*$/.test(word) ? Number(word) : Number.NaN;
    const proposal = proposals.find((one) => one.number === number);
    const hint =
      proposals.length === 0
        ? 'this run suggests nothing'
        : `there are ${proposals.length}: "context apply RUN" without a terminal prints them`;
    if (proposal === undefined)
      throw new UsageError(`there is no suggestion ${JSON.stringify(word)}`, { hint });
    if (proposal.state === 'refused')
      throw new UsageError(`suggestion ${number} speaks to reviewers instead of about the code`, {
        hint: 'write it by hand if you mean it',
      });
    return number;
  });
}

async function askChoice(
  { proposals }: ContextSession,
  { ask, print }: { ask: Ask; print: (line: string) => void },
): Promise<number[]> {
  const chosen: number[] = [];
  for (const { number, line, state } of proposals) {
    print(`\n${number} of ${proposals.length}${states[state]}\n${visibleLine(line)}`);
    if (state !== 'open') continue;
    const word = (await ask('add this line? y yes, q write what was chosen; Enter: no\n> '))
      ?.trim()
      .toLowerCase();
    if (word === undefined || word === 'q') break;
    if (word === 'y' || word === 'yes') chosen.push(number);
  }
  return chosen;
}
