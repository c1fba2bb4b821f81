import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkText } from '../../../src/agent/consolidate/check/check-text.ts';
import { proseFacts } from '../../../src/agent/consolidate/check/prose-facts.ts';
import { severities } from '../../../src/domain/vocabulary.ts';
import { briefConsolidation } from '../../../src/reconcile/consolidate/brief-consolidation.ts';
import { buildReport } from '../../../src/render/build/build-report.ts';
import { randomRun } from '../../render/random-run.ts';
import { createReportFixture, type ReportFixture } from '../../support/report-fixture.ts';
import '../../support/property-seed.ts';

let fixture: ReportFixture;
beforeAll(() => {
  fixture = createReportFixture();
});
afterAll(() => fixture.remove());

const nothing: ReadonlySet<string> = new Set();

describe('what the writer of the prose is told', () => {
  test('names every published finding and every reviewer by a letter, and nobody by a name', () => {
    const { report } = fixture;
    const brief = briefConsolidation({ report, kept: nothing });
    expect(brief.findings.map(({ label, severity, verdict }) => ({ label, severity, verdict }))).toEqual(
      report.findings.map(({ label, severity, verdict }) => ({ label, severity, verdict })),
    );
    expect(brief.reviewers.map(({ letter }) => letter)).toEqual(['A', 'B', 'C', 'D']);
    expect(new Set(brief.reviewers.map(({ reviewer }) => reviewer))).toEqual(
      new Set(report.reviewers.map(({ reviewer }) => reviewer.id)),
    );
    const letters = new Map(brief.reviewers.map(({ reviewer, letter }) => [reviewer, letter]));
    for (const [at, { raisedBy }] of brief.findings.entries())
      expect(raisedBy).toEqual(report.findings[at]?.reviewers.map((id) => letters.get(id)).sort());
    const { reviewers, ...rest } = brief;
    const shown = JSON.stringify([rest, reviewers.map(({ reviewer: _, ...one }) => one)]);
    for (const { name, reviewer } of report.reviewers) {
      expect(shown).not.toContain(`"${reviewer.id}`);
      expect(shown).not.toContain(name);
    }
  });

  test('leaves out the text of what is kept, and of what there is no room for, and still counts it', () => {
    const { report } = fixture;
    const [first] = report.findings;
    const brief = briefConsolidation({ report, kept: new Set([first?.label ?? '']) });
    expect(brief.findings[0]).toMatchObject({ label: first?.label, text: null });
    expect(JSON.stringify(brief)).not.toContain(JSON.stringify(first?.title).slice(1, -1));
    expect(brief.counts).toEqual(report.counts);
    const long = {
      ...report,
      findings: Array.from({ length: 80 }, () => report.findings.slice(0, 1)).flat(),
    };
    const many = briefConsolidation({
      report: {
        ...long,
        findings: long.findings.map((finding) => ({ ...finding, explanation: 'é'.repeat(9_000) })),
      },
      kept: nothing,
    });
    expect(many.findings).toHaveLength(80);
    expect(JSON.stringify(many).length).toBeLessThan(80_000);
    expect(many.findings.at(-1)?.text).toBeNull();
  });

  test('is the same whatever the run cost and however long it took', () => {
    const { input } = fixture;
    const slow = buildReport({
      ...input,
      run: { ...input.run, wallClockMs: 1, costUsd: 99, startedAt: '2027-01-01T00:00:00Z' },
      reviews: input.reviews.map((review) => ({ ...review, durationMs: 1, costUsd: 3 })),
    });
    const { report } = fixture;
    expect(briefConsolidation({ report: slow, kept: nothing })).toEqual(
      briefConsolidation({ report, kept: nothing }),
    );
  });
});

test('its figures add up for every run, and the computed sentence of the recommendation passes the checks', () => {
  fc.assert(
    fc.property(randomRun, (input) => {
      const report = buildReport(input);
      const brief = briefConsolidation({ report, kept: nothing });
      for (const severity of severities)
        expect(brief.findings.filter((one) => one.severity === severity)).toHaveLength(
          brief.counts[severity],
        );
      expect(brief.verdicts.confirmed + brief.verdicts.uncertain + brief.verdicts.unexamined).toBe(
        brief.findings.length,
      );
      const { sentence, value } = brief.recommendation;
      if (value === 'incomplete' || value === 'merge-as-is') return;
      const text = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
      expect(
        checkText({ text, own: null }, { length: 300, paragraphs: 1, sentences: 1 }, proseFacts(brief, [])),
      ).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
