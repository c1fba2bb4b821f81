import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GitError } from '../../../src/errors.ts';
import { parsePatch } from '../../../src/git/patch/parse-patch.ts';
import type { FilePatch, Patch, PatchHunk, PatchLine } from '../../../src/git/patch/patch.ts';
import { printPatch } from '../../../src/git/patch/print-patch.ts';
import { toFileDiffs } from '../../../src/git/patch/to-file-diffs.ts';
import { applyHunks, unchangedLines } from './apply-hunks.ts';

const lineText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\r',
    '-- a/x',
    '++ b/x',
    '@@ -1 +1 @@',
    '\\ No newline at end of file',
    'diff --git a/x b/x',
  ),
  fc
    .string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 6 })
    .map((text) => text.replaceAll('\n', '')),
);

/** One place of a file: lines both sides have, then what the old side and the new side have there instead. */
const edit = fc.record({
  before: fc.array(lineText, { minLength: 1, maxLength: 9 }),
  removed: fc.array(lineText, { maxLength: 3 }),
  added: fc.array(lineText, { maxLength: 3 }),
});
const change = fc.record({
  edits: fc.array(edit, { maxLength: 5 }),
  last: edit,
  after: fc.array(lineText, { maxLength: 5 }),
  context: fc.integer({ min: 0, max: 4 }),
  oldEndsInLineFeed: fc.boolean(),
  newEndsInLineFeed: fc.boolean(),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

const path = fc
  .array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 12 })
  .map((codes) => String.fromCharCode(...codes));

interface Made {
  oldContent: string;
  newContent: string;
  hunks: PatchHunk[];
}

/** Both contents and the hunks between them, made without a comparison: the edits are the difference. */
function make({ edits, last, after, context, oldEndsInLineFeed, newEndsInLineFeed }: Change): Made | null {
  const lines: PatchLine[] = [];
  for (const { before, removed, added } of [...edits, last]) {
    for (const text of before) lines.push({ kind: 'context', text, lineFeed: true });
    for (const text of removed) lines.push({ kind: 'removed', text, lineFeed: true });
    for (const text of added) lines.push({ kind: 'added', text, lineFeed: true });
  }
  for (const text of after) lines.push({ kind: 'context', text, lineFeed: true });
  endWithoutLineFeed(lines, oldEndsInLineFeed, newEndsInLineFeed);
  const side = (other: PatchLine['kind']) =>
    lines
      .filter(({ kind }) => kind !== other)
      .map(({ text, lineFeed }) => (lineFeed ? `${text}\n` : text))
      .join('');
  const hunks = cutHunks(lines, context);
  return hunks.length === 0 ? null : { oldContent: side('added'), newContent: side('removed'), hunks };
}

function endWithoutLineFeed(lines: PatchLine[], oldEnds: boolean, newEnds: boolean): void {
  const lastOld = lines.findLast(({ kind }) => kind !== 'added');
  const lastNew = lines.findLast(({ kind }) => kind !== 'removed');
  const shared = lastOld === lastNew;
  /** Without a line feed and without text there is no line. */
  if (!oldEnds && lastOld !== undefined && lastOld.text !== '' && (shared || lastOld.kind === 'removed'))
    lastOld.lineFeed = false;
  if (!newEnds && !shared && lastNew !== undefined && lastNew.text !== '' && lastNew.kind === 'added')
    lastNew.lineFeed = false;
}

/** Changes with up to `context` equal lines around each, joined where these meet. */
function cutHunks(lines: readonly PatchLine[], context: number): PatchHunk[] {
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ kind }) => kind !== 'context'),
  );
  const hunks: PatchHunk[] = [];
  let oldLine = 0;
  let newLine = 0;
  for (const [index, line] of lines.entries()) {
    if (shown[index] === true) {
      if (index === 0 || shown[index - 1] !== true)
        hunks.push({
          oldStart: oldLine,
          oldLines: 0,
          newStart: newLine,
          newLines: 0,
          section: '',
          lines: [],
        });
      hunks.at(-1)?.lines.push(line);
    }
    if (line.kind !== 'added') oldLine += 1;
    if (line.kind !== 'removed') newLine += 1;
  }
  for (const hunk of hunks) {
    hunk.oldLines = hunk.lines.filter(({ kind }) => kind !== 'added').length;
    hunk.newLines = hunk.lines.filter(({ kind }) => kind !== 'removed').length;
    if (hunk.oldLines > 0) hunk.oldStart += 1;
    if (hunk.newLines > 0) hunk.newStart += 1;
  }
  return hunks;
}

