import { parseArgs } from 'node:util';
import { nearestWord } from '../config/nearest-word.ts';
import { UsageError } from '../errors.ts';
import { type Command, commands, type Flag, outputFlags } from './flags.ts';

export interface ParsedArguments {
  command: Command;
  /** Words behind the command's name. */
  words: readonly string[];
  switches: ReadonlySet<string>;
  /** Values by flag, in the order given; a flag that is not repeatable has one. */
  values: ReadonlyMap<string, readonly string[]>;
}

/** Words of the command line → the command and its flags. Throws `UsageError` with what to write instead. */
export function parseArguments(words: readonly string[]): ParsedArguments {
  const { command, rest } = chooseCommand(words);
  const flags = [...command.flags, ...outputFlags];
  const options = Object.fromEntries(
    flags.map((flag) => [
      flag.name,
      {
        type: flag.value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...(flag.short === undefined ? {} : { short: flag.short }),
      },
    ]),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: joinNegatives(rest, flags), options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw explain(
      cause,
      flags.map((flag) => flag.name),
      rest,
    );
  }
  const switches = new Set<string>();
  const values = new Map<string, string[]>();
  for (const flag of flags) {
    const given = parsed.values[flag.name];
    if (!Array.isArray(given)) continue;
    if (flag.value === undefined) switches.add(flag.name);
    else values.set(flag.name, given.map(String));
    if (flag.value !== undefined && flag.repeatable !== true && given.length > 1)
      throw new UsageError(`--${flag.name} is given ${given.length} times`, { hint: 'give it once' });
  }
  if (switches.has('quiet') && switches.has('verbose'))
    throw new UsageError('--quiet and --verbose contradict each other', { hint: 'give one of them' });
  if (!switches.has('help')) checkWords(command, parsed.positionals);
  return { command, words: parsed.positionals, switches, values };
}

function chooseCommand(words: readonly string[]): { command: Command; rest: string[] } {
  const [first = '', ...others] = words;
  const named = commands.find((command) => command.name === first);
  const review = commands[0];
  if (named !== undefined) return { command: named, rest: others };
  if (first === 'help' && review !== undefined)
    return { command: helpedCommand(others) ?? review, rest: ['--help'] };
  if (review === undefined) throw new UsageError('no such command');
  return { command: review, rest: [...words] };
}

/** `help`, or `help NAME`; null for the help of all. */
function helpedCommand([name, ...more]: readonly string[]): Command | null {
  if (name === undefined || name.startsWith('-')) return null;
  const command = commands.find((known) => known.name === name);
  if (command !== undefined && more.length === 0) return command;
  throw new UsageError(`there is no help for ${JSON.stringify([name, ...more].join(' '))}`, {
    hint: `name one of ${commands.map((known) => known.name).join(', ')}`,
  });
}

/** A number below zero is a value, not a flag: whoever reads the value says what is wrong with it. */
function joinNegatives(words: readonly string[], flags: readonly Flag[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    const takesValue = flags.some(({ name, value }) => value !== undefined && before === `--${name}`);
    if (takesValue && /^-[\d.]/.test(word)) joined[joined.length - 1] = `${before}=${word}`;
    else joined.push(word);
  }
  return joined;
}

function checkWords(command: Command, words: readonly string[]): void {
  const { least, most } = command.words;
  if (words.length < least)
    throw new UsageError(`${command.name} needs ${command.usage}`, {
      hint: `see "deep-review ${command.name} --help"`,
    });
  if (words.length > most)
    throw new UsageError(`"${words[most]}" is one word too many`, {
      hint: `see "deep-review ${command.name} --help"`,
    });
}

function explain(cause: unknown, names: readonly string[], words: readonly string[]): UsageError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const ambiguous = /Option '(?:-\w, )?(--[\w-]+)[^']*' argument is ambiguous/.exec(message)?.[1];
  if (ambiguous !== undefined) {
    const value = words[words.indexOf(ambiguous) + 1] ?? '';
    return new UsageError(`${ambiguous} needs a value, and "${value}" looks like a flag`, {
      hint: `write ${ambiguous}=${value} if it is the value`,
      cause,
    });
  }
  const unknown = /Unknown option '(-[^']*)'/.exec(message)?.[1];
  if (unknown === undefined)
    return new UsageError(message.split('. ')[0] ?? message, { hint: 'see "deep-review --help"', cause });
  const near = nearest(unknown.replace(/^-+/, ''), names);
  return new UsageError(`unknown flag ${unknown}`, {
    hint: near === null ? 'see "deep-review --help"' : `did you mean --${near}?`,
    cause,
  });
}

/** A mistyped flag, or one that begins with the same three letters. */
function nearest(word: string, names: readonly string[]): string | null {
  return nearestWord(word, names) ?? names.find((name) => name.slice(0, 3) === word.slice(0, 3)) ?? null;
}
