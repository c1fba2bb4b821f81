import { resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Location } from '../../src/domain/location.ts';
import type { PublishedFinding, Report } from '../../src/domain/report.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import { renderSarif } from '../../src/render/sarif/render-sarif.ts';
import type { SarifLog, SarifRun } from '../../src/render/sarif/sarif-log.ts';
import { noSources } from '../../src/render/source/source-reader.ts';
import { hostileReports } from '../support/hostile-texts.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';
import { sarifErrors } from '../support/sarif-schema.ts';
import { randomRun } from './random-run.ts';

let fixture: ReportFixture;
beforeAll(() => {
  fixture = createReportFixture();
});
afterAll(() => fixture.remove());

async function runOf(report: Report, sources = noSources): Promise<SarifRun> {
  const log: SarifLog = JSON.parse(await renderSarif(report, sources));
  expect(sarifErrors(log)).toEqual([]);
  const [run] = log.runs;
  if (run === undefined) throw new Error('a log has a run');
  return run;
}

/** The report of the fixture with its first finding, changed, and nothing else. */
function withFinding(change: Partial<PublishedFinding>): Report {
  const [first] = fixture.report.findings;
  if (first === undefined) throw new Error('the fixture has findings');
  return { ...fixture.report, findings: [{ ...first, ...change }] };
}

const at = (path: string, startLine = 1, side: Location['side'] = 'head') => ({
  path,
  startLine,
  endLine: startLine,
  side,
});

describe('report.sarif', { timeout: 120_000 }, () => {
  test('says all of the findings', async () => {
    const text = await renderSarif(fixture.report, fixture.sources);
    await expect(text).toMatchFileSnapshot(resolve(import.meta.dirname, '../fixtures/render/report.sarif'));
  });

  test('is held to a schema that refuses what is wrong', async () => {
    const log: SarifLog = JSON.parse(await renderSarif(fixture.report, fixture.sources));
    const [run] = log.runs;
    expect(sarifErrors(log)).toEqual([]);
    expect(sarifErrors({ ...log, runs: [{ ...run, results: [{ level: 'fatal' }] }] })).toEqual([
      expect.stringContaining("must have required property 'message'"),
      expect.stringContaining('/runs/0/results/0/level must be equal to one of the allowed values'),
    ]);
  });

  test('is valid for whatever run, with a result for every finding', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, async (input) => {
        const report = buildReport(input);
        const { results, tool, properties } = await runOf(report);
        expect(results.map((result) => result.properties.label)).toEqual(
          report.findings.map(({ label }) => label),
        );
        for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
        expect(properties.counts).toEqual(report.counts);
        const names = results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 40 },
    );
  });

  test('is valid and lets nothing act, whatever the texts are', async () => {
    for (const report of hostileReports(fixture.report)) {
      const run = await runOf(report, fixture.sources);
      for (const text of messagesOf(run)) {
        expect(text).not.toMatch(/\{\d+\}|\]\(/);
        expect(text).not.toMatch(/(?!\t|\n)\p{C}|\u2028|\u2029/u);
      }
    }
  });

  test('names who is missing, and is no success without a recommendation', async () => {
    const { invocations, properties } = await runOf(fixture.report);
    expect(properties).toMatchObject({ recommendation: 'rework', missing: ['gemini'] });
    expect(invocations).toMatchObject([
      {
        executionSuccessful: true,
        toolExecutionNotifications: [
          {
            descriptor: { id: 'deep-review/missing-reviewer' },
            level: 'warning',
            message: { text: expect.stringContaining('missing: Gemini (timed out') },
          },
        ],
      },
    ]);
    const incomplete: Report = {
      ...fixture.report,
      recommendation: { value: 'incomplete', sentence: 'Too few.' },
    };
    const failed: Report = { ...fixture.report, run: { ...fixture.report.run, status: 'failed' } };
    for (const report of [incomplete, failed])
      expect((await runOf(report)).invocations).toMatchObject([{ executionSuccessful: false }]);
  });

  test('names commits only of a repository with an address', async () => {
    const { change } = fixture.report;
    const local = {
      ...fixture.report,
      change: { ...change, repository: { ...change.repository, url: null } },
    };
    expect(await runOf(local)).not.toHaveProperty('versionControlProvenance');
    const { sha } = change.head;
    expect((await runOf(fixture.report)).versionControlProvenance).toMatchObject([
      {
        repositoryUri: 'https://github.com/example/lantern',
        revisionId: sha,
        mappedTo: { uriBaseId: '%SRCROOT%' },
      },
      { revisionId: change.mergeBase, mappedTo: { uriBaseId: 'MERGE_BASE' } },
    ]);
    const staged: Report = { ...fixture.report, change: { ...change, headKind: 'index' } };
    expect((await runOf(staged)).versionControlProvenance?.[0]).not.toHaveProperty('revisionId');
  });
});

