import type { Fault } from '../../servers/model/script.ts';
import { type FaultCase, lost, overcome, reviewCase } from './case.ts';
import { type Trial, tryReview } from './trial.ts';
import { forever, read, report, reviewWith } from './turns.ts';

type StatusFault = Fault & { kind: 'status' };

const status = (code: number, more: Partial<StatusFault> = {}): StatusFault => ({
  kind: 'status',
  status: code,
  ...more,
});

/** 429 with this header, once. */
function limited(value: () => string): () => Trial {
  return () => ({ turns: reviewWith([status(429, { headers: { 'retry-after': value() } })]) });
}

/** F1–F11: the vendor answers with an error. */
export const statusCases: FaultCase[] = [
  reviewCase({
    fault: 'F1',
    name: '429, Retry-After 2',
    expected: overcome(4, '2.5'),
    trial: limited(() => '2'),
  }),
  reviewCase({
    fault: 'F1',
    name: '429, Retry-After 1, for real',
    expected: `${overcome(4, '1.3')}; between 1 and 10 s passed`,
    trial: () => ({ ...limited(() => '1')(), realWaits: true }),
    more: ({ requests }) => {
      const [, failed, again] = requests;
      const passed = (again?.startedAt ?? 0) - (failed?.startedAt ?? 0);
      return [passed >= 1_000 && passed < 10_000 ? 'between 1 and 10 s passed' : `${passed} ms passed`];
    },
  }),
  reviewCase({
    fault: 'F2',
    name: '429, Retry-After 90',
    expected: overcome(4, '90.5'),
    trial: limited(() => '90'),
  }),
  reviewCase({
    fault: 'F2',
    name: '429, Retry-After 86,400',
    expected: lost('failed (rate-limit)', 2),
    trial: limited(() => '86400'),
  }),
  ...[
    ['a past date', 'Wed, 21 Oct 2015 07:28:00 GMT'],
    ['abc', 'abc'],
    ['-5', '-5'],
    ['NaN', 'NaN'],
    ['0', '0'],
    ['Infinity', 'Infinity'],
  ].map(([form = '', value = '']) =>
    reviewCase({
      fault: 'F3',
      name: `Retry-After: ${form}`,
      expected: overcome(4, '0.5'),
      trial: limited(() => value),
    }),
  ),
  dateCase(),
  ...quotaCases(),
  ...[500, 502, 503, 504].map((code) =>
    reviewCase({
      fault: 'F5',
      name: `${code} once`,
      expected: overcome(4, '0.5'),
      trial: () => ({
        turns: reviewWith([status(code, code === 502 ? { body: '<html>Bad gateway</html>' } : {})]),
      }),
    }),
  ),
  reviewCase({
    fault: 'F6',
    name: '529 overloaded, for ever',
    expected: lost('failed (overloaded)', 5, '0.5 1 2'),
    trial: () => ({ turns: forever(status(529)) }),
  }),
  ...[408, 409].map((code) =>
    reviewCase({
      fault: 'F7',
      name: `${code} once`,
      expected: overcome(4, '0.5'),
      trial: () => ({ turns: reviewWith([status(code)]) }),
    }),
  ),
  reviewCase({
    fault: 'F8',
    name: '400, its words without the key',
    expected: `${lost('failed (bad-request)', 2)}; says: the key [key] is odd`,
    trial: () => ({ turns: forever(status(400, { message: 'the key test-key is odd' })) }),
    more: ({ review }) => [
      `says: ${/the key .* is odd/.exec(review.cause?.message ?? '')?.[0] ?? 'nothing'}`,
    ],
  }),
  ...[401, 403].map((code) =>
    reviewCase({
      fault: 'F9',
      name: `${code} on the way`,
      expected: `${lost('failed (auth)', 2)}; names the key`,
      trial: () => ({ turns: forever(status(code)) }),
      more: ({ review }, { provider }) => [
        review.cause?.message.includes(`the API key for ${provider}`) === true
          ? 'names the key'
          : `says ${review.cause?.message}`,
      ],
    }),
  ),
  reviewCase({
    fault: 'F9',
    name: 'a wrong key',
    expected: 'failed (auth); nothing found; 1 request; the key is nowhere',
    trial: () => ({ turns: reviewWith([]), apiKey: 'wrong-key-0123456789' }),
    more: ({ review, records, events }) => [
      JSON.stringify([review, records, events]).includes('wrong-key')
        ? 'the key is shown'
        : 'the key is nowhere',
    ],
  }),
  reviewCase({
    fault: 'F10',
    name: '404, the model is gone',
    expected: `${lost('failed (model-not-found)', 2)}; no other model was asked`,
    trial: () => ({ turns: forever(status(404)) }),
    more: ({ requests }, { modelId }) => [
      requests.every(({ model }) => model === modelId)
        ? 'no other model was asked'
        : 'another model was asked',
    ],
  }),
  ...tooLongCases(),
];

