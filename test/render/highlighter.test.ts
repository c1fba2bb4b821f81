import { describe, expect, test } from 'vitest';
import { blockLines, diffLines } from '../../src/render/html/code-lines.ts';
import { createHighlighter } from '../../src/render/html/highlighter.ts';

describe('createHighlighter', () => {
  test('marks tokens by class, one text for each line, everything escaped', async () => {
    const highlighter = await createHighlighter(['typescript']);
    expect(highlighter.lines(['const a = "<b>"; // x', '/* open', 'still */ f(1)'], 'typescript')).toEqual([
      '<span class="t-k">const </span><span class="t-n">a </span><span class="t-p">= </span><span class="t-s">&quot;&lt;b&gt;&quot;</span><span class="t-p">; </span><span class="t-c">// x</span>',
      '<span class="t-c">/* open</span>',
      '<span class="t-c">still */ </span><span class="t-f">f</span><span class="t-p">(</span><span class="t-n">1</span><span class="t-p">)</span>',
    ]);
  });

  test('keeps its place over many lines', async () => {
    const highlighter = await createHighlighter(['go']);
    const lines = ['/*', ...Array.from({ length: 60 }, () => 'in a comment'), '*/ var x = 1'];
    const html = highlighter.lines(lines, 'go');
    expect(html[59]).toBe('<span class="t-c">in a comment</span>');
    expect(html).toHaveLength(lines.length);
  });

  test('leaves plain what it was not asked for, does not know, or finds too long', async () => {
    const highlighter = await createHighlighter(['go', 'constructor', 'no-such-grammar', '__proto__']);
    for (const language of ['python', 'constructor', 'no-such-grammar', '__proto__', ''])
      expect(highlighter.lines(['x < 1'], language)).toEqual(['x &lt; 1']);
    const long = `var ${'x'.repeat(70_000)}`;
    expect(highlighter.lines([long], 'go')).toEqual([long]);
  });

  test('gives up on code made to take its grammar forever, and after too much of it on the rest', async () => {
    const hostile = '<a '.repeat(160);
    const plain = hostile.replaceAll('<', '&lt;');
    const patient = await createHighlighter(['csharp']);
    expect(patient.lines([hostile], 'csharp')).toEqual([plain]);
    expect(patient.lines(['return 1;'], 'csharp')).toEqual([
      expect.stringContaining('<span class="t-k">return'),
    ]);
    const impatient = await createHighlighter(['csharp'], { wastedMs: 0 });
    expect(impatient.lines([hostile], 'csharp')).toEqual([plain]);
    expect(impatient.lines(['return 1;'], 'csharp')).toEqual(['return 1;']);
  });
});

describe('lines of code', () => {
  test('a patch keeps its signs apart from its code', async () => {
    const highlighter = await createHighlighter([]);
    const diff =
      '--- a/x.py\n+++ b/x.py\n@@ -1 +1,2 @@ def f\n-old\n+new\n+-- <b>\n same\n\\ No newline at end of file\n';
    expect(
      diffLines(diff, highlighter).map(({ added, removed, head, html }) => [
        added ? '+' : removed ? '-' : head ? '@' : ' ',
        html,
      ]),
    ).toEqual([
      ['@', '--- a/x.py'],
      ['@', '+++ b/x.py'],
      ['@', '@@ -1 +1,2 @@ def f'],
      ['-', 'old'],
      ['+', 'new'],
      ['+', '-- &lt;b&gt;'],
      [' ', 'same'],
      ['@', '\\ No newline at end of file'],
    ]);
  });

  test('a long block says how many lines it leaves out', async () => {
    const highlighter = await createHighlighter([]);
    const lines = blockLines(
      Array.from({ length: 1000 }, (_, at) => `${at + 1}`).join('\n'),
      '',
      highlighter,
    );
    expect(lines).toHaveLength(401);
    expect(lines[300]).toMatchObject({ gap: '600 lines not shown' });
    expect(lines.at(-1)).toMatchObject({ number: 1000, html: '1000' });
  });
});
