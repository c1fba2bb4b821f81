import type { CommandResult } from '../../domain/command.ts';
import type { Side } from '../../domain/location.ts';

export interface CommandDeskInput {
  /** Runs a command of that name. */
  run(name: string, at: Side, signal: AbortSignal): Promise<CommandResult>;
  /** Gets every result, once. */
  record(result: CommandResult): Promise<void> | void;
}

/**
 * Runs one command at a time for all reviewers of a run, and each only once on each side: the same command on the
 * same files in a closed sandbox has the same end. A run that was broken off leaves no result behind.
 */
export class CommandDesk {
  private readonly input: CommandDeskInput;
  private readonly results = new Map<string, CommandResult>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(input: CommandDeskInput) {
    this.input = input;
  }

  ask(name: string, at: Side, signal: AbortSignal): Promise<CommandResult> {
    const answer = this.last.then(async () => {
      signal.throwIfAborted();
      const key = `${at} ${name}`;
      const known = this.results.get(key);
      if (known !== undefined) return known;
      const result = await this.input.run(name, at, signal);
      this.results.set(key, result);
      await this.input.record(result);
      return result;
    });
    this.last = answer.catch(() => undefined);
    return answer;
  }

  /** When nothing runs any more. */
  async idle(): Promise<void> {
    await this.last;
  }
}