/** A date is whole seconds and the row takes a moment, so the wait is told as a span. */
function dateCase(): FaultCase {
  return {
    fault: 'F3',
    name: 'Retry-After: a date in 100 s',
    expected: 'completed; one wait of 10 to 101 s',
    run: async (vendor, signal) => {
      const trial = limited(() => new Date(Date.now() + 100_000).toUTCString())();
      const { review, waits } = await tryReview(vendor, trial, signal);
      const [wait = 0] = waits;
      const isIn = waits.length === 1 && wait > 10_000 && wait < 101_000;
      return `${review.status}; ${isIn ? 'one wait of 10 to 101 s' : `waited ${waits.join(' ')} ms`}`;
    },
  };
}

function quotaCases(): FaultCase[] {
  const openai = {
    code: 'insufficient_quota',
    message: 'You exceeded your current quota.',
    type: 'insufficient_quota',
  };
  const spent: Record<string, StatusFault> = {
    anthropic: status(400, { message: 'Your credit balance is too low to access the Anthropic API.' }),
    openai: status(429, { body: { error: openai } }),
    google: status(429, {
      body: {
        error: {
          code: 429,
          status: 'RESOURCE_EXHAUSTED',
          message: 'You exceeded your current quota.',
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
              violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel' }],
            },
          ],
        },
      },
    }),
    'openai-compatible': status(429, { body: { error: openai } }),
  };
  return [
    reviewCase({
      fault: 'F4',
      name: 'quota used up, in the vendor’s words',
      expected: lost('failed (quota)', 2),
      trial: ({ provider }) => ({ turns: forever(spent[provider] ?? status(402)) }),
    }),
    reviewCase({
      fault: 'F4',
      name: '402',
      expected: lost('failed (quota)', 2),
      trial: () => ({ turns: forever(status(402)) }),
    }),
  ];
}

function tooLongCases(): FaultCase[] {
  const refusals: [string, StatusFault][] = [
    ['413', status(413)],
    ['context too long', status(400, { message: 'prompt is too long: more than the context window' })],
  ];
  return refusals.flatMap(([name, fault]) => [
    reviewCase({
      fault: 'F11',
      name: `${name}, once`,
      expected: 'completed; I1 I2; ran report read ×3 report finish; 7 requests; compacted once',
      trial: () => ({ turns: longReview([fault], false) }),
      more: ({ records }) => [
        `compacted ${count(records.filter(({ type }) => type === 'compaction').length)}`,
      ],
    }),
    reviewCase({
      fault: 'F11',
      name: `${name}, still`,
      expected: 'partial (context-too-long); I1; ran report read ×3; 6 requests; compacted once',
      trial: () => ({ turns: longReview([fault], true) }),
      more: ({ records }) => [
        `compacted ${count(records.filter(({ type }) => type === 'compaction').length)}`,
      ],
    }),
  ]);
}

/** With long answers of tools that can be taken out. */
function longReview(faults: readonly Fault[], faultsForever: boolean) {
  const [first, second, last] = reviewWith(faults, faultsForever);
  const look = (line: number) => ({ text: 'Reading on.', toolCalls: [read(line)] });
  if (first === undefined || second === undefined || last === undefined) throw new Error('no turns');
  return [
    first,
    look(1),
    look(3),
    look(5),
    { ...second, toolCalls: [report({ title: 'Evict holds no lock' })] },
    last,
  ];
}

function count(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}
