import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/domain/event.ts';
import { findingMarker, summaryMarker } from '../../src/domain/hidden-block.ts';
import type { Publication, PublishReceipt } from '../../src/domain/publication.ts';
import { PublishReceipt as ReceiptSchema } from '../../src/domain/publication.ts';
import type { OwnIdentity } from '../../src/forge/report-publisher.ts';
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

const stranger: OwnIdentity = { login: 'mallory', id: 666, appId: null };
const writes: readonly ForgeCall[] = [
  'createComment',
  'updateComment',
  'minimizeComment',
  'createReview',
  'createCheckRun',
  'updateCheckRun',
];

interface Posted {
  receipt: PublishReceipt;
  written: ForgeCall[];
  calls: ForgeCall[];
  notices: string[];
  clock: MemoryClock;
  receipts: PublishReceipt[];
}

/** Faults by call, one for each time the call is made: `null` lets it through. */
type Faults = Partial<Record<ForgeCall, (Fault | null | (() => void))[]>>;

async function post(
  forge: MemoryForge,
  publication: Publication,
  more: { faults?: Faults; identity?: OwnIdentity | null; earlier?: PublishReceipt | null } = {},
): Promise<Posted> {
  const clock = new MemoryClock();
  const notices: string[] = [];
  const receipts: PublishReceipt[] = [];
  const faults = { ...more.faults };
  const gate = async (call: ForgeCall) => {
    const [next, ...rest] = faults[call] ?? [];
    faults[call] = rest;
    if (typeof next !== 'function') return next ?? null;
    next();
    return null;
  };
  const publisher = new MemoryPublisher(forge, more.identity === undefined ? bot : more.identity, gate);
  const receipt = await publish(
    { publication, pullRequest: { repository: 'o/r', number: 7 }, earlierReceipt: more.earlier ?? null },
    {
      publisher,
      signal: new AbortController().signal,
      clock,
      emit: (event: RunEvent) => {
        if (event.type === 'notice') notices.push(event.message);
      },
      writeReceipt: async (written) => {
        receipts.push(structuredClone(written));
      },
    },
  );
  expect(ReceiptSchema.parse(receipt)).toEqual(receipt);
  const { calls } = publisher;
  expect(calls.length).toBeLessThanOrEqual(60);
  return { receipt, calls, written: calls.filter((call) => writes.includes(call)), notices, clock, receipts };
}

/** `check created, inline failed(unreachable)`. */
function outline({ receipt }: Posted): string {
  return receipt.parts
    .map(({ part, outcome, cause }) => `${part} ${outcome}${cause === null ? '' : `(${cause.code})`}`)
    .join(', ');
}

const bodies = (forge: MemoryForge) => forge.comments.map(({ body }) => body);
const inlineFindings = (forge: MemoryForge) =>
  forge.reviewComments.map(({ body }) => body.split('\n')[0]).sort();

describe('a first posting and the next ones', () => {
  test('check, inline comments and summary, in this order, with a second between two writes', async () => {
    const forge = new MemoryForge(reviewedHead);
    const posted = await post(forge, makePublication());
    expect(posted.written).toEqual(['createCheckRun', 'createReview', 'createComment']);
    expect(posted.clock.sleeps).toEqual([1_000, 1_000]);
    const check = { part: 'check', outcome: 'created', url: forge.checkRuns[0]?.url };
    const inline = { part: 'inline', outcome: 'created', url: 'https://forge.example/pull/7#review4' };
    const summary = { part: 'summary', outcome: 'created', url: forge.comments[0]?.url };
    const nothing = { cause: null, posted: [], unplaced: [], minimized: 0 };
    expect(posted.receipt).toEqual({
      schemaVersion: 1,
      repository: 'o/r',
      pullRequest: 7,
      head: reviewedHead,
      parts: [
        { ...nothing, ...check },
        { ...nothing, ...inline, posted: ['aaaa', 'bbbb'] },
        { ...nothing, ...summary },
      ],
    });
    expect(posted.receipts.map(({ parts }) => parts.length)).toEqual([1, 2, 3]);
    expect(bodies(forge)).toEqual([makePublication().summary?.({ newerHead: null, unplaced: [] })]);
  });

  test('the same again writes nothing; the next run edits the one comment and adds what is new', async () => {
    const forge = new MemoryForge(reviewedHead);
    await post(forge, makePublication());
    const again = await post(forge, makePublication());
    expect([outline(again), again.written]).toEqual([
      'check unchanged, inline unchanged, summary unchanged',
      [],
    ]);
    const next = makePublication({
      id: 'run-2',
      startedAt: '2026-11-01T11:00:00.000Z',
      findings: ['bbbb', 'cccc'],
    });
    const second = await post(forge, next);
    expect([outline(second), second.written]).toEqual([
      'check updated, inline created, summary updated',
      ['updateCheckRun', 'createReview', 'updateComment'],
    ]);
    expect(forge.reviews.map(({ comments }) => comments.map(({ finding }) => finding))).toEqual([
      ['aaaa', 'bbbb'],
      ['cccc'],
    ]);
    expect(bodies(forge)).toEqual([next.summary?.({ newerHead: null, unplaced: [] })]);
    const late = await post(forge, makePublication({ findings: ['dddd'] }));
    expect([outline(late), late.written]).toEqual([
      'check superseded(superseded), inline superseded(superseded), summary superseded(superseded)',
      [],
    ]);
  });

  test('only what is asked for is posted', async () => {
    const forge = new MemoryForge(reviewedHead);
    const none = await post(forge, makePublication({ parts: [] }));
    expect([none.receipt.parts, none.calls, none.receipts]).toEqual([[], [], []]);
    const one = await post(forge, makePublication({ parts: ['summary'] }));
    expect([outline(one), one.written]).toEqual(['summary created', ['createComment']]);
  });
});

