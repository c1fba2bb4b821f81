import { describe, expect, test } from 'vitest';
import { killRows } from '../faults/runs/kill-rows.ts';
import { stopRows } from '../faults/runs/stop-rows.ts';

/** A part of the suite `runs` of the fault table, which holds every step and both signals for each phase. */
const chosen = [
  /^SIGINT while collecting, before/,
  /^SIGTERM while collecting$/,
  /^SIGINT while in a tool call/,
  /^SIGTERM while rendering/,
  /^a second SIGINT/,
  /^kill -9 after claude.json/,
  /^kill -9 in the middle of line 9 of events/,
  /^kill -9 in the middle of line 8 of the transcripts/,
  /^kill -9 during the slowest/,
];
const rows = [...stopRows(), ...killRows()].filter(({ name }) => chosen.some((part) => part.test(name)));

describe('a run that is stopped keeps what it has, and the same call continues it', () => {
  test('the rows chosen are there', () => {
    expect(rows).toHaveLength(chosen.length);
  });

  test.each(rows)('$fault $name', { timeout: 180_000 }, async (row) => {
    expect(await row.run(new AbortController().signal)).toBe(row.expected);
  });
});
