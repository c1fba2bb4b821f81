import { expect, test } from 'vitest';
import { RunLog } from '../../src/action/run-log.ts';
import type { RunEvent } from '../../src/domain/event.ts';
import { CancelledError } from '../../src/errors.ts';
import { formatError, type TextOutput } from '../../src/log.ts';
import { hostileTexts } from '../support/hostile-texts.ts';
import { obeyed, obeyedNames } from './obeyed-commands.ts';

class Output implements TextOutput {
  text = '';
  write(text: string): void {
    this.text += text;
  }
}

/** Writes commands as the runner's own toolkit does: it escapes what would end a line, and nothing else. */
class Commands {
  readonly #output: Output;
  constructor(output: Output) {
    this.#output = output;
  }
  #issue(name: string, text: string | Error): void {
    const escaped = `${text}`.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
    this.#output.write(`::${name}::${escaped}\n`);
  }
  error(text: string | Error): void {
    this.#issue('error', text);
  }
  notice(text: string | Error): void {
    this.#issue('notice', text);
  }
  warning(text: string | Error): void {
    this.#issue('warning', text);
  }
  setSecret(text: string): void {
    this.#issue('add-mask', text);
  }
}

function openLog(): { log: RunLog; output: Output } {
  const output = new Output();
  const log = new RunLog({ toolkit: new Commands(output), output, detail: 'verbose', token: 'resume-word' });
  return { log, output };
}

const forged = [
  '::set-output name=x::y',
  '\n::stop-commands::mine',
  '\r::add-mask::a',
  ' ##[error]x',
  '::warning file=a,line=1::b\n::resume-wor::',
];

test('no text of others is a command, whatever event brings it and whoever prints it', () => {
  const { log, output } = openLog();
  for (const text of [...forged, ...hostileTexts]) {
    const events: RunEvent[] = [
      { type: 'run-start', runId: text, target: text, resumed: false },
      { type: 'stage-start', stage: 'review' },
      {
        type: 'reviewer-end',
        reviewer: 'claude',
        status: 'failed',
        cause: { code: 'x', message: text, retryable: false },
        findings: 0,
        withdrawn: 0,
      },
      {
        type: 'annotation',
        annotation: {
          path: text,
          startLine: 1,
          endLine: 2,
          level: 'warning',
          title: text,
          message: text,
        },
      },
      { type: 'notice', level: 'info', message: text },
      { type: 'notice', level: 'warning', message: text },
      { type: 'stage-end', stage: 'review', durationMs: 1, reused: false },
    ];
    for (const event of events) void log.emit(event);
    log.notice(`skipped: ${text}`);
    // As a package of others might.
    output.write(`${text}\n`);
  }
  log.error(formatError(new CancelledError('cancelled', { hint: forged.join() })));
  log.close();
  expect(obeyedNames(output.text)).toEqual(['endgroup', 'error', 'group', 'notice', 'warning']);
  const rounds = forged.length + hostileTexts.length;
  const count = (name: string) =>
    obeyed(output.text).filter((line) => new RegExp(`^::${name}(?: |::)`).test(line)).length;
  expect(['group', 'endgroup', 'notice', 'error'].map(count)).toEqual([rounds, rounds, rounds, 1]);
  // One annotation each beside the code, and of the others as many as a runner shows.
  expect(count('warning')).toBe(rounds + 8);
});

test('a secret is masked as it is, and as git sends it', () => {
  const { log, output } = openLog();
  log.mask(['s3cret']);
  expect(obeyed(output.text)).toEqual([
    '::add-mask::s3cret',
    `::add-mask::${Buffer.from('x-access-token:s3cret').toString('base64')}`,
  ]);
});
