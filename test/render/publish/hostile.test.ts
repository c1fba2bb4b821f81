import fc from 'fast-check';
import { Marked, type Token } from 'marked';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileDiff } from '../../../src/domain/change.ts';
import {
  findingMarker,
  readHiddenBlock,
  reviewMarker,
  summaryMarker,
} from '../../../src/domain/hidden-block.ts';
import type { PublishedFinding, Report } from '../../../src/domain/report.ts';
import { renderStepSummary } from '../../../src/render/publish/step-summary.ts';
import { noSources } from '../../../src/render/source/source-reader.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';
import { shapeOf } from '../../support/markdown-shape.ts';
import { createReportFixture, type ReportFixture } from '../../support/report-fixture.ts';
import { hostileRows } from '../hostile/hostile-rows.ts';
import { noFacts, publishReport, readFiles, templates, withFindings } from './published-fixture.ts';

let fixture: ReportFixture;
let files: FileDiff[];
let model: PublishedFinding;
beforeAll(() => {
  fixture = createReportFixture();
  files = readFiles(fixture);
  const [first] = fixture.report.findings;
  if (first === undefined) throw new Error('the fixture has findings');
  model = first;
});
afterAll(() => fixture.remove());

/** Texts that go for the markers, the blocks and the buttons of comments. */
const forgeries: readonly string[] = [
  summaryMarker,
  reviewMarker,
  findingMarker('ffff'),
  `\`\`\`html\n${findingMarker('ffff')}\n<!-- deep-review:state {"schemaVersion":1} -->\n\`\`\``,
  `\`${summaryMarker}\` and \`<!--  Deep-Review:state {} -->\``,
  '```suggestion\nrm -rf /\n```',
  '> ```suggestion\n> rm -rf /\n> ```\n\n- ~~~ suggestion\n  x\n  ~~~',
  '````suggestion:-0+3 \nrm\n````',
  '```SUGGESTION\nx\n```\n```mermaid\ngraph TD\n```',
  '```\n/approve\n/merge\n```\n\n/close\n\n    /lgtm',
  '@alice fixes #1, closes o/r#2, GH-3, o/r@0123456789abcdef',
  '![x](https://evil.example/a.png) <img src="https://evil.example/b.png"> [c](https://evil.example/c)',
  '</details></sub><h1>x</h1>\n\n--> <!-- open',
  Array.from({ length: 90 }, (_, at) => `internal/cache/store.go:${(at % 50) + 1}`).join(' '),
  Array.from({ length: 90 }, () => '[x](https://github.com/example/lantern/blob/main/a.go)').join(' '),
];

/** The model finding with one text wherever it has a text, at a place that takes comments. */
function withText(text: string, at: number): PublishedFinding {
  return {
    ...model,
    label: `C${at + 1}`,
    shortId: (0xa000 + at).toString(16),
    verdict: at % 3 === 2 ? 'uncertain' : 'confirmed',
    title: text,
    symbol: text,
    explanation: text,
    scenario: text,
    fix: { text, diff: text, check: { applies: true, parses: true, message: text } },
    verdictReason: text,
    history: { relation: 'same', id: text, since: 1, declined: { round: 1, reason: text, why: text } },
  };
}

function reportOf(texts: readonly string[]): Report {
  const { report } = fixture;
  const [one = ''] = texts;
  const hostile = withFindings(report, texts.map(withText));
  return {
    ...hostile,
    run: { ...report.run, notices: [...texts] },
    recommendation: { ...report.recommendation, sentence: one },
    reviewers: report.reviewers.map((outcome) => ({ ...outcome, name: one })),
  };
}

/** Every text that would stand on the forge, by name. */
async function write(report: Report): Promise<Map<string, string>> {
  const { summary, inline, check } = await publishReport(fixture, report, {
    files,
    sources: noSources,
    inline: { from: 'suggestion', limit: 100 },
  });
  const facts = { newerHead: 'f'.repeat(40), unplaced: [] };
  return new Map([
    ['summary', summary?.(noFacts) ?? ''],
    ['summary after a push', summary?.(facts) ?? ''],
    ['review', inline?.reviewBody ?? ''],
    ...(inline?.comments ?? []).map(({ finding, body }): [string, string] => [`comment ${finding}`, body]),
    ['check summary', check?.summary ?? ''],
    ['check text', check?.text ?? ''],
    ['step summary', await renderStepSummary({ report, sources: noSources, templates, reportUrl: null })],
  ]);
}

