import { structuredPatch } from 'diff';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapLine, parseHunks } from './code/hunks.ts';
import { parseQuery, SyntaxProblem } from './graphql/parse.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '-- x', '@@ y'), { maxLength: 30 });

function hunksOf(before: readonly string[], after: readonly string[], context: number) {
  const text = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');
  const { hunks } = structuredPatch('a', 'a', text(before), text(after), '', '', { context });
  const patch = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => {
    // A side without lines is named by the line before it, as git has it.
    const start = (first: number, count: number) => (count === 0 ? first - 1 : first);
    return [
      `@@ -${start(oldStart, oldLines)},${oldLines} +${start(newStart, newLines)},${newLines} @@`,
      ...lines,
    ];
  });
  return patch.length === 0 ? [] : parseHunks(patch.join('\n'));
}

test('a line is found again with the same text, or was changed; each shown line has its number', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const bare = hunksOf(before, after, 0);
      const kept = before.map((_, index) => mapLine(bare, index + 1));
      const removed = bare.flatMap((hunk) => hunk.lines.flatMap(({ left }) => left ?? []));
      expect(kept.flatMap((line, index) => (line === null ? [index + 1] : []))).toEqual(removed);
      const found = kept.filter((line) => line !== null);
      expect(found).toEqual([...found].sort((one, other) => one - other));
      kept.forEach((line, index) => {
        if (line !== null) expect(after[line - 1]).toBe(before[index]);
      });
      for (const { left, right, text } of hunksOf(before, after, 3).flatMap((hunk) => hunk.lines)) {
        if (left !== null) expect(before[left - 1]).toBe(text.slice(1));
        if (right !== null) expect(after[right - 1]).toBe(text.slice(1));
      }
    }),
  );
});

test('any text is a query, or a problem with its place', () => {
  const words = fc.constantFrom(
    'query',
    'mutation',
    'fragment',
    'on',
    '{',
    '}',
    '(',
    ')',
    '$',
    ':',
    '...',
    'a',
    '"x"',
    '1',
    '[',
    ']',
    '!',
    ',',
    '\n',
    '#',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words, { maxLength: 25 }).map((all) => all.join(' ')),
      ),
      (text) => {
        try {
          expect(parseQuery(text).operations).toBeInstanceOf(Array);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxProblem);
          expect((error as SyntaxProblem).at.line).toBeLessThanOrEqual(text.split('\n').length);
        }
      },
    ),
  );
});
