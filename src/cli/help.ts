import { type Command, commands, exitCodes, type Flag, outputFlags, reviewFlags } from './flags.ts';

/** The help of the program, or of one command. */
export function formatHelp(command: Command | null): string {
  const own = command ?? { usage: '[command] [flags]', flags: reviewFlags };
  const name = command === null ? '' : ` ${command.name}`;
  return [
    `Usage: deep-review${name}${own.usage === '' ? '' : ` ${own.usage}`}`,
    '',
    command === null ? 'Reviews a change and writes one report.' : `${sentence(command.text)}`,
    ...(command === null ? section('Commands', commands.map(commandRow)) : []),
    ...section(command === null ? 'Flags of review' : 'Flags', own.flags.map(flagRow)),
    ...section('Everywhere', outputFlags.map(flagRow)),
    ...section(
      'Exit codes',
      exitCodes.map(({ code, text }): Row => [`${code}`, text]),
    ),
    '',
    'Try it without any key: deep-review --reviewers checks --range main..HEAD',
    '',
  ].join('\n');
}

type Row = [name: string, text: string];

function section(title: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([name]) => name.length));
  return ['', `${title}:`, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)];
}

function commandRow(command: Command): Row {
  return [`${command.name} ${command.usage}`.trimEnd(), command.text];
}

function flagRow(flag: Flag): Row {
  const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
  return [`${short}--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`, flag.text];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
