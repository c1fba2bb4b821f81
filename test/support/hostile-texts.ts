import type { Report } from '../../src/domain/report.ts';

/** Texts that try to be more than text, in HTML, in Markdown, on GitHub, or for the eye. */
export const hostileTexts: readonly string[] = [
  '<script>alert(1)</script>',
  '</script><script>alert(2)</script>',
  '<img src=x onerror=alert(3)>',
  '"><svg onload=alert(4)>',
  '</style><style>*{display:none}</style>',
  '</code></pre></details></main><h1>owned</h1>',
  '--> <!-- <b>',
  '<details><summary>open',
  '{{7*7}} {{{constructor}}} {{> finding}}',
  '`'.repeat(200),
  '```\n# broken out\n```js\n<script>alert(5)</script>',
  '~~~\nnever closed',
  '[click](javascript:alert(6)) [data](data:text/html,<script>alert(7)</script>) [vb](vbscript:x)',
  '![beacon](https://evil.example/?q=secret) ![rel](//evil.example/x.png)',
  '[innocent](https://evil.example/path?a=1&b=2 "title") <https://evil.example> https://evil.example www.evil.example',
  '@everyone fixes #1, closes other/repo#2, resolves GH-3; mail me@evil.example. \\@escaped &#64;entity',
  '@<!-- -->joined @**bold** @`code`',
  '/merge\n/approve',
  '| a | b |\n|---|---|\n| c \\| | `d|e` |',
  'a | b\n--- | ---\n1 | 2',
  '# heading\n\nsetext\n======\n\n- [ ] task\n- [x] done\n\n1. one\n2. two\n\n> quote\n> [!CAUTION]\n> alert',
  '    indented\n\ttab\n***\n___\n---',
  '[ref]: https://evil.example\n[ref]\n[^1]\n\n[^1]: note',
  '$x^2$ and $$y$$ and \\(z\\) :boom: $5',
  '\u202Edesrever\u202C \u200Bzero\u200B \u2066iso\u2069 \uFEFF \u0000 \u001b[31m \u{E0041}',
  '&lt;script&gt; &#x202E; &#0; &rlm; &amp;lt;',
  '\uD800 lone \uDFFF',
  '\r\nline\rline\u2028line\u2029line\u0085',
  '\\# a\n\\- b\n\\+ c\n1\\. d\n&#35; e\n&#45; f\n\\===\n\\---',
  '>'.repeat(3000),
  '*a_b'.repeat(500),
  `$(touch /tmp/owned) \`touch /tmp/owned\` \${process.exit(1)}`,
  `${'long '.repeat(2000)}end`,
  'x'.repeat(10_000),
  '😀'.repeat(3000),
  '\' or " and ` and \\ and \\\\',
  '',
  ' ',
  '\n\n\n',
];

/** Eight reports whose free texts are hostile, each field another text in each of them; `''` stays empty. */
export function hostileReports(report: Report): Report[] {
  return Array.from({ length: 8 }, (_, round) => {
    let at = round * 5;
    return replaceTexts(report, (old) => {
      at += 1;
      const text = hostileTexts[at % hostileTexts.length] ?? '';
      return old === '' ? old : text.trim() === '' ? 'x y' : text;
    });
  });
}

const structural = new Set([
  ...['id', 'key', 'reviewer', 'label', 'shortId', 'fingerprint', 'cluster', 'severity', 'kind', 'category'],
  ...['verdict', 'evidence', 'origin', 'side', 'status', 'outcome', 'cell', 'fate', 'target', 'from', 'to'],
  ...[
    'finalSeverity',
    'value',
    'sha',
    'mergeBase',
    'headKind',
    'type',
    'provider',
    'action',
    'into',
    'examiner',
  ],
  ...['answer', 'scope', 'reviewers', 'members', 'url', 'oid', 'commit', 'replaces'],
]);

/** The report with every free text replaced; what is an enumeration, an id or an address by its schema stays. */
export function replaceTexts(report: Report, next: (old: string, key: string) => string): Report {
  return replaceIn(report, '', next) as Report;
}

function replaceIn(value: unknown, key: string, next: (old: string, key: string) => string): unknown {
  if (typeof value === 'string') return structural.has(key) ? value : next(value, key);
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, key, next));
  if (typeof value !== 'object' || value === null) return value;
  const fixed = 'outcome' in value || 'fate' in value ? ['reason'] : [];
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      (fixed.includes(name) && typeof item === 'string' && !('key' in value)) || isToolName(name, item)
        ? item
        : replaceIn(item, name, next),
    ]),
  );
}

function isToolName(name: string, item: unknown): boolean {
  return name === 'name' && item === 'deep-review';
}
