import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/domain/change.ts';
import { balanceLedger } from '../../src/domain/ledger.ts';
import type { Review } from '../../src/domain/review.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { type OriginFacts, type VerifyDependencies, verify } from '../../src/verify/verify.ts';
import { makeReview, nobodyToAsk } from '../support/finding-fixture.ts';

const sha = 'a'.repeat(40);
const change: Change = {
  schemaVersion: 1,
  repository: { owner: 'local', name: 'service', url: null },
  headKind: 'commit',
  branch: null,
  base: { sha, name: 'main' },
  head: { sha, name: 'HEAD' },
  mergeBase: sha,
  commits: [],
  files: [],
  pullRequest: null,
  comments: null,
  checkRuns: null,
  earlierRounds: null,
  round: 1,
};
const introduced: OriginFacts = {
  touchedByChange: true,
  standsAtMergeBase: false,
  introducedBy: { sha, subject: 'Add it' },
};
const untouched: OriginFacts = { touchedByChange: false, standsAtMergeBase: true, introducedBy: null };

function run(reviews: readonly Review[], facts: OriginFacts = introduced) {
  const dependencies: VerifyDependencies = {
    traceOrigin: async () => facts,
    checkFix: async () => null,
    challenge: nobodyToAsk,
  };
  return verify({ change, reviews, clusters: reconcile({ reviews }) }, dependencies);
}

async function fates(reviews: readonly Review[], facts?: OriginFacts) {
  const { ledger } = await run(reviews, facts);
  return ledger.entries.map(({ key, fate, finalSeverity }) => [
    key,
    'reason' in fate ? `${fate.fate}(${fate.reason})` : 'into' in fate ? `merged(${fate.into})` : fate.fate,
    finalSeverity,
  ]);
}

