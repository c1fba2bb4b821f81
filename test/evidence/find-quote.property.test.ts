import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findQuote } from '../../src/evidence/find-quote.ts';
import { readQuote } from '../../src/evidence/quote-reading.ts';
import { SourceText } from '../../src/evidence/source-text.ts';

const path = 'src/generated.go';

/** Names by index, so that a line made of them reads like no other line. */
const word = fc
  .array(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), { minLength: 5, maxLength: 9 })
  .map((letters) => letters.join(''));

const codeLine = fc
  .record({
    indent: fc.constantFrom('', '\t', '\t\t', '    '),
    shape: fc.constantFrom('call', 'assign', 'condition', 'comment', 'unicode'),
    a: word,
    b: word,
    c: word,
  })
  .map(({ indent, shape, a, b, c }) => {
    const body = {
      call: `${a}.${b}(${c}, "${b} ${a}")`,
      assign: `${a}, ${b} := ${c}[${a}]`,
      condition: `if ${a} != ${b} && !${c} {`,
      comment: `// ${a} ${b} — ${c}`,
      unicode: `s.${a} = "ü${b} “${c}” \u200b🙂"`,
    }[shape];
    return indent + body;
  });

const filler = fc.constantFrom('', '}', '\t}', '  ', '\t} else {', '\treturn nil', '*/');

/** A file with at least two lines that tell something; every such line stands in it once. */
const sourceFile = fc
  .array(fc.oneof({ weight: 3, arbitrary: codeLine }, { weight: 1, arbitrary: filler }), {
    minLength: 4,
    maxLength: 80,
  })
  .map((lines) =>
    lines.map((line, index) => (isFiller(line) ? line : line.replace(/([a-z]{5,9})/, `$1${index}`))),
  )
  .filter((lines) => lines.filter((line) => !isFiller(line)).length >= 2);

const run = sourceFile.chain((lines) => {
  const solid = lines.flatMap((line, index) => (isFiller(line) ? [] : index));
  return fc
    .tuple(fc.nat(solid.length - 2), fc.nat(30), fc.infiniteStream(fc.nat(1_000_000)))
    .map(([from, length, seeds]) => {
      const to = Math.min(solid.length - 1, from + 1 + length);
      return { lines, first: solid[from] ?? 0, last: solid[to] ?? 0, seeds };
    });
});

const shift = fc.integer({ min: -40, max: 40 });
const lineEnd = fc.constantFrom('\n', '\r\n');

describe('a run of lines taken from a file', () => {
  test.each<[string, (lines: readonly string[], seed: () => number) => string[]]>([
    ['as it is', (lines) => [...lines]],
    ['dedented', (lines) => lines.map((line) => line.trimStart())],
    ['indented otherwise', (lines, seed) => lines.map((line) => ' '.repeat(seed() % 9) + line.trim())],
    ['with white space changed within', (lines) => lines.map((line) => line.replace(/ /g, '   '))],
    [
      'with blank lines put in',
      (lines, seed) => lines.flatMap((line) => (seed() % 3 === 0 ? ['', line] : [line])),
    ],
    ['without its blank lines', (lines) => lines.filter((line) => line.trim() !== '')],
    ['with elision marks', (lines, seed) => elide(lines, seed, ['...'])],
    ['with elision marks in comments', (lines, seed) => elide(lines, seed, ['\t// ... (more)'])],
    ['with silent elisions', (lines, seed) => thin(lines, seed)],
    ['with line numbers', (lines) => lines.map((line, index) => `${index + 7}: ${line}`)],
    ['as added lines', (lines) => lines.map((line) => `+${line}`)],
    ['in a fence', (lines) => ['```go', ...lines, '```']],
  ])('stands exactly there, quoted %s', (_name, rewrite) => {
    fc.assert(
      fc.property(run, shift, lineEnd, ({ lines, first, last, seeds }, by, end) => {
        const seed = () => seeds.next().value;
        const quoted = rewrite(lines.slice(first, last + 1), seed).join('\n');
        const found = search(lines.join(end), quoted, [first + 1 + by, last + 1 + by]);
        expect(found).toMatchObject({ outcome: 'found', range: { start: first + 1, end: last + 1 } });
      }),
      { numRuns: 150 },
    );
  });

  test('does not stand with an invented line among few', () => {
    fc.assert(
      fc.property(run, codeLine, ({ lines, first, seeds }, invented) => {
        const solid = lines
          .slice(first)
          .filter((line) => !isFiller(line))
          .slice(0, 4);
        const at = seeds.next().value % (solid.length + 1);
        const quote = [...solid.slice(0, at), `${invented} = invented99`, ...solid.slice(at)];
        expect(search(lines.join('\n'), quote.join('\n'), [first + 1, first + 4])).toEqual({
          outcome: 'absent',
        });
      }),
      { numRuns: 300 },
    );
  });

  test('does not stand with its lines in another order', () => {
    fc.assert(
      fc.property(run, ({ lines, first, last }) => {
        const solid = lines.slice(first, last + 1).filter((line) => !isFiller(line));
        const turned = [...solid].reverse().join('\n');
        expect(search(lines.join('\n'), turned, [first + 1, last + 1])).toEqual({ outcome: 'absent' });
      }),
    );
  });
});

test('no quote, text or line number makes the search throw', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 300 }));
  const tricky = fc
    .array(
      fc.constantFrom(
        '...',
        '}',
        '+',
        '-',
        ' ',
        '```',
        '12:',
        '// ...',
        '@@',
        '> ',
        '\r',
        '\u2028',
        '\\n',
        'x...y',
        '⟦U+200B⟧',
      ),
    )
    .map((parts) => parts.join('\n'));
  const number = fc.oneof(fc.double(), fc.integer());
  fc.assert(
    fc.property(
      fc.oneof(text, tricky),
      fc.oneof(text, tricky),
      number,
      number,
      (content, quote, start, end) => {
        expect(['found', 'too-little', 'absent']).toContain(search(content, quote, [start, end]).outcome);
      },
    ),
    { numRuns: 1000 },
  );
});

function isFiller(line: string): boolean {
  return !/[a-z]{5,}/.test(line) || line.includes('return nil');
}

/** Puts marks where inner lines are left out; the first and the last line stay. */
function elide(lines: readonly string[], seed: () => number, mark: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    const inner = index > 0 && index < lines.length - 1;
    return inner && seed() % 3 === 0 ? mark : [line];
  });
}

/** Leaves out inner lines without a word. */
function thin(lines: readonly string[], seed: () => number): string[] {
  return lines.filter((_, index) => index === 0 || index === lines.length - 1 || seed() % 3 !== 0);
}

function search(content: string, quote: string, [start, end]: [number, number]) {
  const claimed = Number.isFinite(start) && Number.isFinite(end) ? { start, end } : null;
  return findQuote({
    source: new SourceText(Buffer.from(content)),
    path,
    readings: readQuote(quote, { side: 'head', path }),
    claimed,
  });
}
