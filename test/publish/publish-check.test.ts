import { expect, test } from 'vitest';
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

interface Posted {
  forge: MemoryForge;
  receipt: PublishReceipt;
  writes: ForgeCall[];
}

/** Posts a check; `faults` are those of its writes, in their order. */
async function post(
  fixture: PublicationFixture,
  faults: (Fault | null)[] = [],
  forge = new MemoryForge(reviewedHead),
): Promise<Posted> {
  const left = [...faults];
  const isWrite = (call: ForgeCall) => call === 'createCheckRun' || call === 'updateCheckRun';
  const publisher = new MemoryPublisher(forge, bot, async (call) =>
    isWrite(call) ? (left.shift() ?? null) : null,
  );
  const receipt = await publish(
    {
      publication: makePublication({ parts: ['check'], ...fixture }),
      pullRequest: { repository: 'o/r', number: 7 },
      earlierReceipt: null,
    },
    {
      publisher,
      signal: new AbortController().signal,
      clock: new MemoryClock(),
      emit: () => undefined,
      writeReceipt: async () => undefined,
    },
  );
  return { forge, receipt, writes: publisher.calls.filter(isWrite) };
}

const create: ForgeCall = 'createCheckRun';
const update: ForgeCall = 'updateCheckRun';
const all = (count: number) => Array.from({ length: count }, (_, at) => `annotation ${at}`);
const annotationsOf = ({ annotations, checkRuns }: MemoryForge) =>
  checkRuns.map(({ id }) => annotations.get(id));

test.each<[string, number, (Fault | null)[], ForgeCall[]]>([
  ['51 annotations go in two batches (F69)', 51, [], [create, update]],
  ['none at all', 0, [], [create]],
  [
    'a lost answer to the first batch, which came through',
    120,
    [lostAnswer('after')],
    [create, update, update],
  ],
  ['a lost first batch', 120, [lostAnswer('before')], [create, create, update, update]],
  [
    'a lost answer to the second, which came through',
    120,
    [null, lostAnswer('after')],
    [create, update, update],
  ],
  ['a lost second batch', 120, [null, lostAnswer('before')], [create, update, update, update]],
  ['the last one', 120, [null, null, lostAnswer('after')], [create, update, update]],
  [
    'a forge that is away for a moment',
    1,
    [refusal('unreachable'), refusal('unreachable')],
    [create, create, create],
  ],
])('%s: every annotation stands once', async (_name, count, faults, expected) => {
  const { forge, receipt, writes } = await post({ annotations: count }, faults);
  expect([receipt.parts[0]?.outcome, receipt.parts[0]?.cause, writes]).toEqual(['created', null, expected]);
  expect(annotationsOf(forge)).toEqual([all(count)]);
});

test('a further try completes the check run of the same run, and leaves those of others alone', async () => {
  const failed = await post({ annotations: 120 }, [null, refusal('unauthorized')]);
  expect(failed.receipt.parts[0]?.outcome).toBe('failed');
  const foreign = { ...failed.forge.checkRuns[0], id: 99, appId: 1, conclusion: 'success', annotations: 0 };
  failed.forge.checkRuns.unshift(foreign as (typeof failed.forge.checkRuns)[number]);
  const before = structuredClone(foreign);
  const again = await post({ annotations: 120 }, [], failed.forge);
  expect([again.receipt.parts[0]?.outcome, again.writes]).toEqual(['updated', [update, update]]);
  expect(annotationsOf(again.forge)).toEqual([undefined, all(120)]);
  expect(again.forge.checkRuns[0]).toEqual(before);
});

test('annotations that the forge refuses cost no check, and their number is said', async () => {
  const first = await post({ annotations: 3 }, [refusal('invalid')]);
  expect(first.receipt.parts[0]).toMatchObject({
    outcome: 'created',
    cause: {
      code: 'annotations-left-out',
      message: '3 of 3 annotations were left out: the forge refused them: refused (invalid)',
    },
  });
  expect(annotationsOf(first.forge)).toEqual([[]]);
  const second = await post({ annotations: 70 }, [null, refusal('invalid')]);
  expect(second.receipt.parts[0]?.cause?.message).toContain('20 of 70 annotations were left out');
  const many = await post({ annotations: 620 });
  expect(many.receipt.parts[0]?.cause?.message).toBe(
    '120 of 620 annotations were left out: one run adds at most 500',
  );
  expect(annotationsOf(many.forge)).toEqual([all(500)]);
});

test('a run that a later one has overtaken on the same commit makes no check', async () => {
  const later = await post({ id: 'run-2', startedAt: '2026-11-02T10:00:00.000Z' });
  const { receipt, writes } = await post({}, [], later.forge);
  expect([receipt.parts[0]?.outcome, receipt.parts[0]?.url, writes]).toEqual([
    'superseded',
    later.forge.checkRuns[0]?.url,
    [],
  ]);
});

test('a check of which nobody can tell whether it was made is unknown, and made once by the next try', async () => {
  const lost = [lostAnswer('before'), lostAnswer('before'), lostAnswer('before')];
  const first = await post({}, lost);
  expect([first.receipt.parts[0]?.outcome, first.writes.length]).toEqual(['failed', 3]);
  const again = await post({}, [], first.forge);
  expect([again.receipt.parts[0]?.outcome, annotationsOf(again.forge)]).toEqual(['created', [all(2)]]);
});

test('a later run that says the same brings the check of the earlier one up to date; another one is made anew', async () => {
  const next = { id: 'run-2', startedAt: '2026-11-02T10:00:00.000Z' };
  for (const faults of [[], [lostAnswer('after')], [lostAnswer('before')]]) {
    const first = await post({ annotations: 60 });
    const second = await post({ ...next, annotations: 60 }, faults, first.forge);
    const tries = faults[0]?.when === 'before' ? [update, update] : [update];
    expect([second.receipt.parts[0]?.outcome, second.writes]).toEqual(['updated', tries]);
    expect(annotationsOf(second.forge)).toEqual([all(60)]);
    const overtaken = await post({ annotations: 60 }, [], second.forge);
    expect([overtaken.receipt.parts[0]?.outcome, overtaken.writes]).toEqual(['superseded', []]);
  }
  const first = await post({ annotations: 60 });
  const other = await post({ ...next, annotations: 61 }, [], first.forge);
  expect([other.receipt.parts[0]?.outcome, other.writes]).toEqual(['created', [create, update]]);
  expect(annotationsOf(other.forge)).toEqual([all(60), all(61)]);
  const torn = await post({ annotations: 60 }, [null, refusal('unauthorized')]);
  const whole = await post({ ...next, annotations: 60 }, [], torn.forge);
  expect([whole.receipt.parts[0]?.outcome, annotationsOf(whole.forge)]).toEqual([
    'created',
    [all(50), all(60)],
  ]);
});