describe('the summary comment', () => {
  const summaryOnly = makePublication({ parts: ['summary'] });

  test.each<[string, Faults, string, number]>([
    [
      'the list does not come (F54, F55)',
      { listComments: [refusal('unreachable')] },
      'failed(unreachable)',
      0,
    ],
    [
      'the answer to its making is lost after it came through (F57, F58)',
      { createComment: [lostAnswer('after')] },
      'created',
      1,
    ],
    [
      'the request itself is lost, three times',
      { createComment: [lostAnswer('before'), lostAnswer('before'), lostAnswer('before')] },
      'unknown(unreachable)',
      0,
    ],
    [
      'an answer is lost and then the list does not come',
      {
        createComment: [lostAnswer('after')],
        listComments: [null, ...Array(3).fill(refusal('unreachable'))],
      },
      'unknown(unreachable)',
      1,
    ],
    [
      'a permission is missing',
      { createComment: [refusal('forbidden', 'issues=write')] },
      'skipped(missing-permission)',
      0,
    ],
    ['the pull request is gone for good (F67)', { createComment: [refusal('gone')] }, 'skipped(gone)', 0],
    [
      'the hour’s calls are used up (F68)',
      { listComments: [refusal('rate-limit')] },
      'failed(rate-limit)',
      0,
    ],
    [
      'it cannot be looked at again',
      { readState: [null, refusal('unreachable')] },
      'created(race-unchecked)',
      1,
    ],
  ])('%s', async (_name, faults, outcome, comments) => {
    const forge = new MemoryForge(reviewedHead);
    const posted = await post(forge, summaryOnly, { faults });
    expect([outline(posted), forge.comments.length]).toEqual([`summary ${outcome}`, comments]);
    const again = await post(forge, summaryOnly, { earlier: posted.receipt });
    expect([again.receipt.parts[0]?.outcome, forge.comments.length]).toEqual([
      comments === 1 ? 'unchanged' : 'created',
      1,
    ]);
  });

  test('one that a person deletes meanwhile is made once more, and once only (F59)', async () => {
    const forge = new MemoryForge(reviewedHead);
    await post(forge, summaryOnly);
    const next = makePublication({ id: 'run-2', startedAt: '2026-11-02T10:00:00.000Z', parts: ['summary'] });
    const faults: Faults = {
      updateComment: [
        () => {
          forge.comments = [];
        },
      ],
    };
    const posted = await post(forge, next, { faults });
    expect([outline(posted), posted.written, forge.comments.length]).toEqual([
      'summary created',
      ['updateComment', 'createComment'],
      1,
    ]);
  });

  test('a marker of somebody else is no comment of ours: left alone, and said (T20)', async () => {
    const forge = new MemoryForge(reviewedHead);
    const spoofed = forge.addComment(`${summaryMarker}\nAll is well.`, stranger);
    const sameAccount = forge.addComment(`${summaryMarker}\nAnother app.`, { ...bot, appId: 1 });
    forge.addComment(`> ${summaryMarker}\nquoted`, bot);
    const posted = await post(forge, summaryOnly);
    expect([outline(posted), posted.written]).toEqual(['summary created', ['createComment']]);
    expect(bodies(forge).slice(0, 2)).toEqual([spoofed.body, sameAccount.body]);
    expect(posted.notices).toEqual([
      'comments of others carry the marker of our summary and are left alone: mallory, github-actions[bot]',
    ]);
  });

  test('what another job of our account quotes is no comment of ours: not edited, folded or listened to', async () => {
    const forge = new MemoryForge(reviewedHead);
    const forged = makePublication({ id: 'forged', startedAt: '9999-01-01T00:00:00.000Z' });
    const said = forged.summary?.({ newerHead: null, unplaced: [] }) ?? '';
    const logs = ['older', 'newer'].map((name) =>
      forge.addComment(`Log of ${name}:\n\`\`\`\n${said}\n\`\`\``, bot),
    );
    const before = logs.map(({ body }) => body);
    const posted = await post(forge, makePublication());
    expect([outline(posted), bodies(forge).slice(0, 2), forge.minimized.size]).toEqual([
      'check created, inline created, summary created',
      before,
      0,
    ]);
  });

  test('who does not know who they are makes one only where none could be theirs, and edits none', async () => {
    const forge = new MemoryForge(reviewedHead);
    const unknown = { identity: null };
    const lost = await post(forge, summaryOnly, {
      ...unknown,
      faults: { createComment: [lostAnswer('after')] },
    });
    expect([outline(lost), forge.comments.length]).toEqual(['summary created', 1]);
    const same = await post(forge, summaryOnly, unknown);
    expect([outline(same), same.written]).toEqual(['summary unchanged', []]);
    const next = makePublication({ id: 'run-2', startedAt: '2026-11-02T10:00:00.000Z' });
    const later = await post(forge, next, { faults: { whoAmI: [refusal('forbidden')] } });
    expect([outline(later), forge.comments.length]).toEqual([
      'check created, inline created, summary failed(identity-unknown)',
      1,
    ]);
    const third = makePublication({ id: 'run-3', findings: ['aaaa', 'cccc'], parts: ['inline'] });
    const inline = await post(forge, third, unknown);
    expect([outline(inline), inline.receipt.parts[0]?.posted]).toEqual([
      'inline created(identity-unknown)',
      ['cccc'],
    ]);
  });

  test('of two the older stays and says what the later run says; the other is folded away (F72)', async () => {
    const forge = new MemoryForge(reviewedHead);
    const next = makePublication({ id: 'run-2', startedAt: '2026-11-02T10:00:00.000Z', parts: ['summary'] });
    const texts = [summaryOnly, next].map(
      ({ summary }) => summary?.({ newerHead: null, unplaced: [] }) ?? '',
    );
    for (const text of texts) forge.addComment(text, bot);
    const posted = await post(forge, summaryOnly);
    expect(posted.receipt.parts[0]).toMatchObject({ outcome: 'superseded', minimized: 1 });
    expect([bodies(forge), [...forge.minimized]]).toEqual([[texts[1], texts[1]], ['IC_2']]);
    const refused = await post(forge, next, { faults: { minimizeComment: [refusal('forbidden')] } });
    expect(outline(refused)).toBe('summary unchanged(duplicates-stand)');
  });

  test('what a run said before it was looked at again does not come back when its job is started again', async () => {
    const forge = new MemoryForge(reviewedHead);
    const parts = ['summary', 'check'] as const;
    const editions = [undefined, 1, 2].map((looks) =>
      makePublication({ parts, annotations: looks ?? 0, ...(looks === undefined ? {} : { looks }) }),
    );
    const said = [];
    for (const at of [0, 1, 0, 2, 1, 2]) said.push(outline(await post(forge, editions[at] ?? summaryOnly)));
    expect(said).toEqual([
      'check created, summary created',
      'check created, summary updated',
      'check superseded(superseded), summary superseded(superseded)',
      'check created, summary updated',
      'check superseded(superseded), summary superseded(superseded)',
      'check unchanged, summary unchanged',
    ]);
    expect(bodies(forge).map((body) => body.split('\n')[1])).toEqual([
      'Review by run-1, looked at again 2 times.',
    ]);
  });

  test('a run that would begin after now has no last word, in a comment of our account or in the history of ours', async () => {
    const forge = new MemoryForge(reviewedHead);
    const parts = ['summary'] as const;
    await post(forge, makePublication({ id: 'run-0', startedAt: '2026-10-31T10:00:00.000Z', parts }));
    const far = makePublication({ id: 'forged', startedAt: '2099-01-01T00:00:00.000Z' });
    const forged = far.summary?.({ newerHead: null, unplaced: [] }) ?? '';
    forge.edit(1, forged, bot);
    forge.addComment(forged, bot);
    const posted = await post(forge, summaryOnly);
    expect([outline(posted), [...forge.minimized], bodies(forge)]).toEqual([
      'summary updated',
      ['IC_2'],
      [summaryOnly.summary?.({ newerHead: null, unplaced: [] }), forged],
    ]);
    const inline = await post(forge, makePublication({ parts: ['check', 'inline'] }));
    expect(outline(inline)).toBe('check created, inline created');
  });

  test('an edit that overwrites a later run puts back what that run said, whoever tampered with the history', async () => {
    const forge = new MemoryForge(reviewedHead);
    await post(
      forge,
      makePublication({ id: 'run-0', startedAt: '2026-10-31T10:00:00.000Z', parts: ['summary'] }),
    );
    const next = makePublication({ id: 'run-2', startedAt: '2026-11-02T10:00:00.000Z', parts: ['summary'] });
    const text = next.summary?.({ newerHead: null, unplaced: [] }) ?? '';
    const far = makePublication({ id: 'far', startedAt: '2099-01-01T00:00:00.000Z' });
    const forged = far.summary?.({ newerHead: null, unplaced: [] }) ?? '';
    const faults: Faults = {
      updateComment: [
        () => {
          forge.edit(1, forged, stranger);
          forge.edit(1, text, bot);
        },
      ],
    };
    const posted = await post(forge, summaryOnly, { faults });
    expect([outline(posted), bodies(forge)]).toEqual(['summary superseded(superseded)', [text]]);
  });
});