describe('verify', () => {
  test('a lone critical is kept, capped, and says so', async () => {
    const { verdicts, ledger } = await run([makeReview('claude', 'anthropic', [{ id: 'C1' }])]);
    expect(verdicts.verdicts).toEqual([
      {
        cluster: 'k1',
        verdict: 'unexamined',
        evidence: 'inferred',
        severity: 'important',
        severityReason: expect.stringContaining('capped at important'),
        examinations: [],
        verdictReason: 'its quote stands; no examiner was asked',
      },
    ]);
    expect(ledger.entries).toMatchObject([
      {
        severity: 'critical',
        finalSeverity: 'important',
        fate: { fate: 'kept' },
        reason: expect.stringContaining('capped at important'),
      },
    ]);
  });

  test('two vendors that agree confirm; a program beside one model does not', async () => {
    const pair = (id: string, provider: 'openai' | null) => [
      makeReview('claude', 'anthropic', [{ id: 'C1' }]),
      makeReview(id, provider, [{ id: 'C1', title: 'Finding C1' }]),
    ];
    const agreed = await run(pair('codex', 'openai'));
    expect(agreed.verdicts.verdicts).toMatchObject([{ verdict: 'confirmed', severity: 'critical' }]);
    const beside = await run(pair('checks', null));
    expect(beside.verdicts.verdicts).toMatchObject([{ verdict: 'unexamined', severity: 'critical' }]);
    expect(await fates(pair('codex', 'openai'))).toEqual([
      ['claude/C1', 'kept', 'critical'],
      ['codex/C1', 'merged(claude/C1)', 'critical'],
    ]);
  });

  test('a refused quote and a withdrawal are dropped with their reasons', async () => {
    const reviews = [
      makeReview('gemini', 'google', [
        { id: 'C1', refused: true },
        { id: 'I1', withdrawn: 'the caller guards' },
      ]),
    ];
    expect(await fates(reviews)).toEqual([
      ['gemini/C1', 'dropped(evidence-not-found)', null],
      ['gemini/I1', 'dropped(withdrawn)', null],
    ]);
  });

  test('a reviewer that repeats itself has one finding kept', async () => {
    const reviews = [
      makeReview('codex', 'openai', [
        { id: 'I1', title: 'Same' },
        { id: 'I2', title: 'Same' },
      ]),
    ];
    expect(await fates(reviews)).toEqual([
      ['codex/I1', 'kept', 'important'],
      ['codex/I2', 'dropped(self-duplicate)', null],
    ]);
  });

  test('what predates the change moves to the design observations, unless it is critical', async () => {
    const one = [makeReview('codex', 'openai', [{ id: 'I1' }])];
    expect(await fates(one, untouched)).toEqual([['codex/I1', 'moved', null]]);
    const two = [
      makeReview('codex', 'openai', [{ id: 'C1', title: 'Same' }]),
      makeReview('claude', 'anthropic', [{ id: 'C1', title: 'Same' }]),
    ];
    expect((await fates(two, untouched)).map(([, fate]) => fate)).toContain('kept');
  });

  test.each([
    [
      'a regression in lines the change did not touch',
      { kind: 'regression' as const },
      untouched,
      'introduced',
    ],
    ['history that could not be read', {}, { ...untouched, standsAtMergeBase: null }, 'unknown'],
    ['new lines', {}, { ...untouched, standsAtMergeBase: false }, 'introduced'],
    ['old lines', {}, untouched, 'pre-existing'],
  ])('origin of %s', async (_name, sketch, facts, origin) => {
    const { verdicts } = await run([makeReview('codex', 'openai', [{ id: 'I1', ...sketch }])], facts);
    expect(verdicts.facts).toMatchObject([{ key: 'codex/I1', origin }]);
  });

  test('clusters that lose or invent a finding stop the run', async () => {
    const reviews = [makeReview('codex', 'openai', [{ id: 'I1' }])];
    const dependencies: VerifyDependencies = {
      traceOrigin: async () => introduced,
      checkFix: async () => null,
      challenge: nobodyToAsk,
    };
    const lost = verify({ change, reviews, clusters: { schemaVersion: 1, clusters: [] } }, dependencies);
    await expect(lost).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('missing codex/I1'),
    });
    const invented = [{ id: 'k1', members: ['codex/I1', 'codex/I9'], links: [] }];
    await expect(
      verify({ change, reviews, clusters: { schemaVersion: 1, clusters: invented } }, dependencies),
    ).rejects.toMatchObject({ message: expect.stringContaining('surplus codex/I9') });
  });
});

const sketch = fc.record({
  title: fc.constantFrom('daemon timeout restarts', 'ticker leak', 'error ignored'),
  lines: fc.constantFrom<[number, number]>([1, 3], [2, 5], [50, 60]),
  severity: fc.constantFrom('critical' as const, 'important' as const, 'suggestion' as const),
  refused: fc.boolean(),
  withdrawn: fc.boolean(),
});

test('the ledger accounts for every raw finding of any set of reviews', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(sketch, { maxLength: 6 }), { maxLength: 4 }),
      fc.constantFrom(introduced, untouched),
      async (lists, facts) => {
        const reviews = lists.map((sketches, index) =>
          makeReview(
            `r${index}`,
            (['anthropic', 'openai', 'google', null] as const)[index] ?? null,
            sketches.map(({ refused, withdrawn, ...one }, number) => ({
              ...one,
              id: `I${number + 1}`,
              refused,
              ...(withdrawn && !refused ? { withdrawn: 'wrong' } : {}),
            })),
          ),
        );
        const { ledger } = await run(reviews, facts);
        const raw = reviews.flatMap((review) => review.findings);
        expect(balanceLedger(raw, ledger)).toMatchObject({
          raw: raw.length,
          accounted: raw.length,
          missing: [],
          surplus: [],
        });
        const published = ledger.entries.filter((entry) => entry.fate.fate === 'kept');
        expect(
          published.every(
            (entry) =>
              raw.find((one) => `${one.reviewer}/${one.id}` === entry.key)?.gate.outcome === 'stands',
          ),
        ).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
