import type { AgentTool } from '../../../src/agent/agent-tool.ts';
import type { VendorCase } from '../../contract/vendor-cases.ts';
import type { Finish, ScriptToolCall, ScriptTurn } from '../../servers/model/script.ts';
import { hugeFile } from './bench.ts';
import { type FaultCase, reviewCase } from './case.ts';
import { call, finish, read, report } from './turns.ts';

const first: ScriptTurn = { thinking: 'A race.', toolCalls: [report()] };
const last: ScriptTurn = { toolCalls: [finish] };
const same = (turn: ScriptTurn, times: number) => Array.from({ length: times }, () => turn);

/** F26–F35, F37, F38: the answer came whole, and is not what a reviewer should say. */
export const conductCases: FaultCase[] = [
  ...refusalCases(),
  behaves('F27', 'cut off in its text, once', {
    turns: [first, { text: 'And so', finish: 'length' }, last],
    expected: 'completed; I1; ran report finish; said go-on; 3 requests',
  }),
  behaves('F27', 'cut off in its text, twice', {
    turns: [first, ...same({ text: 'And so', finish: 'length' }, 2), last],
    expected: 'partial (length); I1; ran report; said go-on; 3 requests',
  }),
  ...cutCallCases(),
  ...badCallCases(),
  ...manyCallCases(),
  behaves('F32', 'an empty message, once', {
    turns: [first, {}, last],
    expected: 'completed; I1; ran report finish; said empty; 3 requests',
  }),
  behaves('F32', 'only empty messages', {
    turns: [{}, {}, {}],
    expected: 'failed (empty); nothing found; said empty; 2 requests',
  }),
  behaves('F33', 'stops without finish_review, once', {
    turns: [first, { text: 'That is all.' }, last],
    expected: 'completed; I1; ran report finish; said no-finish; 3 requests',
  }),
  behaves('F33', 'stops without finish_review, again', {
    turns: [first, { text: 'That is all.' }, { text: 'Really.' }, last],
    expected: 'partial (no-finish); I1; ran report; said no-finish; 3 requests',
  }),
  behaves('F33', '“no findings” in words alone', {
    turns: same({ text: 'I found no problems in this change.' }, 3),
    expected: 'partial (no-finish); nothing found; said no-finish; 2 requests',
  }),
  behaves('F34', 'the same call again and again', {
    turns: [first, ...same({ toolCalls: [read()] }, 20)],
    expected: 'partial (no-progress); I1; ran report read ×2 read! ×2; 5 requests',
  }),
  ...evidenceCases(),
  ...textCases(),
  reviewCase({
    fault: 'F38',
    name: 'done, and nothing was opened',
    expected: 'partial (no-coverage); nothing found; ran finish; 1 request',
    trial: () => ({
      turns: [last],
      change: (change) => ({ ...change, files: change.files.filter(({ path }) => path === hugeFile) }),
    }),
  }),
];

function behaves(
  fault: string,
  name: string,
  input: {
    turns: readonly ScriptTurn[] | ((vendor: VendorCase) => readonly ScriptTurn[]);
    expected: FaultCase['expected'];
    notApplicable?: NonNullable<FaultCase['notApplicable']>;
  },
): FaultCase {
  const { turns, ...rest } = input;
  return reviewCase({
    fault,
    name,
    ...rest,
    trial: (vendor) => ({ turns: typeof turns === 'function' ? turns(vendor) : turns }),
  });
}

function refusalCases(): FaultCase[] {
  const notSaid = 'its API has no such ending';
  const ends = (name: string, how: Finish, expected: FaultCase['expected'], notApplicable = {}) =>
    behaves('F26', name, { turns: [first, { text: 'No.', finish: how }], expected, notApplicable });
  const refused = (code: string) => `refused (${code}); I1; ran report; 2 requests`;
  return [
    ends('refuses', 'refusal', { each: refused('refusal'), google: refused('safety') }),
    ends('stopped by a filter', 'safety', refused('safety'), { anthropic: notSaid }),
    ends('the prompt is blocked', 'blocked', refused('safety'), {
      anthropic: notSaid,
      openai: notSaid,
      'openai-compatible': notSaid,
    }),
    reviewCase({
      fault: 'F26',
      name: 'the prompt is refused with 400',
      expected: 'refused (refused); I1; ran report; 2 requests',
      notApplicable: { anthropic: notSaid, google: notSaid },
      trial: () => {
        const error = {
          code: 'invalid_prompt',
          message: 'Your prompt was flagged.',
          type: 'invalid_request_error',
        };
        return {
          turns: [first, { faults: [{ kind: 'status', status: 400, body: { error } }], faultsForever: true }],
        };
      },
    }),
    behaves('F26', 'refuses at once', {
      turns: [{ text: 'No.', finish: 'refusal' }],
      expected: {
        each: 'refused (refusal); nothing found; 1 request',
        google: 'refused (safety); nothing found; 1 request',
      },
    }),
  ];
}