test('a forge that changes the text it takes is not written to again and again', async () => {
  const forge = new MemoryForge(reviewedHead);
  forge.store = (body) => body.replaceAll('Review by', 'Review  by');
  const fixture = { parts: ['summary'] } as const;
  const posted = await post(forge, makePublication(fixture));
  expect([outline(posted), posted.written]).toEqual(['summary created', ['createComment']]);
  const next = makePublication({ ...fixture, id: 'run-2', startedAt: '2026-11-02T10:00:00.000Z' });
  const edited = await post(forge, next, { faults: { listRevisions: [refusal('protocol')] } });
  expect([outline(edited), edited.written]).toEqual(['summary updated(race-unchecked)', ['updateComment']]);
});

describe('a pull request that changes meanwhile', () => {
  const later = (id: string, head: string) =>
    makePublication({ id, head, startedAt: '2026-11-03T10:00:00.000Z' });

  test('a head that moved: the check stays, nothing goes inline, the summary says both (T22)', async () => {
    const forge = new MemoryForge(reviewedHead);
    forge.state = { ...forge.state, head: newHead };
    const posted = await post(forge, makePublication());
    expect(outline(posted)).toBe('check created, inline skipped(head-moved), summary created');
    expect(forge.checkRuns.map(({ head }) => head)).toEqual([reviewedHead]);
    expect(bodies(forge)).toEqual([
      makePublication().summary?.({ newerHead: newHead, unplaced: ['aaaa', 'bbbb'] }),
    ]);
  });

  test('an old run that is started again does not overwrite what was said about today’s head, and one of today does', async () => {
    const forge = new MemoryForge(newHead);
    await post(forge, makePublication({ id: 'run-2', head: newHead }));
    const old = await post(forge, later('run-3', reviewedHead));
    expect(old.written).toEqual([]);
    forge.state = { ...forge.state, head: reviewedHead };
    const today = await post(forge, makePublication({ id: 'run-0', startedAt: '2026-10-01T10:00:00.000Z' }));
    expect(outline(today)).toBe('check created, inline unchanged, summary updated');
  });

  test('one that is closed in the middle gets nothing more, and what stood stands in the receipt of the next try (F67)', async () => {
    const forge = new MemoryForge(reviewedHead);
    const close = () => {
      forge.state = { ...forge.state, state: 'merged' };
    };
    const posted = await post(forge, makePublication(), { faults: { readState: [null, close] } });
    expect(outline(posted)).toBe('check created, inline skipped(merged), summary skipped(merged)');
    const again = await post(forge, makePublication(), { earlier: posted.receipt });
    expect([outline(again), again.written]).toEqual([outline(posted), []]);
  });
});

