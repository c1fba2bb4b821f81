import { expect, test } from 'vitest';
import { findingMarker, fixedMarker } from '../../src/domain/hidden-block.ts';
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
import { makePublication, newHead, reviewedHead } from '../support/publication-fixture.ts';

const eve = { login: 'eve', id: 2 };
const writes: ForgeCall[] = ['minimizeComment', 'resolveThread', 'replyInThread'];

/** A pull request with our comment on `aaaa`, doubled once, and one of somebody else that carries our marker. */
function makeForge(): MemoryForge {
  const forge = new MemoryForge(reviewedHead);
  forge.addReviewComment(`${findingMarker('bbbb')}\nForged.`, eve);
  const { id } = forge.addReviewComment(`${findingMarker('aaaa')}\nWrong.`, bot);
  forge.addReviewComment(`${findingMarker('aaaa')}\nWrong.`, bot);
  // Whoever else says so has settled nothing.
  forge.addReviewComment(`${fixedMarker('aaaa')}\nFixed.`, eve).inReplyTo = id;
  return forge;
}

async function post(
  forge: MemoryForge,
  {
    faults = {},
    resolveThreads = false,
  }: { faults?: Partial<Record<ForgeCall, Fault>>; resolveThreads?: boolean } = {},
) {
  const left = new Map(Object.entries(faults));
  const publisher = new MemoryPublisher(forge, bot, async (call) => {
    const fault = left.get(call) ?? null;
    left.delete(call);
    return fault;
  });
  const fixed = ['aaaa', 'bbbb', 'cccc'].map((finding) => ({
    finding,
    body: `${fixedMarker(finding)}\nFixed.`,
  }));
  const { parts } = await publish(
    {
      publication: { ...makePublication({ findings: [], parts: ['inline'] }), fixed, resolveThreads },
      pullRequest: { repository: 'o/r', number: 7 },
      earlierReceipt: null,
    },
    {
      ...{ publisher, signal: new AbortController().signal, clock: new MemoryClock() },
      ...{ emit: () => undefined, writeReceipt: async () => undefined },
    },
  );
  const [part] = parts;
  return [
    part?.fixed ?? [],
    part?.cause?.code ?? null,
    publisher.calls.filter((call) => writes.includes(call)),
  ];
}

const replies = (forge: MemoryForge) =>
  forge.reviewComments
    .filter(({ author, inReplyTo }) => author.id === bot.id && inReplyTo !== null)
    .map(({ inReplyTo, body }) => [inReplyTo, body]);
const whole = [[2, `${fixedMarker('aaaa')}\nFixed.`]];

test('our comment on what is fixed is folded away and answered, once; others’ are left alone', async () => {
  const forge = makeForge();
  expect(await post(forge)).toEqual([['aaaa'], null, ['minimizeComment', 'replyInThread']]);
  expect([[...forge.minimized], replies(forge), [...forge.resolved]]).toEqual([['RC_2'], whole, []]);
  expect(await post(forge, { resolveThreads: true })).toEqual([[], null, []]);

  const asked = makeForge();
  expect(await post(asked, { resolveThreads: true })).toEqual([['aaaa'], null, writes]);
  expect([[...asked.resolved], replies(asked)]).toEqual([[2], whole]);
});

test('what is raised again after it was fixed gets a comment of its own, which is answered when it is fixed again', async () => {
  const forge = makeForge();
  await post(forge);
  let earlierReceipt: PublishReceipt | null = null;
  const raise = () =>
    publish(
      {
        publication: makePublication({ findings: ['aaaa'], parts: ['inline'] }),
        ...{ pullRequest: { repository: 'o/r', number: 7 }, earlierReceipt },
      },
      {
        ...{ publisher: new MemoryPublisher(forge, bot), signal: new AbortController().signal },
        ...{ clock: new MemoryClock(), emit: () => undefined, writeReceipt: async () => undefined },
      },
    );
  expect((await raise()).parts[0]).toMatchObject({ outcome: 'created', posted: ['aaaa'], minimized: 0 });
  earlierReceipt = await raise();
  expect(earlierReceipt.parts[0]).toMatchObject({ outcome: 'unchanged', posted: ['aaaa'], minimized: 0 });
  const again = forge.reviewComments.at(-1)?.id;
  expect(await post(forge)).toEqual([['aaaa'], null, ['minimizeComment', 'replyInThread']]);
  expect(replies(forge).map(([id]) => id)).toEqual([2, again]);
  expect(await post(forge)).toEqual([[], null, []]);
  // A second look took it out of this very run's report, and another one brought it back.
  expect((await raise()).parts[0]).toMatchObject({ outcome: 'created', posted: ['aaaa'], minimized: 0 });
});

test('a lost answer repeats nothing, a refusal leaves out what is refused, and what failed is done by the next run', async () => {
  const rows: [Partial<Record<ForgeCall, Fault>>, unknown[], number][] = [
    [{ replyInThread: lostAnswer('after') }, [['aaaa'], null], 1],
    [{ replyInThread: lostAnswer('before') }, [[], 'fixed-unanswered'], 0],
    [{ minimizeComment: lostAnswer('after') }, [[], 'fixed-unanswered'], 0],
    [{ resolveThread: refusal('forbidden', 'contents=write') }, [['aaaa'], 'missing-permission'], 1],
    [{ minimizeComment: refusal('forbidden') }, [['aaaa'], 'missing-permission'], 1],
    [{ replyInThread: refusal('forbidden') }, [[], 'fixed-unanswered'], 0],
  ];
  for (const [faults, expected, replied] of rows) {
    const forge = makeForge();
    const [fixed, cause] = await post(forge, { faults, resolveThreads: true });
    expect([Object.keys(faults), fixed, cause, replies(forge).length]).toEqual([
      ...[Object.keys(faults), ...expected],
      replied,
    ]);
    await post(forge, { resolveThreads: true });
    expect(replies(forge)).toEqual(whole);
  }
});

test('where the head has moved since, or the pull request is closed, nothing is said', async () => {
  for (const [change, cause] of [
    [{ head: newHead }, 'head-moved'],
    [{ state: 'closed' }, 'closed'],
  ] as const) {
    const forge = makeForge();
    forge.state = { ...forge.state, ...change };
    expect(await post(forge)).toEqual([[], cause, []]);
  }
});