function cutCallCases(): FaultCase[] {
  // Google's API reads calls itself, and leaves out what it cannot read.
  const cut = (vendor: VendorCase): ScriptTurn =>
    vendor.provider === 'google'
      ? { finish: 'length' }
      : { finish: 'length', toolCalls: [call('report_finding', '{"severity": "impor')] };
  const malformed = (vendor: VendorCase): ScriptTurn =>
    vendor.provider === 'google'
      ? { finish: 'malformed-call' }
      : { toolCalls: [call('report_finding', '{"severity": "important", }')] };
  return [
    behaves('F28', 'cut off within a call, once', {
      turns: (vendor) => [first, cut(vendor), last],
      expected: {
        each: 'completed; I1; ran report report! finish; 3 requests',
        google: 'completed; I1; ran report finish; said go-on; 3 requests',
      },
    }),
    behaves('F28', 'cut off within a call, again and again', {
      turns: (vendor) => [first, ...same(cut(vendor), 5)],
      expected: {
        each: 'partial (malformed-call); I1; ran report report! ×3; 4 requests',
        google: 'partial (length); I1; ran report; said go-on; 3 requests',
      },
    }),
    behaves('F28', 'cut off where a call could be mended', {
      turns: [
        first,
        { finish: 'length', toolCalls: [call('read_file', '{"path": "huge.go", "endLine": 2')] },
        last,
      ],
      expected: 'completed; I1; ran report read! finish; 3 requests',
      notApplicable: { google: 'it reads calls itself, and leaves out what it cannot read' },
    }),
    reviewCase({
      fault: 'F29',
      name: 'arguments that are no JSON, once',
      expected: {
        each: 'completed; I1; ran report report! finish; 3 requests',
        google: 'completed; I1; ran report finish; said lost-call; 3 requests',
      },
      trial: (vendor) => ({ turns: [first, malformed(vendor), last] }),
    }),
    reviewCase({
      fault: 'F29',
      name: 'arguments that are no JSON, for ever',
      expected: {
        each: 'partial (malformed-call); I1; ran report report! ×3; 4 requests',
        google: 'partial (malformed-call); I1; ran report; said lost-call lost-call; 4 requests',
      },
      trial: (vendor) => ({ turns: [first, ...same(malformed(vendor), 5)] }),
    }),
    behaves('F29', 'one of two calls is no JSON', {
      turns: [first, { toolCalls: [call('report_finding', '[1, 2'), read()] }, last],
      expected: 'completed; I1; ran report report! read finish; 3 requests',
      notApplicable: { google: 'it leaves out what it cannot read, and says so for the whole answer' },
    }),
  ];
}

function badCallCases(): FaultCase[] {
  const forms: [string, string, ScriptToolCall][] = [
    ['an unknown tool', 'run_shell!', call('run_shell', { command: 'env' })],
    ['missing arguments', 'report!', call('report_finding', { title: 'x' })],
    ['arguments of the wrong type', 'read!', call('read_file', { path: { name: 'store.go' } })],
  ];
  return forms.flatMap(([name, ran, one]) => [
    behaves('F30', name, {
      turns: [first, { toolCalls: [one] }, last],
      expected: `completed; I1; ran report ${ran} finish; 3 requests`,
    }),
    behaves('F30', `${name}, for ever`, {
      turns: [
        first,
        ...Array.from({ length: 9 }, (_, at) => ({
          toolCalls: [{ ...one, arguments: { ...(one.arguments as object), attempt: at } }],
        })),
      ],
      expected: `partial (bad-calls); I1; ran report ${ran} ×6; 7 requests`,
    }),
  ]);
}