describe('the places of a result', () => {
  test('are one at the head, and the others of its cluster beside it', async () => {
    const locations = [at('old.go', 3, 'base'), at('new.go', 4), at('new.go', 9)];
    const { results } = await runOf(withFinding({ locations }));
    expect(results.map(({ locations: own, relatedLocations }) => [own, relatedLocations])).toEqual([
      [
        [place('new.go', 4)],
        [
          { id: 1, message: { text: 'Here at the merge base' }, ...place('old.go', 3, 'MERGE_BASE') },
          { id: 2, message: { text: 'Here too' }, ...place('new.go', 9) },
        ],
      ],
    ]);
  });

  test('are relative and percent-encoded, byte by byte', async () => {
    const paths = [
      'a b/ü.go',
      'c:/x',
      'q?a#b%41',
      '-rf',
      '\udcff.bin',
      '.git/config',
      '<img src=x>.js',
      'a\\b',
    ];
    const { results } = await runOf(withFinding({ locations: paths.map((path) => at(path)) }));
    const uris = results.flatMap(({ locations, relatedLocations = [] }) =>
      [...locations, ...relatedLocations].map(
        ({ physicalLocation }) => physicalLocation.artifactLocation.uri,
      ),
    );
    expect(uris).toEqual([
      'a%20b/%C3%BC.go',
      'c%3A/x',
      'q%3Fa%23b%2541',
      '-rf',
      '%FF.bin',
      '.git/config',
      '%3Cimg%20src%3Dx%3E.js',
      'a%5Cb',
    ]);
  });

  test.each([
    '../../etc/passwd',
    '/etc/passwd',
    '//evil.example/x',
    'a/../../b',
    'a//b',
    './a',
    '',
    'file:///etc/passwd',
  ])('are never outside of the repository: %s', async (path) => {
    const run = await runOf(withFinding({ locations: [at(path), at('a.go', 2)] }));
    expect(run.results).toMatchObject([
      {
        locations: [place('a.go', 2)],
        message: { text: expect.stringContaining('Not among the places of this result: ') },
      },
    ]);
    const alone = await runOf(withFinding({ locations: [at(path)] }));
    expect(alone.results).toEqual([]);
    expect(alone.invocations[0]?.toolExecutionNotifications.at(-1)).toMatchObject({
      descriptor: { id: 'deep-review/concurrency' },
      level: 'error',
      properties: { label: 'C1', reviewers: ['claude', 'codex'] },
    });
  });

  test('are at most a hundred, and the message says how many more there are', async () => {
    const locations = Array.from({ length: 130 }, (_, line) => at('a.go', line + 1));
    const { results } = await runOf(withFinding({ locations }));
    expect(results[0]?.relatedLocations).toHaveLength(99);
    expect(results[0]?.message.text).toContain(
      'Not among the places of this result: `a.go:101`, `a.go:102`, `a.go:103`, `a.go:104`, `a.go:105` and 25 more places.',
    );
  });

  test('of a text that is in no file are none: the run says it instead', async () => {
    const run = await runOf(withFinding({ locations: [], about: 'the message of commit abc' }));
    expect(run.results).toEqual([]);
    expect(run.invocations[0]?.toolExecutionNotifications.at(-1)).toMatchObject({
      level: 'error',
      message: { text: expect.stringContaining('It is about: the message of commit abc') },
      properties: { label: 'C1', about: 'the message of commit abc' },
    });
  });
});

