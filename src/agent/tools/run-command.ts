import * as z from 'zod';
import type { CommandResult } from '../../domain/command.ts';
import { Side } from '../../domain/location.ts';
import { type AgentTool, defineTool, told } from '../agent-tool.ts';
import type { CommandDesk } from '../commands/command-desk.ts';
import type { NamedCommand } from '../commands/run-named-command.ts';
import { fillText } from '../load-texts.ts';
import type { ToolDescriptions } from './read-tools.ts';

export interface RunCommandInput {
  /** At least one. */
  commands: readonly NamedCommand[];
  desk: CommandDesk;
  descriptions: ToolDescriptions;
}

/** For making copies of the files, above what the commands themselves may take: milliseconds. */
const preparation = 300_000;

/** Runs a command that the user named: which one and on which side is all that a model can choose. */
export function createRunCommand({ commands, desk, descriptions }: RunCommandInput): AgentTool {
  const names = commands.map(({ name }) => name);
  const list = commands.map(({ name, run }) => `- \`${name}\`: \`${run.replace(/[`\n]/g, ' ')}\``).join('\n');
  const tool = defineTool({
    name: 'run_command',
    description: fillText(descriptions, 'run_command', { commands: list }),
    access: 'read',
    schema: z.object({ name: z.enum(names as [string, ...string[]]), at: Side.default('head') }),
    async run({ name, at }, { signal }) {
      return told(printResult(await desk.ask(name, at, signal)));
    },
  });
  // Each command may have to wait for every other one, on both sides.
  const timeoutMs = preparation + 2 * commands.reduce((sum, command) => sum + command.timeoutMs, 0);
  return { ...tool, timeoutMs };
}

/**
 * A line that says how it ended, what was different from the commit, and what it printed: each such line behind a bar,
 * so that nothing printed passes for a line of ours.
 */
export function printResult(result: CommandResult): string {
  const { name, at, output, durationMs, differences } = result;
  const seconds = (durationMs / 1000).toFixed(1);
  return [
    `${name} at ${at}: ${describeEnd(result)} after ${seconds} s`,
    ...differences.map((difference) => `not as in the commit: ${difference}`),
    output.text === ''
      ? 'It printed nothing.'
      : 'It printed (stdout and stderr together, each line behind "| "):',
    ...(output.text === '' ? [] : barred(output.text)),
  ].join('\n');
}

function barred(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `| ${line}`);
}

function describeEnd({ exitCode, signal, killedFor }: CommandResult): string {
  if (killedFor !== null) return `${limits[killedFor]} and was ended; this need not be a defect of the code,`;
  if (exitCode === null) return 'was ended';
  return `exit code ${exitCode}${signal === null ? '' : ` (${signal})`}`;
}

const limits = {
  time: 'took longer than it may',
  memory: 'needed more memory than it may have',
  processes: 'started more processes than it may',
  files: 'made more files than it may',
} as const;