function manyCallCases(): FaultCase[] {
  return [
    reviewCase({
      fault: 'F31',
      name: 'two calls with one id',
      expected: 'completed; I1 I2; ran report ×2 read finish; 3 requests; ids: 4 of 4 differ',
      trial: () => ({
        turns: [
          { toolCalls: [{ ...report(), id: 'same' }] },
          {
            toolCalls: [
              { ...report({ title: 'Evict holds no lock' }), id: 'same' },
              { ...read(), id: 'same' },
            ],
          },
          last,
        ],
      }),
      more: ({ records }) => {
        const ids = records.flatMap((record) => (record.type === 'tool-call' ? [record.callId] : []));
        return [`ids: ${new Set(ids).size} of ${ids.length} differ`];
      },
    }),
    {
      fault: 'F31',
      name: '200 calls at once',
      expected: 'completed; I1; ran report probe ×200 finish; 3 requests; at most 8 at once, all answered',
      run: (vendor, signal) => {
        const probe = countingTool();
        const calls = Array.from({ length: 200 }, (_, at) => call('probe', { at }));
        return reviewCase({
          fault: 'F31',
          name: '',
          expected: '',
          trial: () => ({ turns: [first, { toolCalls: calls }, last], tools: [probe.tool] }),
          more: ({ records }) => {
            const answers = records.flatMap((one) =>
              one.type === 'tool-call' && one.tool === 'probe' ? [one.answer] : [],
            );
            const all = answers.every((answer, at) => answer === `probe ${at}`);
            return [
              `at most ${probe.mostAtOnce()} at once, ${all ? 'all answered' : 'answers are mixed up'}`,
            ];
          },
        }).run(vendor, signal);
      },
    },
  ];
}

/** A tool that takes a moment, and counts how many of its calls are at work. */
function countingTool(): { tool: AgentTool; mostAtOnce: () => number } {
  let running = 0;
  let most = 0;
  const tool: AgentTool = {
    definition: {
      name: 'probe',
      description: 'Answers with its number.',
      inputSchema: { type: 'object', properties: { at: { type: 'integer' } }, required: ['at'] },
    },
    access: 'read',
    execute: async ({ at }) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return { text: `probe ${String(at)}`, isError: false };
    },
  };
  return { tool, mostAtOnce: () => most };
}

function evidenceCases(): FaultCase[] {
  const at = (path: string, startLine: number, endLine: number) => ({
    locations: [{ path, startLine, endLine }],
  });
  const invented = { quote: 'for key := range s.old() { s.drop(key) }' };
  const forms: [string, Record<string, unknown>][] = [
    ['a file that is not there', at('gone.go', 7, 9)],
    ['line 0 and lines that are not there', { ...at('store.go', 0, 0), ...invented }],
    ['line 10⁹ and lines that are not there', { ...at('store.go', 1e9, 1e9), ...invented }],
    ['a reversed range and lines that are not there', { ...at('store.go', 9, 7), ...invented }],
  ];
  const wrongLines: [string, Record<string, unknown>][] = [
    ['line 0', at('store.go', 0, 0)],
    ['line 10⁹', at('store.go', 1e9, 1e9)],
  ];
  return [
    ...forms.map(([name, change]) =>
      behaves('F35', `cites ${name}`, {
        turns: [{ toolCalls: [report(change)] }, last, last],
        expected: 'completed; I1 refused; ran report! finish ×2; 3 requests',
      }),
    ),
    ...wrongLines.map(([name, change]) =>
      behaves('F35', `cites ${name}, with lines that stand`, {
        turns: [{ toolCalls: [report(change)] }, last],
        expected: 'completed; I1 re-anchored; ran report finish; 2 requests',
      }),
    ),
  ];
}

function textCases(): FaultCase[] {
  const forms: [string, string, string][] = [
    ['a lone surrogate', '\ud83d alone', '⟦U+D83D⟧ alone'],
    ['a NUL', 'a \u0000 in it', 'a ⟦U+0000⟧ in it'],
    ['an escape sequence', 'red \u001b[31m', 'red ⟦U+001B⟧[31m'],
  ];
  return forms.map(([name, title, shown]) =>
    reviewCase({
      fault: 'F37',
      name: `${name} in a finding`,
      expected: `completed; I1; ran report finish; 2 requests; shown as ${shown}`,
      trial: () => ({ turns: [{ toolCalls: [report({ title })] }, last] }),
      more: ({ review }) => [`shown as ${review.findings[0]?.claim.title}`],
    }),
  );
}
