import { describe, expect, test } from 'vitest';
import { type Language, languageForPath, parseSource, syntaxErrors } from '../../src/evidence/languages.ts';

describe('languageForPath', () => {
  test.each([
    ['a/b.go', '', 'go'],
    ['a/B.GO', '', 'go'],
    ['src/x.d.ts', '', 'typescript'],
    ['x.mts', '', 'typescript'],
    ['x.tsx', '', 'tsx'],
    ['x.jsx', '', 'javascript'],
    ['x.cjs', '', 'javascript'],
    ['x.pyi', '', 'python'],
    ['tests/run.bats', '', 'bash'],
    ['.bashrc', '', 'bash'],
    ['index.htm', '', 'html'],
    ['style.css', '', 'css'],
    ['bin/tool', '#!/bin/sh -e', 'bash'],
    ['bin/tool', '#! /usr/bin/env bats', 'bash'],
    ['bin/tool', '#!/usr/bin/env -S LC_ALL=C python3.11 -u\r', 'python'],
    ['bin/tool', '#!/usr/local/bin/node --no-warnings', 'javascript'],
    ['bin/tool.in', '#!/usr/bin/env deno run', 'typescript'],
    ['script.py', '#!/bin/sh', 'python'],
    ['bin/tool', '#!/usr/bin/perl', null],
    ['bin/tool', 'sh', null],
    ['bin/tool', '#!', null],
    ['README.md', '', null],
    ['.ts', '', null],
    ['dir.go/file', '', null],
    ['a.constructor', '', null],
    ['__proto__', '', null],
    ['', '', null],
  ])('%s with %j is %s', (path, firstLine, language) => {
    expect(languageForPath(path, firstLine)).toBe(language);
  });
});

describe('syntaxErrors', () => {
  test.each<[Language, string]>([
    ['go', 'package a\n\nfunc f() { x := []int{} }\n'],
    ['typescript', 'let a: number = 1\nlet b = ``\n'],
    ['tsx', 'const a = <div title="">{}</div>;\n'],
    ['javascript', '#!/usr/bin/env node\nfor (;;) {}\n'],
    ['python', 'def f():\n  return f"{a}"\n'],
    ['python', ''],
    ['typescript', ''],
    ['bash', 'cat <<EOF\nEOF\na=\n'],
    ['bash', '@test "it $works" {\n  run "$@"\n}\n\t@test \'again\' { \r\n  true\r\n}\r\n'],
    ['html', '<div a=""></div><script></script>'],
    ['css', 'a { color: red }'],
  ])('%s: finds none in %j', async (language, text) => {
    expect(await errorsIn(language, text)).toBe(0);
  });

  test.each<[Language, string]>([
    ['go', 'package a\n\nfunc f( {}\n'],
    ['go', 'package a\n\nfunc f() {\n'],
    ['typescript', 'const a = (1;\n'],
    ['tsx', 'const a = <div>;\n'],
    ['javascript', 'function f() { return 1\n'],
    ['python', 'def f(:\n  return (1\n'],
    ['bash', 'if true; then\n'],
    ['bash', '@test "it" {\n  run a\n'],
    ['css', 'a { color: red'],
  ])('%s: finds some in %j', async (language, text) => {
    expect(await errorsIn(language, text)).toBeGreaterThan(0);
  });
});

describe('parseSource', () => {
  test('keeps offsets in UTF-16 units and lines from 0', async () => {
    const root = await parseSource('go', 'package a\n\n// 🙂 é\nfunc f() {}\n');
    const name = root?.root().find({ rule: { kind: 'identifier' } });
    expect(name?.range()).toEqual({
      start: { line: 3, column: 5, index: 24 },
      end: { line: 3, column: 6, index: 25 },
    });
  });

  test('reads a bats test as a function without moving what follows', async () => {
    const text = '@test "it works" { \n  run a\n}\nfoo() {\n  b\n}\n';
    const root = await parseSource('bash', text);
    const functions = root?.root().findAll({ rule: { kind: 'function_definition' } }) ?? [];
    expect(functions.map((one) => [one.range().start.index, one.range().end.index])).toEqual([
      [0, 29],
      [30, 43],
    ]);
    expect(text.slice(30, 43)).toBe('foo() {\n  b\n}');
  });

  test('registers each language once, however many ask at once', async () => {
    const roots = await Promise.all(
      (['go', 'python', 'bash', 'css', 'html'] as const).map((language) => parseSource(language, '')),
    );
    expect(roots.map((root) => root?.root().kind())).toEqual([
      'source_file',
      'module',
      'program',
      'stylesheet',
      'document',
    ]);
  });

  test('does not parse what no person wrote', async () => {
    expect(await parseSource('css', ' '.repeat(1_000_001))).toBeNull();
  });

  test('gives up on a text that was made to keep the parser busy, and goes on with the next', async () => {
    const [endless, plain] = await Promise.all([
      parseSource('typescript', 'a<b,'.repeat(40_000)),
      parseSource('typescript', 'let a = 1;'),
    ]);
    expect(endless).toBeNull();
    expect(plain?.root().kind()).toBe('program');
    const lone = await parseSource('javascript', '"\ud800\u0000\n"');
    expect(lone?.root().kind()).toBe('program');
  });
});

async function errorsIn(language: Language, text: string): Promise<number> {
  const root = await parseSource(language, text);
  if (root === null) throw new Error('not parsed');
  return syntaxErrors(root);
}
