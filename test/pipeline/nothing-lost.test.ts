import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSubmitVerdicts } from '../../src/agent/challenge/submit-verdicts.ts';
import { VerdictCollector } from '../../src/agent/challenge/verdict-collector.ts';
import { DuplicatesCollector } from '../../src/agent/duplicates/duplicates-collector.ts';
import { createSubmitDuplicates } from '../../src/agent/duplicates/submit-duplicates.ts';
import { balanceLedger } from '../../src/domain/ledger.ts';
import type { Review } from '../../src/domain/review.ts';
import type { ModelReviewer, ProviderId } from '../../src/domain/reviewer.ts';
import type { ExaminedBatch } from '../../src/domain/verdict.ts';
import { type Severity, severities, severityLetter } from '../../src/domain/vocabulary.ts';
import { findOpenPairs } from '../../src/reconcile/find-open-pairs.ts';
import type { PairAnswers } from '../../src/reconcile/pair-answers.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import type { ExaminerBatch } from '../../src/verify/plan-challenge.ts';
import { verify } from '../../src/verify/verify.ts';
import { emptyChange } from '../render/random-run.ts';
import { retroProblems } from '../support/check-retro.ts';
import { makeReview } from '../support/finding-fixture.ts';

const minutes = 60_000;
const vendors: readonly (ProviderId | null)[] = ['anthropic', 'openai', 'google', null];
const names = ['claude', 'codex', 'gemini', 'checks'];
const words = ['token', 'leaks', 'cache', 'lock', 'evict', 'error', 'ignored', 'retry', 'timeout', 'path'];
const paths = ['a.go', 'b/c.ts'];

const finding = fc.record({
  severity: fc.constantFrom(...severities),
  words: fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 6 }),
  path: fc.constantFrom(...paths),
  line: fc.integer({ min: 1, max: 40 }),
  kind: fc.constantFrom('regression', 'gap', 'enhancement', 'documentation', 'style'),
  ending: fc.constantFrom('stands', 'stands', 'stands', 'stands', 'refused', 'withdrawn'),
});

/** What a model might hand in about ids it was given: some left out, some made up, some twice. */
const verdict = fc.record(
  {
    id: fc.oneof(
      fc.integer({ min: 1, max: 9 }).map((number) => `q${number}`),
      fc.constantFrom('q0', 'q99', 'k1', '', 'claude/C1', '__proto__'),
    ),
    verdict: fc.constantFrom('confirm', 'refute', 'cannot-tell', 'REFUTED', 'maybe'),
    argument: fc.constantFrom('', 'because', 'x'.repeat(300)),
    severity: fc.constantFrom('critical', 'important', 'suggestion', 'blocker'),
    quotes: fc.array(
      fc.record({
        path: fc.constantFrom(...paths, 'no/such.file'),
        startLine: fc.integer({ min: -1, max: 50 }),
        endLine: fc.integer({ min: -1, max: 50 }),
        quote: fc.constantFrom('stands', 'stands nowhere', ''),
      }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ['id', 'verdict'] },
);
const submission = fc.oneof(
  { weight: 8, arbitrary: fc.record({ verdicts: fc.array(verdict, { maxLength: 12 }) }) },
  { weight: 1, arbitrary: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }) },
);

const pairId = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 12 }).map((number) => `p${number}`) },
  { weight: 1, arbitrary: fc.constantFrom('p0', 'p999', 'P2', 2, null, '', '__proto__') },
);
const comparison = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      same: fc.array(pairId, { maxLength: 10 }),
      different: fc.array(pairId, { maxLength: 10 }),
    }),
  },
  { weight: 1, arbitrary: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }) },
);

