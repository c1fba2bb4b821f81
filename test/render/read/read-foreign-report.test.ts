import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ForeignReport } from '../../../src/domain/foreign-report.ts';
import { readForeignReport } from '../../../src/render/read/read-foreign-report.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';

const tool = { name: 'deep-review', version: '0.0.0' } as const;
const fixture = (name: string) =>
  readFileSync(resolve(import.meta.dirname, '../../fixtures/foreign', name), 'utf8');
const readFixture = (file: string) => readForeignReport({ file, text: fixture(file), tool });

/** What of a finding a line says: id, severity, title, places, who, remarks. */
function summarise({ findings }: ForeignReport): unknown[] {
  return findings.map(({ id, severity, title, locations, reviewers, remarks }) => [
    id,
    severity,
    title,
    locations.map(({ path, startLine, endLine }) =>
      startLine === null ? path : `${path}:${startLine}${endLine === startLine ? '' : `-${endLine}`}`,
    ),
    reviewers,
    remarks,
  ]);
}

describe('a report of the stable format', () => {
  const report = readFixture('20260601-101500-pr-12.md');

  test('has its header read', () => {
    expect(report.kind).toBe('report');
    expect(report.title).toBe('Deep Review: 20260601-101500-pr-12');
    expect(report.header.map(({ name }) => name)).toEqual([
      ...['Date', 'Repo', 'Round', 'Author', 'PR', 'Branch', 'Commits', 'Reviewers', 'Verdict'],
      'Wall-clock time',
    ]);
    expect(report.facts).toEqual({
      date: '2026-06-01 10:15',
      repository: { owner: 'acme', name: 'depot', url: 'https://github.com/acme/depot' },
      pullRequest: {
        number: 12,
        url: 'https://github.com/acme/depot/pull/12',
        title: 'Count crates while loading',
      },
      branch: 'crates',
      round: 2,
      recommendation: {
        value: 'merge-with-fixes',
        words: 'Merge with fixes',
        sentence: 'the counter is shared by two goroutines.',
      },
      commits: [{ sha: '1a2b3c4', subject: 'Count crates while loading' }],
      wallClockMs: 3_883_000,
      costUsd: null,
    });
    expect(report.reviewers).toEqual([
      { id: 'claude', name: 'Claude', label: 'Claude Opus 4.7 (effort: xhigh)' },
      { id: 'codex', name: 'Codex', label: 'Codex GPT 5.5 (effort: high)' },
      { id: 'gemini', name: 'Gemini', label: 'Gemini 3.1 Pro (effort: default)' },
    ]);
  });

  test('has every finding read, and nothing else taken for one', () => {
    expect(summarise(report)).toEqual([
      [
        'I1',
        'important',
        'Counter `crates` is written without a lock',
        ['loader/count.go:12-18', 'loader/count.go:40', 'loader/count.go:41'],
        ['claude', 'gemini'],
        ['Gemini 3.1 Pro (as S2)', 'important, regression'],
      ],
      [
        'I2',
        'important',
        "Round 1's `Close` still leaks",
        ['loader/close.go:9'],
        [],
        ['carry-over from Round 1 I3'],
      ],
      ['S1', 'suggestion', '`docs/loading.md:7` still speaks of boxes', ['docs/loading.md:7'], ['codex'], []],
      [
        'S2',
        'suggestion',
        'Two names for one thing',
        ['loader/count.go', 'loader/run.go'],
        ['claude', 'codex'],
        [],
      ],
    ]);
    expect(report.findings.map(({ locationsFrom }) => locationsFrom)).toEqual([
      ...['title-line', 'title-line', 'text', 'title-line'],
    ]);
    expect(report.findings[1]).toMatchObject({ carriedOver: 'carry-over from Round 1 I3' });
    expect(report.notices).toEqual([
      'Read from a Markdown report. Nothing in it was checked: places, quotes and counts are as they were written.',
      'Places taken from the text, because the first line names none: S1.',
    ]);
  });

  test('has its sections cut, the raw reviews inside the appendix', () => {
    expect(report.sections.map(({ role, level, heading }) => [role, level, heading])).toEqual([
      ['head', 1, 'Deep Review: 20260601-101500-pr-12'],
      ['executive-summary', 2, 'Executive Summary'],
      ['critical', 2, 'Critical Issues'],
      ['important', 2, 'Important Issues'],
      ['suggestion', 2, 'Suggestions'],
      ['design', 2, 'Design Observations'],
      ['testing', 2, 'Testing Assessment'],
      ['documentation', 2, 'Documentation Assessment'],
      ['acknowledged', 2, 'Acknowledged Limitations'],
      ['retro', 2, 'Agent Performance Retro'],
      ['process-notes', 2, 'Review Process Notes'],
      ['appendix', 2, 'Appendix: Original Reviews'],
      ['resolution', 2, 'Resolution'],
    ]);
    const [finding] = report.findings;
    const lines = report.sections[finding?.section ?? 0]?.markdown.split('\n') ?? [];
    expect(lines.slice((finding?.startLine ?? 1) - 1, finding?.endLine).join('\n')).toBe(finding?.markdown);
  });
});