function modified(line: number, name: string, hunks: PatchHunk[]): FilePatch {
  return {
    line,
    change: 'modified',
    oldPath: name,
    newPath: name,
    oldMode: '100644',
    newMode: '100644',
    similarity: null,
    index: { oldOid: 'a'.repeat(40), newOid: 'b'.repeat(40) },
    content: { kind: 'text', hunks },
  };
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

test('whatever the lines, the patch is read as it was made and says where each line is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(path, change), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      (made, quotePath) => {
        const contents: Made[] = [];
        const patch: Patch = { quotePath, files: [] };
        for (const [name, changed] of made) {
          const one = make(changed);
          if (one === null) continue;
          contents.push(one);
          patch.files.push(modified(countLines(printPatch(patch).toString('latin1')) + 1, name, one.hunks));
        }
        const told =
          made.some(([name]) => /[\x80-\xff]/.test(name)) &&
          patch.files.some(({ newPath }) => /[\x80-\xff]/.test(newPath));
        const parsed = parsePatch(printPatch(patch));
        expect(parsed).toEqual({ ...patch, quotePath: told ? quotePath : true });
        for (const [index, file] of toFileDiffs(parsed).entries()) {
          const { oldContent = '', newContent = '', hunks = [] } = contents[index] ?? {};
          expect(applyHunks(oldContent, hunks)).toBe(newContent);
          const [oldRest, newRest] = unchangedLines(oldContent, newContent, file.hunks);
          expect(oldRest).toBe(newRest);
        }
      },
    ),
    { numRuns: 400 },
  );
});

const sample = Buffer.from(
  [
    'diff --git "a/q\\303 \\t" "b/q\\303 \\t"',
    'new file mode 100644',
    `index ${'0'.repeat(40)}..${'b'.repeat(40)}`,
    '--- /dev/null',
    '+++ "b/q\\303 \\t"\t',
    '@@ -0,0 +1,2 @@',
    '+one',
    '+two',
    '\\ No newline at end of file',
    'diff --git a/x y b/z',
    'old mode 100644',
    'new mode 100755',
    'similarity index 62%',
    'rename from x y',
    'rename to z',
    `index ${'c'.repeat(40)}..${'d'.repeat(40)}`,
    '--- a/x y\t',
    '+++ b/z',
    '@@ -3,3 +3,4 @@ section',
    ' a',
    '-b',
    '+++ c',
    '+d',
    ' ',
    '@@ -10 +10,0 @@',
    '-e',
    'diff --git a/p b/p',
    `index ${'e'.repeat(40)}..${'f'.repeat(40)} 100644`,
    'GIT binary patch',
    'literal 3',
    'KcmZQzWC8#H2LJ>B',
    '',
    'literal 0',
    'HcmV?d00001',
    '',
    'diff --git a/p b/p',
    'deleted file mode 100644',
    `index ${'e'.repeat(40)}..${'0'.repeat(40)}`,
    'Binary files a/p and /dev/null differ',
    '',
  ].join('\n'),
  'latin1',
);

/** Either git could have printed it, and then all of it was understood, or it is refused. */
function expectReadOrRefused(bytes: Buffer): void {
  let patch: Patch;
  try {
    patch = parsePatch(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(GitError);
    return;
  }
  expect(printPatch(patch).toString('latin1')).toBe(bytes.toString('latin1'));
}

test('the sample of the next tests is read', () => expect(printPatch(parsePatch(sample))).toEqual(sample));

test('a patch cut off anywhere is refused, but where a hunk or a file ends', () => {
  const whole: number[] = [];
  for (let length = 0; length < sample.length; length += 1) {
    const cut = sample.subarray(0, length);
    expectReadOrRefused(cut);
    try {
      parsePatch(cut);
      whole.push(cut.toString('latin1').split('\n').length);
    } catch (error) {
      expect(error).toBeInstanceOf(GitError);
    }
  }
  expect(whole).toEqual([1, 9, 10, 25, 27, 36]);
});

test('a patch with bytes changed is refused, or was understood down to the last byte', () => {
  const mutation = fc.record({
    at: fc.integer({ min: 0, max: sample.length - 1 }),
    removed: fc.integer({ min: 0, max: 3 }),
    inserted: fc.oneof(
      fc.constantFrom(
        '',
        '\n',
        ' ',
        '-',
        '+',
        '\\',
        '"',
        '\t',
        '0',
        '1',
        ',1',
        'a/',
        '@',
        '\r',
        '\xff',
        '\\ No newline at end of file\n',
      ),
      fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    ),
  });
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
      let text = sample.toString('latin1');
      for (const { at, removed, inserted } of mutations)
        text = text.slice(0, at) + inserted + text.slice(at + removed);
      expectReadOrRefused(Buffer.from(text, 'latin1'));
    }),
    { numRuns: 5000 },
  );
});
