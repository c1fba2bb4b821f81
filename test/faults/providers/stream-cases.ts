import type { ProviderId } from '../../../src/domain/reviewer.ts';
import type { VendorCase } from '../../contract/vendor-cases.ts';
import type { Fault } from '../../servers/model/script.ts';
import { type FaultCase, lost, overcome, reviewCase } from './case.ts';
import { shortMs } from './connection-cases.ts';
import { tryReview } from './trial.ts';
import { forever, reviewWith } from './turns.ts';
import { tell } from './words.ts';

const again = overcome(4, '0.5');
const untouched = 'completed; I1 I2; ran report read report finish; 3 requests';
const noOrder = 'its events carry no place in the stream, so that a repeated or moved one cannot be told';

/** F16–F25: a stream that is not what it should be. */
export const streamCases: FaultCase[] = [
  everyCutCase(),
  reviewCase({
    fault: 'F16',
    name: 'ends without its terminal event, for ever',
    expected: lost('failed (protocol)', 5, '0.5 1 2'),
    trial: () => ({ turns: forever({ kind: 'cut', afterFrames: 3 }) }),
  }),
  once('F17', 'ends within a line', { kind: 'cut', afterFrames: 3, withinLine: true }),
  ...noAnswerCases(),
  webPageCase(),
  ...errorEventCases(),
  reviewCase({
    fault: 'F20',
    name: 'the stream stalls, once',
    expected: again,
    trial: () => ({ turns: reviewWith([{ kind: 'stall', afterFrames: 3 }]), stream: { idleMs: shortMs } }),
  }),
  reviewCase({
    fault: 'F20',
    name: 'the stream stalls, for ever',
    expected: lost('timed-out (timeout-idle)', 3, '0.5'),
    trial: () => ({ turns: forever({ kind: 'stall', afterFrames: 3 }), stream: { idleMs: shortMs } }),
  }),
  reviewCase({
    fault: 'F21',
    name: 'only keep-alives, once',
    expected: again,
    trial: () => ({
      turns: reviewWith([{ kind: 'pings', afterFrames: 3, every: 100 }]),
      stream: { progressMs: shortMs },
    }),
  }),
  reviewCase({
    fault: 'F21',
    name: 'only keep-alives, for ever',
    expected: lost('timed-out (timeout-progress)', 3, '0.5'),
    trial: () => ({
      turns: forever({ kind: 'pings', afterFrames: 3, every: 100 }),
      stream: { progressMs: shortMs },
    }),
  }),
  reviewCase({
    fault: 'F21',
    name: 'slow, but content keeps coming',
    expected: untouched,
    trial: () => ({
      turns: reviewWith([{ kind: 'delay', betweenFrames: 150 }]),
      stream: { progressMs: shortMs, idleMs: shortMs },
    }),
  }),
  once('F22', 'half a JSON text in an event', { kind: 'malformed-frame', afterFrames: 2 }),
  reviewCase({
    fault: 'F22',
    name: 'half a JSON text, for ever',
    expected: `${lost('failed (protocol)', 5, '0.5 1 2')}; the event is kept`,
    trial: () => ({ turns: forever({ kind: 'malformed-frame', afterFrames: 2 }) }),
    more: ({ review }) => [
      review.cause?.message.includes('{"type": "mess') === true
        ? 'the event is kept'
        : `says ${review.cause?.message}`,
    ],
  }),
  ...byteCases(),
  whole('F24', 'an event nobody knows', { kind: 'unknown-frame', afterFrames: 1 }),
  once('F24', 'an event comes twice', { kind: 'duplicate-frame', frame: 2 }, noOrder),
  once('F24', 'two events change places', { kind: 'swap-frames', frame: 2 }, noOrder),
  reviewCase({
    fault: 'F25',
    name: 'no usage is reported',
    expected: `${untouched}; tokens unknown, cost unknown`,
    trial: () => ({ turns: reviewWith([]).map((turn) => ({ ...turn, usage: null })) }),
    more: ({ review }) => [
      `tokens ${review.usage?.output ?? 'unknown'}, cost ${review.costUsd ?? 'unknown'}`,
    ],
  }),
  reviewCase({
    fault: 'F25',
    name: 'usage is missing in one answer',
    expected: `${untouched}; tokens unknown, cost unknown`,
    trial: () => ({ turns: reviewWith([]).map((turn, at) => (at === 1 ? { ...turn, usage: null } : turn)) }),
    more: ({ review }) => [
      `tokens ${review.usage?.output ?? 'unknown'}, cost ${review.costUsd ?? 'unknown'}`,
    ],
  }),
];

function once(fault: string, name: string, injected: Fault, unordered?: string): FaultCase {
  return reviewCase({
    fault,
    name,
    expected: again,
    ...(unordered === undefined
      ? {}
      : { notApplicable: { google: unordered, 'openai-compatible': unordered } }),
    trial: () => ({ turns: reviewWith([injected]) }),
  });
}

/** A fault that is none for us. */
function whole(fault: string, name: string, injected: Fault): FaultCase {
  return reviewCase({ fault, name, expected: untouched, trial: () => ({ turns: reviewWith([injected]) }) });
}

