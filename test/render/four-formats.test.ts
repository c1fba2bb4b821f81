import { resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatLocation } from '../../src/domain/location.ts';
import type { Report } from '../../src/domain/report.ts';
import { reviewerName } from '../../src/domain/reviewer.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import { parseReport } from '../../src/render/parse-report.ts';
import { type RenderedFiles, renderAll } from '../../src/render/render-all.ts';
import type { SarifLocation, SarifLog } from '../../src/render/sarif/sarif-log.ts';
import { noSources, type SourceReader } from '../../src/render/source/source-reader.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';
import { randomRun } from './random-run.ts';

/** What every format has to say the same of a finding. */
interface SaidFinding {
  id: string;
  severity: string;
  /**
   * `a/b.go:3-5`, ` (base)` behind it for the merge base; sorted, for formats order them by what they show. Of a text in
   * no file its name.
   */
  locations: string[];
  /** As they are called. */
  reviewers: string[];
}

let fixture: ReportFixture;
beforeAll(() => {
  fixture = createReportFixture();
});
afterAll(() => fixture.remove());

const templatesDirectory = resolve(import.meta.dirname, '../../templates');

async function expectAgreement(report: Report, sources: SourceReader): Promise<SaidFinding[]> {
  const files = await renderAll({ report, sources, templatesDirectory });
  const json = readJson(files);
  expect(readMarkdown(files)).toEqual(json);
  expect(readHtml(files)).toEqual(json);
  expect(readSarif(files)).toEqual(json);
  return json;
}

describe('report.md, report.html, report.json and report.sarif of one run', { timeout: 120_000 }, () => {
  test('have the same findings, with the same ids, severities, places and reviewers', async () => {
    const said = await expectAgreement(fixture.report, fixture.sources);
    expect(said.map(({ id }) => id)).toEqual(
      fixture.report.findings.map(({ label, shortId }) => `${label}·${shortId}`),
    );
    expect(said.slice(0, 2)).toEqual([
      {
        id: expect.stringMatching(/^C1·[0-9a-f]{4}$/),
        severity: 'critical',
        locations: ['internal/cache/store.go:48-50'],
        reviewers: ['Claude', 'Codex'],
      },
      {
        id: expect.stringMatching(/^C2·[0-9a-f]{4}$/),
        severity: 'critical',
        locations: ['scripts/release.sh:4', 'scripts/release.sh:7'],
        reviewers: ['Codex'],
      },
    ]);
  });

  test('agree on places of the merge base and on paths that every format writes in its own way', async () => {
    const [first, ...others] = fixture.report.findings;
    if (first === undefined) throw new Error('the fixture has findings');
    const paths = ['a b/ü & <x>.go', 'q?a#b%41[1].ts', "it's|here.md", 'gone.go'];
    const locations = paths.map((path, at) => ({
      path,
      startLine: at + 1,
      endLine: at + 1 + (at % 2),
      side: at < 3 ? ('head' as const) : ('base' as const),
    }));
    await expectAgreement({ ...fixture.report, findings: [{ ...first, locations }, ...others] }, noSources);
  });

  test('agree on a finding that is in no file', async () => {
    const [first, second, ...others] = fixture.report.findings;
    if (first === undefined || second === undefined) throw new Error('the fixture has findings');
    const about = 'the message of commit 0123456789ab';
    const said = await expectAgreement(
      { ...fixture.report, findings: [first, { ...second, locations: [], about }, ...others] },
      fixture.sources,
    );
    expect(said[1]?.locations).toEqual([about]);
  });

  test('agree for whatever run', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, async (input) => {
        await expectAgreement(buildReport(input), noSources);
      }),
      { numRuns: 15 },
    );
  });
});

function readJson(files: RenderedFiles): SaidFinding[] {
  return parseReport(files['report.json']).findings.map((finding) => ({
    id: `${finding.label}·${finding.shortId}`,
    severity: finding.severity,
    locations: [
      ...finding.locations.map(formatLocation),
      ...(finding.about === undefined ? [] : [finding.about]),
    ].toSorted(),
    reviewers: finding.reviewers.map(reviewerName),
  }));
}