describe('tokens', () => {
  test('a check that may not be made holds up nothing else', async () => {
    const forge = new MemoryForge(reviewedHead);
    const faults = { createCheckRun: [refusal('forbidden', 'checks=write')] };
    const posted = await post(forge, makePublication(), { faults });
    expect(outline(posted)).toBe('check skipped(missing-permission), inline created, summary created');
    expect(posted.receipt.parts[0]?.cause?.message).toBe('refused (forbidden); the token needs checks=write');
  });

  test('one that may only read is told once for the conversation, and nothing is half-written (F61)', async () => {
    const forge = new MemoryForge(reviewedHead);
    const faults = {
      createCheckRun: [refusal('forbidden', 'checks=write')],
      createReview: [refusal('forbidden', 'pull_requests=write')],
    };
    const posted = await post(forge, makePublication(), { faults });
    expect(outline(posted)).toBe(
      'check skipped(missing-permission), inline skipped(missing-permission), summary skipped(missing-permission)',
    );
    expect(posted.receipt.parts[2]?.cause?.message).toContain('pull_requests=write');
    expect(posted.written).toEqual(['createCheckRun', 'createReview']);
    expect([forge.comments, forge.reviewComments, forge.checkRuns]).toEqual([[], [], []]);
  });

  test('one that expires: the receipt says what stands, and a new one completes only the rest (F70)', async () => {
    const forge = new MemoryForge(reviewedHead);
    const faults = { createReview: [refusal('unauthorized')] };
    const posted = await post(forge, makePublication(), { faults });
    expect([outline(posted), posted.written]).toEqual([
      'check created, inline failed(unauthorized), summary failed(unauthorized)',
      ['createCheckRun', 'createReview'],
    ]);
    const again = await post(forge, makePublication(), { earlier: posted.receipt });
    expect([outline(again), again.written]).toEqual([
      'check unchanged, inline created, summary created',
      ['createReview', 'createComment'],
    ]);
    const dead = await post(forge, makePublication(), { faults: { whoAmI: [refusal('unauthorized')] } });
    expect([outline(dead), dead.calls]).toEqual([
      'check failed(unauthorized), inline failed(unauthorized), summary failed(unauthorized)',
      ['whoAmI'],
    ]);
  });
});

