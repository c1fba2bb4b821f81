import { readEnvironment } from '../config.ts';
import { createTerminal, type Terminal, type TextOutput } from '../log.ts';
import type { PipelineDependencies } from '../pipeline.ts';
import type { ParsedArguments } from './parse-arguments.ts';

export interface CommandInput {
  parsed: ParsedArguments;
  /** The environment; absent: that of this process. */
  variables: Readonly<Record<string, string | undefined>> | undefined;
  workingDirectory: string;
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: TextOutput;
  stderr: TextOutput;
  signal: AbortSignal;
}

export const systemClock: PipelineDependencies['clock'] = {
  now: () => performance.now(),
  date: () => new Date(),
};

/** What a command of a run works with; close the terminal before anything is printed. */
export function prepareRun(input: CommandInput): { terminal: Terminal; dependencies: PipelineDependencies } {
  const environment = readEnvironment(input.variables);
  const { switches } = input.parsed;
  const terminal = createTerminal({
    output: input.stderr,
    detail: switches.has('quiet') ? 'quiet' : switches.has('verbose') ? 'verbose' : 'normal',
    color: input.stderr.isTTY === true && !environment.noColor && !switches.has('no-color'),
    now: () => performance.now(),
  });
  return {
    terminal,
    dependencies: {
      environment,
      emit: terminal.emit,
      signal: input.signal,
      clock: systemClock,
    },
  };
}