describe('the text of a message', () => {
  test.each([
    ['see [x](1) and {0}', 'see [x] (1) and { 0 }'],
    ['![](https://evil.example/x.png)', '![] (`https://evil.example/x.png`)'],
    ['[a]: https://evil.example "t"', '[a]: `https://evil.example` "t"'],
    ['@org/team, fixes #1 and GH-1', '`@org/team`, fixes `#1` and `GH-1`'],
    ['`@code` is code', '`@code` is code'],
    ['a\u001b[2Jb\u009bc\rd', 'a⟦U+001B⟧[2Jb⟦U+009B⟧c⟦U+000D⟧d'],
    ['{{7*7}} {x} {00}', '{{7*7}} {x} { 00 }'],
  ])('makes %j inert', async (explanation, expected) => {
    const { results } = await runOf(withFinding({ title: 'T', explanation, scenario: '', fix: noFix }));
    expect(results[0]?.message.text).toBe(
      `T.\n\n${expected}\n\nC1·4734: critical, regression, confirmed. Raised by Claude and Codex.`,
    );
  });

  test('is shortened and says so', async () => {
    const { results } = await runOf(withFinding({ explanation: 'x'.repeat(5000) }));
    expect(results[0]?.message.text).toContain(`${'x'.repeat(4000)}… (1,000 more characters)`);
  });
});

describe('the limits of GitHub', { timeout: 120_000 }, () => {
  test('shed the least severe results and name them', async () => {
    const { findings } = withFinding({});
    const [first] = findings;
    if (first === undefined) throw new Error('the fixture has findings');
    const many = Array.from({ length: 6000 }, (_, index) => ({
      ...first,
      severity: index < 4000 ? ('important' as const) : ('suggestion' as const),
      label: index < 4000 ? `I${index + 1}` : `S${index - 3999}`,
      explanation: '',
      scenario: '',
      fix: noFix,
    }));
    const run = await runOf({ ...fixture.report, findings: many });
    expect(run.results).toHaveLength(5000);
    expect(run.invocations[0]?.toolExecutionNotifications.at(-1)).toEqual({
      descriptor: { id: 'deep-review/left-out' },
      level: 'warning',
      message: {
        text: 'Not in this file, which would be too large: 1,000 suggestions (S1001–S2000). The whole report has everything.',
      },
    });
    const long = many.map((finding) => ({ ...finding, explanation: '\u202e'.repeat(4000) }));
    const text = await renderSarif({ ...fixture.report, findings: long }, noSources);
    expect(Buffer.byteLength(text)).toBeLessThan(10_000_000);
    const { results } = (JSON.parse(text) as SarifLog).runs[0] as SarifRun;
    expect(results.length).toBeGreaterThan(50);
    expect(text).toContain(
      `important findings (I${results.length + 1}–I4000) and 2,000 suggestions (S1–S2000)`,
    );
  });
});

const noFix = { text: '', diff: '', check: null };

function place(uri: string, line: number, uriBaseId = '%SRCROOT%') {
  return {
    physicalLocation: { artifactLocation: { uri, uriBaseId }, region: { startLine: line, endLine: line } },
  };
}

function messagesOf(run: SarifRun): string[] {
  const said = run.invocations.flatMap(({ toolExecutionNotifications }) => toolExecutionNotifications);
  return [...run.results, ...said].map(({ message }) => message.text);
}
