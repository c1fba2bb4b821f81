import { resolve } from 'node:path';
import { Marked } from 'marked';
import { createHighlighter } from 'shiki';
import type { Report } from '../../../src/domain/report.ts';
import { renderHtml } from '../../../src/render/html/render-html.ts';
import type { SourceReader } from '../../../src/render/source/source-reader.ts';
import { loadTemplates, type Templates } from '../../../src/render/templates.ts';
import { buildReportView } from '../../../src/render/view/report-view.ts';
import { createReportFixture } from '../../support/report-fixture.ts';
import { type Benchmark, count, formatTable, milliseconds, percentile } from '../benchmark.ts';
import { enlargeReport } from './large-report.ts';
import { type PageTexts, textsOfPage } from './page-texts.ts';

const findings = 60;
const mostMs = 700;
const reports = 100;
const fewestASecond = 8;
const mostOfPlain = 1.5;
const mostBytes = 400_000;
const rounds = 7;

/**
 * How long report.html takes to write: large ones, many in a row, and beside plain marked and shiki. Judged by the
 * processor's time, which is the clock's on a machine that has nothing else to do. The first page of a process also starts
 * the highlighter and compiles its grammars, most of its time: it is shown, and has no target.
 */
export const measureRender: Benchmark = async (print) => {
  const fixture = createReportFixture();
  try {
    const templates = await loadTemplates(resolve('templates'));
    return await measure({ ...fixture, templates }, print);
  } finally {
    fixture.remove();
  }
};

interface Subject {
  report: Report;
  sources: SourceReader;
  templates: Templates;
}

async function measure({ report, sources, templates }: Subject, print: (line: string) => void) {
  const render = (one: Report) => renderHtml({ report: one, sources, templates });
  const large = enlargeReport(report, findings);
  for (const { path } of report.coverage) await sources.extent(report.change.head.sha, path);
  const [first, page] = await time(() => render(large));
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push((await time(() => render(large)))[0]);
  const again = percentile(times, 0.5);
  const typical = await render(report);
  const [many] = await time(async () => {
    for (let round = 0; round < reports; round += 1) await render(report);
  });
  const aSecond = (1000 * reports) / many;
  const ratio = await compareWithPlain(large, sources, () => render(large));
  for (const line of formatTable([
    ['what', 'measured', 'target'],
    [`${findings} findings, first page of the process`, milliseconds(first), ''],
    [`${findings} findings, pages after it (median of ${rounds})`, milliseconds(again), `< ${mostMs} ms`],
    [`${findings} findings, size`, `${count(Buffer.byteLength(page) / 1000)} kB`, ''],
    [
      `${report.findings.length} findings, size`,
      `${count(Buffer.byteLength(typical) / 1000)} kB`,
      `< ${mostBytes / 1000} kB`,
    ],
    [
      `${reports} reports of ${report.findings.length} findings`,
      `${aSecond.toFixed(1)} a second`,
      `>= ${fewestASecond}`,
    ],
    ['processor time, against plain marked and shiki', `${ratio.toFixed(2)} ×`, `<= ${mostOfPlain} ×`],
  ]))
    print(line);
  return [
    ...(again >= mostMs ? [`a page takes ${milliseconds(again)}, not under ${mostMs} ms`] : []),
    ...(Buffer.byteLength(typical) >= mostBytes ? [`a page has over ${mostBytes} bytes`] : []),
    ...(aSecond < fewestASecond ? [`${aSecond.toFixed(1)} pages a second, not ${fewestASecond}`] : []),
    ...(ratio > mostOfPlain ? [`${ratio.toFixed(2)} × plain marked and shiki, not ${mostOfPlain} ×`] : []),
  ];
}

/** Milliseconds of the processor. */
async function time<T>(work: () => Promise<T>): Promise<[ms: number, result: T]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1000, result];
}

/** Processor time of our page divided by that of the plain libraries over its texts: medians, taken in turn. */
async function compareWithPlain(report: Report, sources: SourceReader, render: () => Promise<unknown>) {
  const options = { context: 5, mentions: true };
  const { view } = await buildReportView({ report, sources, options });
  const plain = await createPlain(textsOfPage(view));
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [ours] = await time(render);
    const [theirs] = await time(async () => plain());
    ratios.push(ours / theirs);
  }
  return percentile(ratios, 0.5);
}

async function createPlain({ prose, code }: PageTexts): Promise<() => number> {
  const languages = [...new Set(code.map(({ language }) => language))];
  const highlighter = await createHighlighter({ themes: ['github-light'], langs: languages });
  const marked = new Marked({ gfm: true });
  const known = new Set(highlighter.getLoadedLanguages());
  return () => {
    let length = 0;
    for (const text of prose) length += `${marked.parse(text)}`.length;
    for (const { text, language } of code)
      length += highlighter.codeToHtml(text, {
        lang: known.has(language) ? language : 'text',
        theme: 'github-light',
      }).length;
    return length;
  };
}
