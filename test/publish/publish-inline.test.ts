import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFindingMarker } from '../../src/domain/hidden-block.ts';
import type { PublishReceipt } from '../../src/domain/publication.ts';
import { publish } from '../../src/publish/publish.ts';
import {
  bot,
  type Fault,
  type ForgeCall,
  lostAnswer,
  MemoryClock,
  MemoryForge,
  MemoryPublisher,
  refusal,
} from '../support/memory-forge.ts';
import { makePublication, type PublicationFixture, reviewedHead } from '../support/publication-fixture.ts';

const ten = Array.from({ length: 10 }, (_, at) => `f${at}`);

async function post(
  forge: MemoryForge,
  fixture: PublicationFixture,
  faults: Partial<Record<ForgeCall, (Fault | null)[]>> = {},
  earlierReceipt: PublishReceipt | null = null,
): Promise<{ receipt: PublishReceipt; calls: ForgeCall[] }> {
  const left = structuredClone(new Map(Object.entries(faults).map(([call, list]) => [call, list.length])));
  const gate = async (call: ForgeCall) => {
    const list = faults[call] ?? [];
    const remaining = left.get(call) ?? 0;
    left.set(call, remaining - 1);
    return remaining > 0 ? (list[list.length - remaining] ?? null) : null;
  };
  const publisher = new MemoryPublisher(forge, bot, gate);
  const receipt = await publish(
    {
      publication: makePublication(fixture),
      pullRequest: { repository: 'o/r', number: 7 },
      earlierReceipt,
    },
    {
      publisher,
      signal: new AbortController().signal,
      clock: new MemoryClock(),
      emit: () => undefined,
      writeReceipt: async () => undefined,
    },
  );
  return { receipt, calls: publisher.calls };
}

const standing = (forge: MemoryForge) => forge.reviewComments.map(({ body }) => readFindingMarker(body));
const count = (calls: readonly ForgeCall[], call: ForgeCall) => calls.filter((one) => one === call).length;

test('one bad place costs that comment alone: the review is divided until it is found, and the summary names it (F62)', async () => {
  const forge = new MemoryForge(reviewedHead);
  forge.outside.add('f7');
  const { receipt, calls } = await post(forge, { findings: ten, parts: ['inline', 'summary'] });
  const taken = ten.filter((finding) => finding !== 'f7');
  expect(receipt.parts[0]).toMatchObject({
    outcome: 'created',
    posted: taken,
    unplaced: ['f7'],
    cause: null,
  });
  expect(standing(forge).sort()).toEqual(taken);
  expect(forge.comments[0]?.body).toContain('Not inline: f7\n');
  expect(count(calls, 'createReview')).toBeLessThanOrEqual(9);
});

test.each([
  [2, 'skipped', 10],
  [500, 'failed', 8],
])(
  'where the forge takes none, beside a check of %i annotations, all is in the summary, within the calls of one run',
  async (annotations, outcome, refused) => {
    const forge = new MemoryForge(reviewedHead);
    for (const finding of ten) forge.outside.add(finding);
    const { receipt, calls } = await post(forge, { findings: ten, annotations });
    expect(receipt.parts.map(({ part, outcome, unplaced }) => [part, outcome, unplaced.length])).toEqual([
      ['check', 'created', 0],
      ['inline', outcome, refused],
      ['summary', 'created', 0],
    ]);
    expect(forge.comments[0]?.body).toContain(`Not inline: ${ten.join(', ')}\n`);
    expect(calls.length).toBeLessThanOrEqual(60);
  },
);

test('a lost answer is looked for before anything is tried again', async () => {
  for (const [when, reviews] of [
    ['after', 1],
    ['before', 2],
  ] as const) {
    const forge = new MemoryForge(reviewedHead);
    const { receipt, calls } = await post(
      forge,
      { findings: ten, parts: ['inline'] },
      { createReview: [lostAnswer(when)] },
    );
    expect([receipt.parts[0]?.outcome, receipt.parts[0]?.posted]).toEqual(['created', ten]);
    expect([count(calls, 'createReview'), standing(forge)]).toEqual([reviews, ten]);
  }
});

test('one that somebody deleted is not posted again by a further try of the same run', async () => {
  const forge = new MemoryForge(reviewedHead);
  const first = await post(forge, { parts: ['inline'] });
  forge.reviewComments = forge.reviewComments.slice(1);
  const again = await post(forge, { parts: ['inline'] }, {}, first.receipt);
  expect([again.receipt.parts[0]?.outcome, again.receipt.parts[0]?.posted]).toEqual([
    'unchanged',
    ['aaaa', 'bbbb'],
  ]);
  const other = { ...first.receipt, pullRequest: 8 };
  const unrelated = await post(forge, { parts: ['inline'] }, {}, other);
  expect([unrelated.receipt.parts[0]?.outcome, standing(forge)]).toEqual(['created', ['bbbb', 'aaaa']]);
});

test('posted, refused and left add up to what was to be posted; none stands twice, and the summary names all that do not', async () => {
  const fault = fc.constantFrom(
    null,
    null,
    lostAnswer('before'),
    lostAnswer('after'),
    refusal('unreachable'),
    refusal('forbidden', 'pull_requests=write'),
  );
  const place = fc.record({ outside: fc.boolean(), stands: fc.boolean() });
  const lists = fc.array(fault, { maxLength: 4 });
  const property = fc.asyncProperty(
    fc.array(place, { maxLength: 12 }),
    lists,
    lists,
    async (places, createReview, listReviewComments) => {
      const forge = new MemoryForge(reviewedHead);
      const findings = places.map((_, at) => `f${at}`);
      const bodies = makePublication({ findings }).inline?.comments ?? [];
      places.forEach(({ outside, stands }, at) => {
        if (outside) forge.outside.add(`f${at}`);
        if (stands) forge.addReviewComment(bodies[at]?.body ?? '', bot);
      });
      const { receipt, calls } = await post(
        forge,
        { findings, parts: ['inline', 'summary'] },
        { createReview, listReviewComments },
      );
      const [inline, summary] = receipt.parts;
      const { posted = [], unplaced = [] } = inline ?? {};
      const left = findings.filter((finding) => !posted.includes(finding) && !unplaced.includes(finding));
      expect(posted.length + unplaced.length + left.length).toBe(findings.length);
      expect(standing(forge)).toEqual([...new Set(standing(forge))]);
      for (const finding of posted) expect(standing(forge)).toContain(finding);
      for (const finding of unplaced) expect(standing(forge)).not.toContain(finding);
      if (inline?.cause === null) expect(left).toEqual([]);
      if (summary?.outcome === 'created')
        for (const finding of [...unplaced, ...left]) expect(forge.comments[0]?.body).toContain(finding);
      expect(calls.length).toBeLessThanOrEqual(60);
    },
  );
  await fc.assert(property, { numRuns: 300 });
});
