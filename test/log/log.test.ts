import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/domain/event.ts';
import { createTerminal, type Detail, openEventJournal, type TextOutput } from '../../src/log.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const events: RunEvent[] = [
  { type: 'run-start', runId: '20260512-133636-main', target: 'service', resumed: false },
  { type: 'stage-start', stage: 'review' },
  { type: 'reviewer-start', reviewer: 'claude' },
  {
    type: 'reviewer-progress',
    reviewer: 'claude',
    turn: 2,
    toolCalls: 7,
    inputTokens: 30_000,
    outputTokens: 1_500,
    costUsd: null,
    activity: 'reading a.go',
  },
  {
    type: 'finding-report',
    reviewer: 'claude',
    id: 'I1',
    severity: 'important',
    title: 'Bad \u001b[2J title\n::error::x',
    outcome: 'stands',
  },
  {
    type: 'reviewer-end',
    reviewer: 'claude',
    status: 'failed',
    cause: { code: 'quota', message: 'no credit left', retryable: false },
    findings: 3,
    withdrawn: 1,
  },
  { type: 'stage-end', stage: 'review', durationMs: 61_000, reused: false },
  { type: 'notice', level: 'warning', message: 'old git' },
  { type: 'run-end', status: 'failed' },
];

class Screen implements TextOutput {
  readonly isTTY: boolean;
  readonly columns = 40;
  text = '';
  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }
  write(text: string): void {
    this.text += text;
  }
}

function show(detail: Detail, isTTY = false): string {
  const output = new Screen(isTTY);
  let now = 0;
  const terminal = createTerminal({ output, detail, color: false, now: () => now });
  for (const event of events) {
    now += 500;
    void terminal.emit(event);
  }
  terminal.close();
  return output.text;
}

describe('the terminal', () => {
  test('shows plain lines where it is not a terminal', () => {
    expect(show('normal').split('\n')).toEqual([
      'reviewing service (20260512-133636-main)',
      'Claude starts',
      'Claude failed (no credit left): 3 findings, 1 withdrawn',
      'warning: old git',
      '',
    ]);
  });

  test('shows every step when asked, and nothing of a title can steer the terminal or a CI log', () => {
    const text = show('verbose');
    expect(text.split('\n')).toEqual([
      'reviewing service (20260512-133636-main)',
      'review …',
      'Claude starts',
      'Claude turn 2 · 7 tool calls · 32 k tokens · cost unknown · reading a.go',
      'Claude I1 stands: Bad ⟦U+001B⟧[2J title⟦U+000A⟧::error::x',
      'Claude failed (no credit left): 3 findings, 1 withdrawn',
      'review done in 1 min 1 s',
      'warning: old git',
      'run failed',
      '',
    ]);
  });

  test('shows warnings only when quiet', () => {
    expect(show('quiet', true)).toBe('warning: old git\n');
  });

  test('keeps one live line a reviewer, clipped to the width, and removes it at the end', () => {
    const text = show('normal', true);
    expect(text).toContain('claude 500 ms: turn 2 · 7 tool calls ·…\n');
    const lastDrawing = text.lastIndexOf('claude 1 s: ');
    expect(text.slice(lastDrawing)).toContain('\u001b[1A\u001b[J');
    expect(text.endsWith('warning: old git\n')).toBe(true);
  });
});

describe('the event journal', () => {
  test.each([
    ['nothing', ''],
    ['a line that was cut off', '{"type":"run-st'],
    ['a long line that was cut off', `{"type":"${'x'.repeat(200_000)}`],
  ])('holds every event with its time, one a line, behind %s', (_name, torn) => {
    const path = join(temporaryDirectory(), 'events.jsonl');
    const whole = '{"atMs":7}\n';
    appendFileSync(path, `${whole}${torn}`);
    let now = 1000;
    const journal = openEventJournal({
      path,
      now: () => now,
      onError: (cause) => {
        throw cause;
      },
    });
    for (const event of events) {
      now += 1;
      journal.write(event);
    }
    journal.close();
    expect(journal.wasTorn).toBe(torn !== '');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { atMs: 7 },
      ...events.map((event, index) => ({ atMs: index + 1, ...event })),
    ]);
  });

  test('that cannot be written says so once and stops nothing', () => {
    const path = join(temporaryDirectory(), 'events.jsonl');
    mkdirSync(path);
    const errors: unknown[] = [];
    const journal = openEventJournal({ path, now: () => 0, onError: (cause) => errors.push(cause) });
    for (const event of events) journal.write(event);
    journal.close();
    expect(errors).toHaveLength(1);
  });
});
