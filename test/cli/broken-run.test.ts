import { describe, expect, test } from 'vitest';
import { diskRows } from '../faults/runs/disk-rows.ts';
import { processRows } from '../faults/runs/process-rows.ts';

/** A part of the suite `runs` of the fault table, which holds all of them. */
const chosen = [
  /^the disk is full while collecting/,
  /^the disk is full while rendering, with --json/,
  /^the cache folder is full$/,
  /^stdout stands on a full disk/,
  /^the folder of --out may not/,
  /that seals runs may not be written/,
  /^the clock jumps by an hour/,
  /^a tool throws/,
  /^a promise that nobody holds/,
  /^git cat-file floods/,
  /^git is too old/,
  /^a shallow clone/,
  /^a second process/,
  /^a reviewer that its limit stopped/,
];
const rows = [...diskRows(), ...processRows()].filter(({ name }) => chosen.some((part) => part.test(name)));

describe('a run that something breaks ends in the stated outcome', () => {
  test('the rows chosen are there', () => {
    expect(rows).toHaveLength(chosen.length);
  });

  test.each(rows)('$fault $name', { timeout: 180_000 }, async (row) => {
    expect(await row.run(new AbortController().signal)).toBe(row.expected);
  });
});