/** Cut off cleanly after each of its events in turn: never taken for a shorter answer, no half call carried out. */
function everyCutCase(): FaultCase {
  return {
    fault: 'F16',
    name: 'ends without its terminal event, wherever',
    expected: {
      each: `each time: ${again}`,
      // Usage and `[DONE]` follow the event that ends the answer, and not every server sends them.
      'openai-compatible': `each time: ${again} / ${untouched}`,
    },
    run: async (vendor, signal) => {
      const { requests } = await tryReview(vendor, { turns: reviewWith([]) }, signal);
      const events = requests[1]?.framesSent ?? 0;
      if (events < 2) throw new Error(`the server sent ${events} events`);
      const outcomes = await Promise.all(
        Array.from({ length: events }, (_, afterFrames) => cutAfter(vendor, afterFrames, signal)),
      );
      return `each time: ${[...new Set(outcomes)].join(' / ')}`;
    },
  };
}

async function cutAfter(vendor: VendorCase, afterFrames: number, signal: AbortSignal): Promise<string> {
  return tell(await tryReview(vendor, { turns: reviewWith([{ kind: 'cut', afterFrames }]) }, signal));
}

function noAnswerCases(): FaultCase[] {
  const answers: [string, Fault][] = [
    ['200 with nothing in it', { kind: 'empty' }],
    ['200 with a web page', { kind: 'html' }],
    ['200 with JSON instead of a stream', { kind: 'status', status: 200, body: { choices: [] } }],
  ];
  return answers.flatMap(([name, fault]) => [
    once('F18', `${name}, once`, fault),
    reviewCase({
      fault: 'F18',
      name: `${name}, for ever`,
      expected: lost('failed (protocol)', 5, '0.5 1 2'),
      trial: () => ({ turns: forever(fault) }),
    }),
  ]);
}

function webPageCase(): FaultCase {
  return reviewCase({
    fault: 'F18',
    name: 'a web page is told for what it is',
    expected: `${lost('failed (protocol)', 5, '0.5 1 2')}; the page is named`,
    trial: () => ({ turns: forever({ kind: 'html' }) }),
    more: ({ review }) => [
      /text\/html.*Please log in/.test(review.cause?.message ?? '')
        ? 'the page is named'
        : `says ${review.cause?.message}`,
    ],
  });
}

function errorEventCases(): FaultCase[] {
  const codes: Partial<Record<ProviderId, string>> = { 'openai-compatible': 'server' };
  const inStream = (error: 'overloaded' | 'rate-limit' | 'server'): Fault => ({
    kind: 'error-frame',
    afterFrames: 2,
    error,
  });
  return [
    once('F19', 'an error within the stream, once', inStream('overloaded')),
    reviewCase({
      fault: 'F19',
      name: 'overloaded within the stream, for ever',
      expected: {
        each: lost('failed (overloaded)', 5, '0.5 1 2'),
        // Self-hosted servers have no word of their own for it.
        'openai-compatible': lost(`failed (${codes['openai-compatible']})`, 5, '0.5 1 2'),
      },
      trial: () => ({ turns: forever(inStream('overloaded')) }),
    }),
    reviewCase({
      fault: 'F19',
      name: 'an error event that the SDK passes over',
      expected: lost('failed (overloaded)', 5, '0.5 1 2'),
      notApplicable: {
        anthropic: 'its SDK sees all forms of it',
        openai: 'its SDK sees all forms of it',
        'openai-compatible': 'its SDK sees all forms of it',
      },
      trial: () => {
        const [first, second, ...rest] = reviewWith([]);
        if (first === undefined || second === undefined) throw new Error('no turns');
        const frames = [{ data: { error: { status: 'UNAVAILABLE', message: 'Overloaded.' } } }];
        return { turns: [first, { frames }, ...rest] };
      },
    }),
    reviewCase({
      fault: 'F19',
      name: 'too many requests within the stream',
      expected: lost('failed (rate-limit)', 5, '0.5 1 2'),
      trial: () => ({ turns: forever(inStream('rate-limit')) }),
    }),
  ];
}

function byteCases(): FaultCase[] {
  const forms: [string, Fault][] = [
    ['one byte at a time', { kind: 'bytes', chunkBytes: 1 }],
    ['cut within characters, CRLF', { kind: 'bytes', chunkBytes: 3, lineEnd: '\r\n' }],
    ['CR as line end', { kind: 'bytes', lineEnd: '\r' }],
    ['no line end after the last event', { kind: 'bytes', noFinalLineEnd: true }],
  ];
  return forms.map(([name, fault]) =>
    reviewCase({
      fault: 'F23',
      name,
      expected: `${untouched}; every character came through`,
      trial: () => {
        const [first, second, ...rest] = reviewWith([fault]);
        if (first === undefined || second === undefined) throw new Error('no turns');
        return { turns: [first, { ...second, text: wideText }, ...rest] };
      },
      more: ({ records }) => {
        const texts = records.flatMap((record) =>
          record.type === 'turn'
            ? record.parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
            : [],
        );
        return [texts.join('') === wideText ? 'every character came through' : `came: ${texts.join('')}`];
      },
    }),
  );
}

const wideText = 'Größe 測試 🧪 e\u0301 ⟦';
