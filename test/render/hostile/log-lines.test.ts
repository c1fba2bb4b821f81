import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/domain/event.ts';
import { createTerminal, type TextOutput } from '../../../src/log.ts';
import { describeMissing } from '../../../src/pipeline.ts';
import { hostileRows } from './hostile-rows.ts';

class Screen implements TextOutput {
  readonly columns = 10_000;
  readonly isTTY: boolean;
  text = '';
  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }
  write(text: string): void {
    this.text += text;
  }
}

function show(events: readonly RunEvent[], isTTY: boolean): string[] {
  const output = new Screen(isTTY);
  let now = 0;
  const terminal = createTerminal({ output, detail: 'verbose', color: false, now: () => now });
  for (const event of events) {
    now += 500;
    void terminal.emit(event);
  }
  terminal.close();
  // Our own: lines up, and the rest of the screen cleared.
  return output.text.replace(/\u001b\[\d+A\u001b\[J/g, '').split('\n');
}

/** Every event that carries a text from others, with the text alone where a line begins with it. */
function eventsWith(text: string): RunEvent[] {
  return [
    { type: 'run-start', runId: text, target: text, resumed: false },
    { type: 'reviewer-start', reviewer: 'claude' },
    {
      type: 'reviewer-progress',
      reviewer: 'claude',
      turn: 1,
      toolCalls: 1,
      inputTokens: 1,
      outputTokens: 1,
      costUsd: 0,
      activity: text,
    },
    {
      type: 'finding-report',
      reviewer: 'claude',
      id: 'I1',
      severity: 'important',
      title: text,
      outcome: 'stands',
    },
    { type: 'finding-withdraw', reviewer: 'claude', id: 'I1', reason: text },
    { type: 'notice', level: 'info', message: text },
    { type: 'notice', level: 'warning', message: text },
    {
      type: 'reviewer-end',
      reviewer: 'claude',
      status: 'failed',
      cause: { code: 'x', message: text, retryable: false },
      findings: 0,
      withdrawn: 0,
    },
  ];
}

/** What runners and terminals obey: a line that begins with `::`, `##[` and `##vso[` anywhere, and control characters. */
function commands(lines: readonly string[]): string[] {
  return lines.filter((line) => /^\s*::/.test(line) || /##\w*\[/.test(line) || /\p{C}/u.test(line));
}

const rows = [
  ...hostileRows.map(({ name, text }): [string, string] => [name, text]),
  ['a bare command', '::error file=a::x'],
  ['behind blanks', '\u00a0 \u3000::add-mask::x'],
  ['many signs', '###[group]x ####[x] ##a##vso[x]'],
] satisfies [string, string][];

describe('a line of the log', () => {
  test.each(rows)('is no command: %s', (_name, text) => {
    for (const isTTY of [false, true]) expect(commands(show(eventsWith(text), isTTY))).toEqual([]);
    const missing = describeMissing({
      reviewers: [{ id: 'claude', status: 'failed', code: 'x', cause: text, findings: 1, withdrawn: 0 }],
    });
    expect(commands(missing)).toEqual([]);
    expect(missing).toHaveLength(1);
  });

  test('still says what it said', () => {
    const lines = show(eventsWith('::error::a ##[b]'), false);
    expect(lines).toContain('⟦U+003A⟧:error::a #⟦U+0023⟧[b]');
    expect(lines).toContain('warning: ::error::a #⟦U+0023⟧[b]');
  });
});
