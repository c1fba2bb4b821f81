import { expect, test } from 'vitest';
import { Change } from '../../src/domain/change.ts';
import { printChange } from '../../src/pipeline/print-change.ts';

const file = {
  path: 'a "b".ts',
  oldPath: null,
  status: 'modified' as const,
  oldMode: '100644',
  newMode: '100644',
  oldOid: 'd'.repeat(40),
  newOid: 'e'.repeat(40),
  binary: false,
  additions: 1,
  deletions: 0,
  hunks: [
    {
      oldStart: 1,
      oldLines: 1,
      newStart: 1,
      newLines: 2,
      section: '',
      added: [{ start: 2, end: 2 }],
      removed: [],
    },
  ],
  generated: false,
  vendored: false,
};

test.each([0, 1, 3])('a change of %i files is read as it was, each file on a line', (count) => {
  const change = Change.parse({
    schemaVersion: 1,
    repository: { owner: 'acme', name: 'shop', url: null },
    headKind: 'commit',
    branch: 'x\n"files": []',
    base: { sha: 'a'.repeat(40), name: 'main' },
    head: { sha: 'b'.repeat(40), name: 'topic' },
    mergeBase: 'c'.repeat(40),
    commits: [],
    files: Array.from({ length: count }, () => file),
    pullRequest: null,
    comments: null,
    round: 1,
  });
  const text = printChange(change);
  expect(Change.parse(JSON.parse(text))).toEqual(change);
  expect(text.split('\n').filter((line) => line.includes('"hunks"'))).toHaveLength(count);
});