describe('older and hand-made reports', () => {
  test('sections below "Consolidated Review", numbers that start anew, struck through findings', () => {
    const report = readFixture('20260302-090000-dock.md');
    expect(summarise(report)).toEqual([
      ['C1', 'critical', 'Ships are forgotten', ['dock.go:5'], ['claude', 'codex'], []],
      ['I1', 'important', 'The crane waits for ever', ['crane.go:9-11'], ['codex'], ['important, gap']],
      ['I2', 'important', 'No test for the crane', ['crane_test.go:1'], ['claude'], ['deferred']],
    ]);
    expect(report.reviewers.map(({ label }) => label)).toEqual([
      ...['Claude Opus 4.6', 'Codex GPT 5.4', 'Gemini 3.1 Pro (429 capacity)'],
    ]);
    expect(report.facts).toMatchObject({
      date: '2026-03-02',
      recommendation: { value: 'rework', words: 'Rework', sentence: 'the dock forgets its ships' },
      wallClockMs: 896_000,
    });
  });

  test('findings that begin with their severity', () => {
    const report = readFixture('marked.md');
    expect(summarise(report)).toEqual([
      ['C1', 'critical', 'Does the tide table end?', ['pkg/tide.go:4'], [], ['DOWNGRADED from CRITICAL']],
      [
        'I1',
        'important',
        '`Low` is never reached',
        ['pkg/tide.go:50', 'moon.go:5-7'],
        ['claude', 'gemini'],
        [],
      ],
      ['S1', 'suggestion', 'Name the phase', ['moon.go:9'], ['gemini'], []],
    ]);
    expect(report.facts.recommendation).toEqual({
      value: 'merge-with-optional-fixes',
      words: 'Approve with suggestions',
      sentence: '',
    });
  });

  test('a header of lines, findings as headings of one section, places as links', () => {
    const report = readFixture('by-hand.md');
    expect(summarise(report)).toEqual([
      ['S1', 'suggestion', 'Lamp is dim', ['lamp.go:3'], ['ada'], []],
      ['I2', 'important', 'Wick is `short`', ['wick.go:8-9'], ['grace'], ['important, gap']],
      ['C1', 'critical', 'Oil leaks', ['tank.go:7'], ['ada', 'grace'], []],
    ]);
    expect(report.facts).toMatchObject({
      date: '2026-05-05',
      repository: { owner: 'acme', name: 'lamp', url: null },
      pullRequest: { number: 7, url: null, title: 'Light the lamp' },
      recommendation: { value: 'merge-as-is', words: 'Merge as-is' },
    });
  });

  test('a fence that never closes ends at the next section', () => {
    expect(summarise(readFixture('open-fence.md'))).toEqual([
      ['C1', 'critical', 'A quote that never ends', ['a.go:1'], ['claude'], []],
      ['I1', 'important', 'Still found', ['b.go:2'], ['claude'], []],
    ]);
  });

  test('a file that is no report is a document and says so', () => {
    const report = readFixture('notes.md');
    expect(report).toMatchObject({ kind: 'document', title: 'Notes on the harbour', findings: [] });
    expect(report.notices).toEqual([expect.stringMatching(/no report of the format/)]);
    expect(report.sections.map(({ heading }) => heading)).toEqual([
      ...['Notes on the harbour', 'Findings', '1. The pier is long', '2. The water is cold', 'Strengths'],
    ]);
  });
});

describe('whatever the file holds', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...['# Deep Review: x', '## Critical Issues', '### Suggestions', '## Appendix: Original Reviews'],
      ...['## Resolution', '```go', '```', '~~~~', '| **Verdict** | **Rework** |', '|---|---|', '---', ''],
      ...[
        'I1. **T** — `a.go:1` [Claude]',
        '1. **T** [Codex]',
        '**[IMPORTANT] a.go:3 — T** [Gemini]',
        '> ```',
      ],
      ...['**Date:** 2026-01-01', '#### S2. T — `b/c:3`', '   - item', '\t', '[x]: https://a.example', '\r'],
    ),
    fc.constantFrom(...hostileTexts.filter((text) => text.length < 5000)),
    fc.string({ unit: 'binary' }),
  );

  test('its lines are the lines of its sections, and each finding’s lines are lines of its section', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('\n');
        const report = ForeignReport.parse(readForeignReport({ file: 'x.md', text, tool }));
        expect(report.sections.map(({ markdown }) => markdown).join('\n')).toBe(
          text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'),
        );
        for (const { section, startLine, endLine, markdown } of report.findings)
          expect(
            report.sections[section]?.markdown
              .split('\n')
              .slice(startLine - 1, endLine)
              .join('\n'),
          ).toBe(markdown);
      }),
    );
  });

  test('a megabyte of openers is read', () => {
    const start =
      '# Deep Review: x\n\n| | |\n|---|---|\n| **Verdict** | **Rework** |\n\n## Critical Issues\n\n';
    for (const part of ['[', '(', '`', '**', '# ', '```\n', '> ', 'C1. **[', '`a:1` [', '| ', '\\', '\n']) {
      const line = part.repeat(Math.ceil(2500 / part.length));
      const text = `${start}${`C1. **T** — ${line}\n${line}\n`.repeat(200)}${part.repeat(500_000 / part.length)}`;
      expect(readForeignReport({ file: 'x.md', text, tool }).sections.length).toBeGreaterThan(0);
    }
  });
});
