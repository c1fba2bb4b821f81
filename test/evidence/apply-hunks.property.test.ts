import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyHunks } from '../../src/evidence/apply-hunks.ts';
import { parsePatch } from '../../src/evidence/parse-patch.ts';

const line = fc.constantFrom(
  '',
  'a',
  'b',
  '\tc();',
  '  d',
  '}',
  '- e',
  '+ f',
  '-- g',
  '++ h',
  '@@ i',
  '...',
  '\\ j',
  '```',
);
const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.map((one) => `${one}\n`).join(''));

/** Two texts of which the second is the first with some lines replaced. */
const edited = fc
  .tuple(
    fc.array(line, { minLength: 1, maxLength: 30 }),
    fc.array(fc.tuple(fc.nat(29), fc.array(fc.constantFrom('new 1', '++ h', ''), { maxLength: 3 })), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([lines, edits]) => {
    const after: string[][] = lines.map((one) => [one]);
    for (const [at, replacement] of edits) after[at % lines.length] = replacement;
    return [lines, after.flat()].map((all) => all.map((one) => `${one}\n`).join(''));
  });

test('a patch gives exactly the text it was made for, whatever its counts say', () => {
  fc.assert(
    fc.property(edited, fc.nat(3), fc.boolean(), ([before = '', after = ''], context, spoilCounts) => {
      fc.pre(before !== after);
      const made = createTwoFilesPatch('a/x.txt', 'b/x.txt', before, after, undefined, undefined, {
        context: context + 1,
      });
      const patch = spoilCounts
        ? made.replace(/^@@ -(\d+),\d+ \+(\d+),\d+ @@$/gm, '@@ -$1,7 +$2,9 @@')
        : made;
      const [file] = parsePatch(patch);
      expect(file).toMatchObject({ oldPath: 'a/x.txt', newPath: 'b/x.txt' });
      expect(applyHunks({ text: before, hunks: file?.hunks ?? [], near: null })).toMatchObject({
        outcome: 'applied',
        text: after,
      });
    }),
    { numRuns: 1000 },
  );
});

test('no text makes reading or applying a patch throw', () => {
  const part = fc.constantFrom(
    '--- a/x',
    '+++ b/x',
    '--- /dev/null',
    '+++ /dev/null',
    '@@ -1,2 +1,2 @@',
    '@@ -0,0 +1 @@',
    '@@',
    '-a',
    '+b',
    ' a',
    'a',
    '',
    'diff --git a/x b/x',
    'new file mode 100644',
    'deleted file mode 100644',
    'rename from x',
    'rename to y',
    '*** Update File: x',
    '*** Add File: y',
    '*** Delete File: x',
    '*** Move to: z',
    '*** End Patch',
    '```diff',
    '```',
    ' ...',
    '\\ No newline at end of file',
    '-- ',
    '2.40.0',
  );
  const patch = fc.oneof(
    fc.array(part, { maxLength: 25 }).map((parts) => parts.join('\n')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(patch, text, fc.option(fc.integer()), (diff, content, near) => {
      for (const file of parsePatch(diff)) {
        expect(file.hunks.every((hunk) => hunk.lines.every((one) => /^[-+ ]/.test(one)))).toBe(true);
        expect(['applied', 'failed']).toContain(
          applyHunks({ text: content, hunks: file.hunks, near }).outcome,
        );
      }
    }),
    { numRuns: 2000 },
  );
});
