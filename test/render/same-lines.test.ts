import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PublishedFinding, Report } from '../../src/domain/report.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import type { ReportInput } from '../../src/render/build/report-input.ts';
import { renderHtml } from '../../src/render/html/render-html.ts';
import { renderMarkdown } from '../../src/render/markdown/render-markdown.ts';
import { findSameLines, findUnique } from '../../src/render/same-lines.ts';
import { noSources } from '../../src/render/source/source-reader.ts';
import { loadTemplates } from '../../src/render/templates.ts';
import { buildReportView } from '../../src/render/view/report-view.ts';
import { createReportFixture } from '../support/report-fixture.ts';

type Placed = Pick<PublishedFinding, 'label' | 'category' | 'locations' | 'reviewers'>;

const at = (
  label: string,
  reviewers: string[],
  lines: [number, number],
  more: Partial<Placed> = {},
): Placed => ({
  label,
  reviewers,
  category: 'error-handling',
  locations: [{ path: 'a.go', startLine: lines[0], endLine: lines[1], side: 'head' }],
  ...more,
});
const labels = (findings: readonly Placed[]) => findings.map(({ label }) => label);

describe('findings on the same lines', () => {
  const shared = at('C1', ['claude', 'codex'], [23, 26], { category: 'data-loss' });
  const rule = at('I5', ['checks'], [24, 24]);
  const others = [
    at('I6', ['checks'], [27, 28]),
    at('I7', ['gemini'], [50, 51], { category: 'security' }),
    at('I8', ['guard'], [24, 24]),
    at('I9', ['claude'], [40, 41], {
      locations: [{ path: 'a.go', startLine: 23, endLine: 26, side: 'base' }],
    }),
    at('I10', ['checks'], [51, 51]),
  ];
  const all = [shared, rule, ...others];

  test('are of a like category, share a line of one file, and are by other reviewers', () => {
    expect(all.map((one) => [one.label, labels(findSameLines(one, all))])).toEqual([
      ['C1', ['I5']],
      ['I5', ['C1']],
      ['I6', []],
      ['I7', []],
      ['I8', []],
      ['I9', []],
      ['I10', []],
    ]);
  });

  test('are none that nobody else found', () => {
    expect(['claude', 'codex', 'gemini', 'checks'].map((id) => labels(findUnique(id, all)))).toEqual([
      ['I9'],
      [],
      ['I7'],
      ['I6', 'I10'],
    ]);
  });

  test('of one reviewer alone stay its own', () => {
    const pair = [at('I1', ['checks'], [1, 2]), at('I2', ['checks'], [2, 3])];
    expect([pair.map((one) => findSameLines(one, pair)), labels(findUnique('checks', pair))]).toEqual([
      [[], []],
      ['I1', 'I2'],
    ]);
  });
});

describe('a report of which a rule and two models say the same in other words', () => {
  test('counts the rule’s finding as nobody’s own, and names the other on both cards', async () => {
    const fixture = createReportFixture();
    fixture.remove();
    const report = buildReport(placeCheckOnFirst(fixture.input, fixture.report));
    const [first] = report.findings;
    const moved = report.findings.find(({ reviewers }) => reviewers[0] === 'checks');
    expect([first?.reviewers, moved?.reviewers]).toEqual([['claude', 'codex'], ['checks']]);
    const column = report.retro.columns.find(({ reviewer }) => reviewer === 'checks');
    const paragraph = report.retro.paragraphs.find(({ reviewers }) => reviewers[0] === 'checks');
    expect(column?.uniqueInsights).toBe(0);
    expect(paragraph?.text).not.toContain('Nobody else found');
    expect(paragraph?.text).toContain(`On the same lines as others’ findings: ${moved?.label} (C1).`);
    expect(report.retro.closing).toBe(
      'Overall: of 8 published findings, 2 were raised by more than one reviewer, and 1 stands on the same lines as a like finding of another reviewer. Found by one reviewer alone: Claude (1), Codex (3) and Gemini (1).',
    );
    const { view } = await buildReportView({
      report,
      sources: noSources,
      options: { context: 0, mentions: false },
    });
    const cards = view.severities.flatMap(({ findings }) => findings);
    expect(
      cards.flatMap((card) => (card.sameLines.length > 0 ? [[card.label, card.sameLines]] : [])),
    ).toEqual([
      ['C1', [moved?.label]],
      [moved?.label, ['C1']],
    ]);
    const templates = await loadTemplates(resolve(import.meta.dirname, '../../templates'));
    const input = { report, sources: noSources, templates };
    const label = moved?.label ?? 'none';
    for (const [text, link] of [
      [
        await renderMarkdown(input),
        (name: string) => `Same lines as [${name}](#${name}), by other reviewers.`,
      ],
      [
        await renderHtml(input),
        (name: string) => `Same lines as <a href="#${name}">${name}</a>, by other reviewers.`,
      ],
    ] as const)
      expect([text.split(link('C1')).length, text.split(link(label)).length]).toEqual([2, 2]);
  });
});

/** The fixture's run with the finding of the checks put where its first finding stands. */
function placeCheckOnFirst(input: ReportInput, report: Report): ReportInput {
  const [first] = report.findings;
  if (first === undefined) throw new Error('The fixture has no finding.');
  const { category, locations } = first;
  return {
    ...input,
    reviews: input.reviews.map((review) =>
      review.reviewer.id !== 'checks'
        ? review
        : {
            ...review,
            findings: review.findings.map((finding) => ({
              ...finding,
              locations,
              claim: { ...finding.claim, category },
            })),
          },
    ),
  };
}
