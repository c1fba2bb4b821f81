import { type Detail, formatEvent, makeLogLine, type TextOutput } from '../log.ts';
import type { PipelineDependencies } from '../pipeline.ts';
import type { Toolkit } from './toolkit.ts';

/** The runner shows ten warnings of a step; the rest stand in the log only. */
const mostWarnings = 8;

export interface RunLogInput {
  toolkit: Pick<Toolkit, 'error' | 'notice' | 'setSecret' | 'warning'>;
  output: TextOutput;
  detail: Detail;
  /** Known to nobody beforehand: the word that lets commands through again. */
  token: string;
}

/**
 * What a run prints in a log of Actions. Between its own commands the runner takes none: whatever is printed, be it by
 * a package of others, is text. Stages are groups; warnings are annotations as well.
 */
export class RunLog {
  readonly #input: RunLogInput;
  #warnings = 0;

  constructor(input: RunLogInput) {
    this.#input = input;
    this.#stop();
  }

  readonly emit: PipelineDependencies['emit'] = (event) => {
    if (event.type === 'stage-start') this.#command(() => this.print(`::group::${event.stage}`));
    // Beside the code; the line is a command by itself, made where its texts are escaped.
    if (event.type === 'annotation') {
      const line = formatEvent(event, this.#input.detail);
      if (line !== null) this.#command(() => this.print(line));
      return;
    }
    const line = formatEvent(event, this.#input.detail);
    if (line !== null && isWarning(event) && this.#warnings < mostWarnings) {
      this.#warnings += 1;
      this.#command(() => this.#input.toolkit.warning(line.replace(/^warning: /, '')));
    } else if (line !== null) this.print(line);
    if (event.type === 'stage-end') this.#command(() => this.print('::endgroup::'));
  };

  notice(message: string): void {
    this.#command(() => this.#input.toolkit.notice(makeLogLine(message)));
  }

  warning(message: string): void {
    this.#command(() => this.#input.toolkit.warning(makeLogLine(message)));
  }

  error(message: string): void {
    this.#command(() => this.#input.toolkit.error(makeLogLine(message)));
  }

  /** From here on the log shows these as stars, also as git sends a token. */
  mask(secrets: readonly string[]): void {
    this.#command(() => {
      for (const secret of secrets) {
        this.#input.toolkit.setSecret(secret);
        this.#input.toolkit.setSecret(Buffer.from(`x-access-token:${secret}`).toString('base64'));
      }
    });
  }

  /** One line, as it is: made safe by whoever calls. */
  print(line: string): void {
    this.#input.output.write(`${line}\n`);
  }

  /** Lets commands through again; nothing may be printed afterwards but commands. */
  close(): void {
    this.print(`::${this.#input.token}::`);
  }

  #command(issue: () => void): void {
    this.close();
    issue();
    this.#stop();
  }

  #stop(): void {
    this.print(`::stop-commands::${this.#input.token}`);
  }
}

type RunEvent = Parameters<PipelineDependencies['emit']>[0];

/** A reviewer that did not come to its end is one: its job may be the only place where it is seen. */
function isWarning(event: RunEvent): boolean {
  if (event.type === 'notice') return event.level === 'warning';
  return (
    event.type === 'reviewer-end' && event.status !== 'completed' && event.cause?.code !== 'nothing-to-review'
  );
}