/** By the grammar of the title's line: `C1·4734. **Title** — `path:1-2`, `path:9` [Claude] [Codex] (critical, gap)`. */
function readMarkdown(files: RenderedFiles): SaidFinding[] {
  const grammar =
    /^([CIS]\d+·[0-9a-f-]+)\. \*\*.*\*\* — (`.*`)((?: \[[^\]]+\])+) \((critical|important|suggestion), [^)]*\)$/gm;
  return [...files['report.md'].matchAll(grammar)].map(
    ([, id = '', places = '', names = '', severity = '']) => ({
      id,
      severity,
      locations: [...places.matchAll(/`([^`]*)`/g)].map(([, place = '']) => place).toSorted(),
      reviewers: [...names.matchAll(/\[([^\]]+)\]/g)].map(([, name = '']) => name),
    }),
  );
}

function readHtml(files: RenderedFiles): SaidFinding[] {
  return files['report.html']
    .split('<article class="finding" ')
    .slice(1)
    .map((rest) => {
      const article = rest.slice(0, rest.indexOf('</article>'));
      const shown = article.slice(0, article.indexOf('<div class="prose">'));
      const all = (pattern: RegExp) => [...shown.matchAll(pattern)].map(([, found = '']) => plain(found));
      const [label = ''] = all(/<a class="label[^>]*>(.*?)<\/a>/g);
      const [shortId = ''] = all(/<a class="short-id[^>]*>(.*?)<\/a>/g);
      return {
        id: `${label}·${shortId}`,
        severity: /label-(\w+)/.exec(shown)?.[1] ?? '',
        locations: all(/<figcaption>(.*?)<\/figcaption>/gs)
          .flatMap(splitPlaces)
          .concat(all(/<code class="place">(.*?)<\/code>/gs), all(/<p class="quiet">In (.*?):<\/p>/gs))
          .toSorted(),
        reviewers: all(/<span class="badge[^>]*>(?:<span class="mark"[^>]*>.*?<\/span>)?(.*?)<\/span>/g),
      };
    });
}

/** One excerpt may show several places of a file: `scripts/release.sh:7, 4`. */
function splitPlaces(caption: string): string[] {
  const [, path = '', lines = '', base = ''] =
    /^(.*):(\d+(?:-\d+)?(?:, \d+(?:-\d+)?)*)( \(base\))?/s.exec(caption.trim()) ?? [];
  return lines.split(', ').map((line) => `${path}:${line}${base}`);
}

function plain(html: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&(\w+|#\w+);/g, (whole, name: string) => entities[name] ?? whole)
    .trim();
}

/** Results, and notifications for what is in no file; in the order of the report's labels. */
function readSarif(files: RenderedFiles): SaidFinding[] {
  const [run] = (JSON.parse(files['report.sarif']) as SarifLog).runs;
  const notifications = run?.invocations.flatMap((one) => one.toolExecutionNotifications) ?? [];
  const results = (run?.results ?? []).map(({ locations, relatedLocations = [], ...result }) => ({
    ...result,
    locations: [...locations, ...relatedLocations].map(placeOf),
  }));
  const others = notifications.flatMap(({ level, properties }) =>
    properties === undefined ? [] : [{ level, properties, locations: [`${properties.about}`] }],
  );
  const order = parseReport(files['report.json']).findings.map(({ label }) => label);
  return [...results, ...others]
    .toSorted((a, b) => order.indexOf(`${a.properties.label}`) - order.indexOf(`${b.properties.label}`))
    .map(({ level, properties, locations }) => ({
      id: `${properties.label}·${properties.shortId}`,
      severity: severityOf[level],
      locations: locations.toSorted(),
      reviewers: (properties.reviewers as string[]).map(reviewerName),
    }));
}

const severityOf = { error: 'critical', warning: 'important', note: 'suggestion' };

function placeOf({ physicalLocation: { artifactLocation, region } }: SarifLocation): string {
  const { uri, uriBaseId } = artifactLocation;
  return formatLocation({
    path: decodeURIComponent(uri),
    ...region,
    side: uriBaseId === 'MERGE_BASE' ? 'base' : 'head',
  });
}
