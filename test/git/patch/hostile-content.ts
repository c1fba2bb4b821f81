import type { RandomSource } from './random-source.ts';

/** Everything here is bytes, one character each. */
const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

const names: readonly string[] = [
  ...[
    'x',
    'a',
    'b',
    'dev',
    'null',
    'readme.md',
    'main.c',
    'one.raw',
    'two.lines',
    'x b',
    'a b',
    'b x b',
    ' b',
  ],
  ...[
    ' lead',
    'trail ',
    '  ',
    'tab\t',
    '\t',
    'line\nfeed',
    '\n',
    'carriage\r',
    'q"uote',
    '"',
    'back\\slash',
    '\\',
  ],
  ...[
    '\\303',
    '\x01',
    '\x07\b\v\f',
    '\x1b[31m',
    '\x7f',
    '\xff\xfe',
    '\xc3',
    'lone\xa9 space',
    '\xed\xb2\x80',
  ],
  ...[
    'diff --git a',
    '--- a',
    '+++ b',
    '@@ -1 +1 @@',
    'rename to',
    'Binary files a',
    '{a => b}',
    '=>',
    '-',
    ':',
  ],
  ...['*', '[a]', '#', '...', '..x', 'C:', 'x differ', 'index', utf8('é'), utf8('naïve.c'), utf8('日本 語')],
  ...[utf8('🙂'), utf8('\u202eabc'), utf8('\ufeff'), 'l'.repeat(200), `${utf8('ü')} ${'m'.repeat(90)}\t`],
];

const lines: readonly string[] = [
  ...[
    '',
    ' ',
    '\t',
    '{',
    '}',
    '  return 0;',
    'one',
    'two',
    'three',
    '\r',
    'a\rb',
    'trailing space ',
    '\0',
    '\xff',
  ],
  ...[
    'diff --git a/x b/x',
    'diff --git "a/\\t" "b/\\t"',
    '@@ -1 +1 @@',
    '@@ -0,0 +1,2 @@ x',
    '@@',
    '@',
    '--- a/x',
  ],
  ...[
    '+++ b/x',
    '-- a/x',
    '++ b/x',
    '--- /dev/null',
    '+++ /dev/null',
    '\\ No newline at end of file',
    '\\',
    '+',
    '-',
  ],
  ...[
    'No newline at end of file',
    'GIT binary patch',
    'literal 0',
    'Binary files a/x and b/x differ',
    'old mode 100644',
  ],
  ...[
    'new mode 100755',
    'new file mode 100644',
    'index 0000000..1111111 100644',
    'rename from x',
    'similarity index 5%',
  ],
  ...[
    'int main(void) @@ -1 +1 @@',
    `void ${'long_'.repeat(30)}(int a)`,
    utf8(`function ${'ü'.repeat(60)}() {`),
  ],
  ...[
    'class A:  ',
    '$section\r',
    utf8('“quoted” – 日本語'),
    utf8('\u2028'),
    'b\x1b[31mred',
    '<<<<<<< x',
    'Subproject commit x',
  ],
];

export function randomPath(random: RandomSource): string {
  const depth = random.below(12) === 0 ? 30 : 1 + random.below(3);
  return random.list(depth, () => random.pick(names)).join('/');
}

/** Without a NUL byte near the start it is text to git. */
export function randomLine(random: RandomSource): string {
  const line = random.pick(lines);
  if (random.below(3) > 0) return line.replaceAll('\0', '');
  return `${line.replaceAll('\0', '')}${random.below(1000)}`;
}

export function randomText(random: RandomSource, length: number): string {
  const text = random.list(length, () => `${randomLine(random)}\n`).join('');
  return random.below(4) === 0 ? text.replace(/\n$/, '') : text;
}

export function randomBytes(random: RandomSource, length: number): string {
  return String.fromCharCode(...random.list(length, () => random.below(256)), 0);
}

/** A few edits of lines, kept small against the whole, so that a rename stays similar. */
export function editLines(random: RandomSource, content: string): string {
  const parts = content.split('\n');
  for (let edits = 1 + random.below(5); edits > 0; edits -= 1) {
    const at = random.below(parts.length);
    const removed = random.below(3);
    parts.splice(
      at,
      removed,
      ...random.list(random.below(3) + (removed === 0 ? 1 : 0), () => randomLine(random)),
    );
  }
  return parts.join('\n');
}

/** One whole-file transformation, each of which git shows in its own way. */
export function transform(random: RandomSource, content: string): string {
  const transformed = random.pick<(text: string) => string>([
    (text) => (text.endsWith('\n') ? text.slice(0, -1) : `${text}\n`),
    (text) => `${text}no line feed`,
    (text) => text.replaceAll('\n', '\r\n'),
    (text) => text.replaceAll('\r\n', '\n'),
    (text) => `\0${text}`,
    (text) => text.replaceAll('\0', ''),
    () => '',
    () => '\n',
    (text) => `${text}${'huge '.repeat(20_000 + random.below(20_000))}`,
    (text) => text.slice(0, 2000),
    (text) => Buffer.from(`\ufeff${text}`, 'utf16le').toString('latin1'),
    (text) => `${'filler\n'.repeat(1500)}${text}\0after eight thousand bytes\n`,
    (text) => text.split('\n').reverse().join('\n'),
  ])(content);
  return transformed.slice(0, 400_000);
}
