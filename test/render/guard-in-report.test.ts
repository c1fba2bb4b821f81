import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balanceLedger, isBalanced } from '../../src/domain/ledger.ts';
import type { Review } from '../../src/domain/review.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import { verify } from '../../src/verify/verify.ts';
import { makeFinding, makeReview, nobodyToAsk } from '../support/finding-fixture.ts';
import { randomRun } from './random-run.ts';

const [run] = fc.sample(randomRun, { numRuns: 1, seed: 7 });
const shared = {
  title: 'A hidden character',
  explanation: 'The name of the function holds a hidden character',
};

/** The same words at the same place as the model's finding: between reviewers, the two would be one. */
function guardReview(): Review {
  const review = makeReview('guard', null, [{ id: 'I1', ...shared }]);
  const message = makeFinding('guard', { id: 'I2', title: 'Text that speaks to reviewers' });
  return {
    ...review,
    findings: [
      ...review.findings,
      {
        ...message,
        claim: { ...message.claim, locations: [] },
        gate: { outcome: 'stands-in-text', text: 'the message of commit 0123456789ab', message: 'read' },
        locations: [],
      },
    ],
  };
}

async function report(guard: Review | null) {
  if (run === undefined) throw new Error('no sample');
  const reviews = [
    makeReview('claude', 'anthropic', [{ id: 'S1', ...shared }]),
    makeReview('codex', 'openai', [{ id: 'I1', path: 'other.go' }]),
  ];
  const sources = guard === null ? reviews : [...reviews, guard];
  const clusters = reconcile({ reviews: sources });
  const { verdicts, ledger } = await verify(
    { change: run.change, reviews: sources, clusters },
    {
      traceOrigin: async () => ({ touchedByChange: true, standsAtMergeBase: false, introducedBy: null }),
      checkFix: async () => null,
      challenge: nobodyToAsk,
    },
  );
  const built = buildReport({
    toolVersion: '1.0.0',
    run: run.run,
    change: run.change,
    reviews,
    guard,
    clusters,
    verdicts,
    ledger,
    symbols: new Map(),
    prose: null,
  });
  return {
    built,
    balance: balanceLedger(
      sources.flatMap(({ findings }) => findings),
      ledger,
    ),
  };
}

describe('the guard in a report', () => {
  test('leaves reviewers, columns, paragraphs, coverage, title and closing as they are without it', async () => {
    const [without, withGuard] = [await report(null), await report(guardReview())];
    const parts = ({ reviewers, retro, coverage, title, run: { quorum } }: typeof without.built) => ({
      reviewers,
      columns: retro.columns,
      closing: retro.closing,
      labelless: retro.paragraphs.map(({ reviewers: names }) => names),
      coverage,
      title,
      quorum,
    });
    expect(parts(withGuard.built)).toEqual(parts(without.built));
    expect(without.built.guard).toBeNull();
  });

  test('has its findings in the ledger, published as its own, merged with nobody’s', async () => {
    const { built, balance } = await report(guardReview());
    expect(isBalanced(balance)).toBe(true);
    expect(balance).toMatchObject({ raw: 4, accounted: 4, kept: 4 });
    expect(built.ledger).toMatchObject({ raw: 4, accounted: 4 });
    expect(
      built.findings
        .filter(({ reviewers }) => reviewers.includes('guard'))
        .map(({ reviewers, members, verdict, severity, about, locations }) => ({
          reviewers,
          members,
          verdict,
          severity,
          about,
          places: locations.length,
        })),
    ).toEqual([
      {
        reviewers: ['guard'],
        members: ['guard/I2'],
        verdict: 'unexamined',
        severity: 'important',
        about: 'the message of commit 0123456789ab',
        places: 0,
      },
      {
        reviewers: ['guard'],
        members: ['guard/I1'],
        verdict: 'unexamined',
        severity: 'important',
        about: undefined,
        places: 1,
      },
    ]);
    expect(built.guard).toMatchObject({ name: 'Guard', findings: [{ id: 'I1' }, { id: 'I2' }] });
    expect(built.executiveSummary).toContain('2 of the raw findings are the guard’s');
  });
});