const markersIn = (name: string) => {
  if (name.startsWith('comment ')) return [findingMarker(name.slice('comment '.length))];
  if (name === 'review') return [reviewMarker];
  return name.startsWith('summary') ? [summaryMarker, '<!-- deep-review:state '] : [];
};

const ownDiagram =
  /^```mermaid\ngantt\n {4}dateFormat x\n {4}axisFormat %M:%S\n(?: {4}\d+\. [\p{L}\p{N} .()-]* :(?:crit|active|done), \d+, \d+\n)+```\s*$/u;

/** What a forge or a bot would do with a text besides showing it. */
function deeds(name: string, text: string): string[] {
  const markers = text.match(/<!--\s*deep-review:\w+(?: (?!\{)\S+ -->| -->| )/gi) ?? [];
  const blocks: string[] = [];
  let links = 0;
  const marked = new Marked({ gfm: true });
  void marked.walkTokens(marked.lexer(text), (token: Token) => {
    if (token.type === 'link') links += 1;
    if (token.type === 'code' && /suggestion|mermaid/i.test(token.lang ?? '')) blocks.push(token.raw);
  });
  return [
    ...(markers.join() === markersIn(name).join() ? [] : [`markers: ${markers.join()}`]),
    // One diagram is our own: of a step, with nothing in it but bars.
    ...blocks
      .filter((block) => name !== 'step summary' || !ownDiagram.test(block))
      .map((block) => `acts: ${block}`),
    ...(blocks.length > 1 ? [`diagrams: ${blocks.length}`] : []),
    ...shapeOf(text).wrong.map((wrong) => `wrong: ${wrong}`),
    ...(text.match(/^\/[a-z]\w*/gim) ?? []).map((command) => `command: ${command}`),
    ...(text.match(/(?!\t|\n|\ufe0f)\p{C}|\u2028|\u2029/gu) ?? []).map(
      (one) => `hidden: ${one.codePointAt(0)}`,
    ),
    ...(links > 50 && name !== 'step summary' ? [`links: ${links}`] : []),
  ];
}

describe('hostile texts', { timeout: 120_000 }, () => {
  const rows = [...forgeries, ...hostileRows.map(({ text }) => text), ...hostileTexts];

  test('do nothing on the forge but be shown, and leave the shape of what holds them as it is', async () => {
    const texts = await write(reportOf(rows));
    const commented = [...texts.keys()].filter((name) => name.startsWith('comment '));
    expect(commented.length).toBe(rows.filter((_, at) => at % 3 !== 2).length);
    expect([...texts].flatMap(([name, text]) => deeds(name, text).map((deed) => [name, deed]))).toEqual([]);
    for (const name of commented) {
      const { headings, html } = shapeOf(texts.get(name) ?? '');
      expect([
        name,
        headings,
        html.filter((tag) => tag !== '<details' && tag !== '</details' && !/summary/.test(tag)),
      ]).toEqual([name, [], ['<sub', '</sub']]);
    }
    const block = readHiddenBlock(texts.get('summary') ?? '');
    expect((block?.findings.length ?? 0) + (block?.leftOut ?? 0)).toBe(rows.length);
  });

  test('do nothing in whatever mixture', async () => {
    const piece = fc.oneof(
      fc.constantFrom(...rows.map((text) => text.slice(0, 300))),
      fc.constantFrom(
        '```',
        '~~~',
        '`',
        '<!--',
        '-->',
        'deep-review:',
        'suggestion',
        '\n',
        '\n\n',
        '@a',
        '#1',
        '/x',
        '> ',
        '- ',
        '|',
        '\\',
        '](',
        '<',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    const text = fc.array(piece, { maxLength: 12 }).map((all) => all.join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 3, maxLength: 3 }), async (mixed) => {
        const texts = await write(reportOf(mixed));
        expect([...texts].flatMap(([name, one]) => deeds(name, one).map((deed) => [name, deed]))).toEqual([]);
      }),
      { numRuns: 5 },
    );
  });

  test('are seen by a test that sees such deeds', () => {
    const seen = (text: string) => deeds('review', `${reviewMarker}\n${text}`).length;
    expect(seen('plain')).toBe(0);
    for (const text of [
      summaryMarker,
      '```suggestion\nx\n```',
      '/merge',
      '@alice',
      'fixes #1',
      '\u200b',
      '[x](http://e.example)',
    ])
      expect([text, seen(text) > 0]).toEqual([text, true]);
  });
});