describe('the stop of a run', () => {
  test('in the middle of a part: its receipt says that nobody knows, and the rest is not begun', async () => {
    const forge = new MemoryForge(reviewedHead);
    const stop = new AbortController();
    const receipts: PublishReceipt[] = [];
    const publisher = new MemoryPublisher(forge, bot, async (call) => {
      if (call !== 'createReview') return null;
      stop.abort(new Error('stopped by the user'));
      throw stop.signal.reason;
    });
    const posting = publish(
      { publication: makePublication(), pullRequest: { repository: 'o/r', number: 7 }, earlierReceipt: null },
      {
        publisher,
        signal: stop.signal,
        clock: new MemoryClock(),
        emit: () => undefined,
        writeReceipt: async (receipt) => {
          receipts.push(receipt);
        },
      },
    );
    await expect(posting).rejects.toThrow('stopped by the user');
    expect(receipts.at(-1)?.parts.map(({ part, outcome }) => `${part} ${outcome}`)).toEqual([
      'check created',
      'inline unknown',
    ]);
    expect(publisher.calls.at(-1)).toBe('createReview');
  });
});

test('comments of ours are known by their marker, answers to them are not', async () => {
  const forge = new MemoryForge(reviewedHead);
  forge.addReviewComment(`${findingMarker('aaaa')}\nby another`, stranger);
  const answer = forge.addReviewComment(`${findingMarker('bbbb')}\nquoted in an answer`, bot);
  answer.inReplyTo = 1;
  const posted = await post(forge, makePublication({ parts: ['inline'] }));
  expect(posted.receipt.parts[0]?.posted).toEqual(['aaaa', 'bbbb']);
  expect(forge.reviews.map(({ comments }) => comments.length)).toEqual([2]);
  expect(inlineFindings(forge)).toHaveLength(4);
});