const randomSet = fc.record({
  reviews: fc.array(fc.array(finding, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
  submissions: fc.array(fc.array(submission, { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
  /** What is handed in about open pairs, one answer after another. */
  comparisons: fc.array(comparison, { maxLength: 3 }),
  touched: fc.boolean(),
  stoodBefore: fc.constantFrom(true, false, null),
});
type RandomSet = typeof randomSet extends fc.Arbitrary<infer T> ? T : never;

function makeReviews({ reviews }: RandomSet): Review[] {
  return reviews.map((findings, at) => {
    const counts: Record<Severity, number> = { critical: 0, important: 0, suggestion: 0 };
    const sketches = findings.map(({ severity, words: said, path, line, kind, ending }) => {
      counts[severity] += 1;
      return {
        id: `${severityLetter(severity)}${counts[severity]}`,
        severity,
        title: said.slice(0, 3).join(' '),
        explanation: said.join(' '),
        path,
        lines: [line, line + 2] as [number, number],
        kind,
        refused: ending === 'refused',
        ...(ending === 'withdrawn' ? { withdrawn: 'it was wrong' } : {}),
      };
    });
    return makeReview(names[at] ?? '', vendors[at] ?? null, sketches);
  });
}

/** Asks about all open pairs through the tool a model would call. */
async function answerPairs(
  reviews: readonly Review[],
  { comparisons }: RandomSet,
): Promise<PairAnswers & { asked: number }> {
  const open = findOpenPairs({ reviews }).map((pair, at) => ({ ...pair, id: `p${at + 1}` }));
  const collector = new DuplicatesCollector(open);
  const tool = createSubmitDuplicates(collector, 'submit');
  for (const values of comparisons) await tool.execute(values, { signal: new AbortController().signal });
  const answers = collector.answers();
  const of = (same: boolean) =>
    open.filter(({ id }) => answers.some((answer) => answer.id === id && answer.same === same));
  return { same: of(true), different: of(false), asked: open.length };
}

/** Holds a session through the tool a model would call; `stands` is what stands in the code. */
async function examine(
  batch: ExaminerBatch,
  submissions: readonly Record<string, unknown>[],
): Promise<ExaminedBatch> {
  const collector = new VerdictCollector({
    examiner: batch.examiner.id,
    questions: batch.questions,
    check: async ({ quote, locations: [claimed] }) =>
      quote === 'stands' && claimed !== undefined && claimed.startLine > 0
        ? {
            answer: {
              outcome: 'stands',
              location: { ...claimed, endLine: claimed.startLine },
              message: 'stands',
            },
            locations: [{ ...claimed, endLine: claimed.startLine }],
          }
        : {
            answer: { outcome: 'refused', reason: 'no-such-lines', nearest: null, message: 'no' },
            locations: [],
          },
  });
  const tool = createSubmitVerdicts(collector, 'submit');
  for (const values of submissions) await tool.execute(values, { signal: new AbortController().signal });
  const examinations = collector.examinations();
  return {
    schemaVersion: 1,
    session: {
      examiner: batch.examiner.id,
      batch: batch.batch,
      clusters: batch.questions.map(({ cluster }) => cluster),
      answered: examinations.map(({ cluster }) => cluster),
      status: 'completed',
      cause: null,
      toolCalls: submissions.length,
      costUsd: 0,
      lostRequests: { count: 0, mostUsd: 0 },
      startedAt: '2026-01-02T03:04:05.000Z',
      durationMs: 1,
    },
    examinations,
  };
}

test('whatever models answer, every raw finding has one fate, and nothing is published whose quote fails', {
  timeout: 20 * minutes,
}, async () => {
  const enough = 100;
  const seen = { merged: 0, refuted: 0, uncertain: 0, asked: 0, mergedByAnswer: 0 };
  await fc.assert(
    fc.asyncProperty(randomSet, async (set) => {
      const reviews = makeReviews(set);
      const raw = reviews.flatMap((review) => review.findings);
      const { asked, ...answers } = await answerPairs(reviews, set);
      const clusters = reconcile({ reviews }, undefined, answers);
      const examiners = reviews.flatMap(({ reviewer }): ModelReviewer[] =>
        reviewer.type === 'model' ? [reviewer] : [],
      );
      const { verdicts, ledger } = await verify(
        { change: emptyChange, reviews, clusters },
        {
          traceOrigin: async () => ({
            touchedByChange: set.touched,
            standsAtMergeBase: set.stoodBefore,
            introducedBy: null,
          }),
          checkFix: async () => null,
          challenge: {
            examiners,
            isKept: async () => false,
            examine: (batches) =>
              Promise.all(
                batches.map((batch, at) =>
                  examine(batch, set.submissions[at % set.submissions.length] ?? []),
                ),
              ),
          },
        },
      );
      const report = buildReport({
        toolVersion: '1.2.3',
        run: {
          id: '20260101-000000-pr-1',
          status: 'complete',
          startedAt: '2026-01-01T00:00:00Z',
          wallClockMs: 1000,
          costUsd: 1,
          stageCosts: [],
          lostRequests: { count: 0, mostUsd: 0 },
          quorum: { asked: examiners.length, required: 0, completed: examiners.length },
          notices: [],
        },
        change: emptyChange,
        reviews,
        clusters,
        verdicts,
        ledger,
        symbols: new Map(),
        prose: null,
      });
      const balance = balanceLedger(raw, ledger);
      const { kept, merged, dropped, moved } = balance;
      expect({ ...balance, fates: kept + merged + dropped + moved }).toMatchObject({
        missing: [],
        surplus: [],
        fates: raw.length,
      });
      expect(retroProblems(report)).toEqual([]);
      const refused = raw
        .filter(({ gate }) => gate.outcome === 'refused')
        .map(({ reviewer, id }) => `${reviewer}/${id}`);
      const published = report.findings.flatMap(({ members }) => members);
      expect(published.filter((key) => refused.includes(key))).toEqual([]);
      expect(new Set(published).size).toBe(published.length);
      seen.merged += merged;
      seen.refuted += ledger.entries.filter(
        ({ fate }) => 'reason' in fate && fate.reason === 'refuted',
      ).length;
      seen.uncertain += verdicts.verdicts.filter((one) => one.verdict === 'uncertain').length;
      seen.asked += asked;
      // Without answers nothing is merged by one; enough of them are seen early.
      if (answers.same.length > 0 && seen.mergedByAnswer <= enough)
        seen.mergedByAnswer += reconcile({ reviews }).clusters.length - clusters.clusters.length;
    }),
    { numRuns: 10_000 },
  );
  for (const [what, number] of Object.entries(seen)) expect(number, what).toBeGreaterThan(enough);
});
