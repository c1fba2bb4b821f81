import { type VendorCase, vendorCases } from '../../contract/vendor-cases.ts';
import type { Fault, ScriptToolCall, ScriptTurn } from '../../servers/model/script.ts';
import { type ChallengedChange, createChallengedChange } from '../../support/challenged-change.ts';
import { compared } from '../../support/compared-change.ts';
import type { FaultRow } from '../fault-row.ts';
import { shortMs } from './connection-cases.ts';
import { type LaterTool, laterTools, type PipelineResult, reviewerId, runPipeline } from './pipeline.ts';
import { call, finish } from './turns.ts';

/** A way in which a session that is no review goes wrong. */
interface LaterFault {
  name: string;
  /** What the model says instead of what the tool asks for, or on the way there. */
  turns: (tool: LaterTool, vendor: VendorCase) => readonly ScriptTurn[];
  /** Of each such session: its status and cause. */
  ends: string;
  limits?: Record<string, number>;
  /** Whether another model is asked about pairs, and to write, in its place. */
  gone?: boolean;
  /** Whether another one is asked to write: trying again would be no use. */
  final?: boolean;
}

/** The vendor says itself that trying again is no use, where that is not the point of the row. */
const once = { headers: { 'x-should-retry': 'false' } };
const status = (code: number, more: Partial<Fault & { kind: 'status' }> = once): Fault => ({
  kind: 'status',
  status: code,
  ...more,
});

const meets =
  (fault: Fault): LaterFault['turns'] =>
  (tool) => [{ toolCalls: [answers[tool]], faults: [fault], faultsForever: true }];
const says =
  (...turns: readonly ScriptTurn[]): LaterFault['turns'] =>
  () =>
    turns;
const refusal: LaterFault['turns'] = (_, { provider }) => [
  { text: 'No.', finish: provider === 'google' ? 'safety' : 'refusal' },
];

/** What a model says that knows what to do; ids are those of a session about one pair and one claim. */
const answers: Record<LaterTool, ScriptToolCall> = {
  submit_duplicates: call('submit_duplicates', { same: [], different: ['p1'] }),
  submit_verdicts: call('submit_verdicts', {
    verdicts: [{ id: 'q1', verdict: 'cannot-tell', argument: 'Not shown.' }],
  }),
  submit_consolidation: call('submit_consolidation', { closing: 'The figures say it.' }),
};

/** F1–F34 as far as they can meet a session without findings: statuses, connection, stream, conduct. */
const failures: LaterFault[] = [
  {
    name: '429, Retry-After 86,400',
    turns: meets(status(429, { headers: { 'retry-after': '86400' } })),
    ends: 'failed (rate-limit)',
  },
  { name: '402', turns: meets(status(402)), ends: 'failed (quota)', gone: true },
  { name: '500', turns: meets(status(500)), ends: 'failed (server)', final: true },
  { name: '503', turns: meets(status(503)), ends: 'failed (overloaded)', final: true },
  { name: '529 overloaded, tried again', turns: meets(status(529, {})), ends: 'failed (overloaded)' },
  { name: '400', turns: meets(status(400)), ends: 'failed (bad-request)', final: true },
  { name: '401', turns: meets(status(401)), ends: 'failed (auth)', gone: true },
  { name: '403', turns: meets(status(403)), ends: 'failed (auth)', gone: true },
  { name: '404, the model is gone', turns: meets(status(404)), ends: 'failed (model-not-found)', gone: true },
  { name: '413', turns: meets(status(413)), ends: 'partial (context-too-long)' },
  {
    name: 'no response headers',
    turns: meets({ kind: 'stall' }),
    ends: 'timed-out (timeout-first-byte)',
    limits: { firstByteMs: shortMs },
  },
  { name: 'reset before the first byte', turns: meets({ kind: 'reset' }), ends: 'failed (network)' },
  { name: 'reset in the stream', turns: meets({ kind: 'reset', afterFrames: 1 }), ends: 'failed (network)' },
  { name: 'no terminal event', turns: meets({ kind: 'cut', afterFrames: 1 }), ends: 'failed (protocol)' },
  { name: 'an empty answer', turns: meets({ kind: 'empty' }), ends: 'failed (protocol)' },
  { name: 'a web page', turns: meets({ kind: 'html' }), ends: 'failed (protocol)' },
  {
    name: 'an error in the stream',
    turns: meets({ kind: 'error-frame', afterFrames: 1, error: 'overloaded' }),
    ends: 'failed (overloaded)',
  },
  {
    name: 'half a JSON text',
    turns: meets({ kind: 'malformed-frame', afterFrames: 1 }),
    ends: 'failed (protocol)',
  },
  {
    name: 'the stream stalls',
    turns: meets({ kind: 'stall', afterFrames: 1 }),
    ends: 'timed-out (timeout-idle)',
    limits: { idleMs: shortMs },
  },
  {
    name: 'only keep-alives',
    turns: meets({ kind: 'pings', afterFrames: 1, every: 100 }),
    ends: 'timed-out (timeout-progress)',
    limits: { progressMs: shortMs },
  },
  { name: 'refuses', turns: refusal, ends: 'refused (refusal)' },
  {
    name: 'cut off in its text, twice',
    turns: says(...same({ text: 'So', finish: 'length' }, 3)),
    ends: 'partial (length)',
  },
  { name: 'empty messages', turns: says({}, {}, {}), ends: 'failed (empty)' },
  {
    name: 'words alone',
    turns: says(...same({ text: 'They are all fine.' }, 3)),
    ends: 'partial (no-finish)',
  },
  {
    name: 'a tool that is not there',
    turns: says(...Array.from({ length: 9 }, (_, at) => ({ toolCalls: [call('approve', { at })] }))),
    ends: 'partial (bad-calls)',
  },
  {
    name: 'the same call again and again',
    turns: says(...same({ toolCalls: [call('approve')] }, 9)),
    ends: 'partial (no-progress)',
  },
];

/** F42: each failure with one provider, in turn; its model fails as examiner and when it compares, in one run. */
export function laterRows(): FaultRow[] {
  return [...failures.map(failureRow), ...vendorCases.flatMap(idRows)];
}

function failureRow(
  { name, turns, ends, limits, gone = false, final = gone }: LaterFault,
  place: number,
): FaultRow {
  const vendor = vendorCases[place % vendorCases.length] as VendorCase;
  const shown = ends.replace('refusal)', vendor.provider === 'google' ? 'safety)' : 'refusal)');
  const isTakenOver = { submit_duplicates: gone, submit_verdicts: false, submit_consolidation: final };
  const each = laterTools.map((tool) => `${tool} ${shown}${isTakenOver[tool] ? ' completed' : ''}`);
  return {
    fault: 'F42',
    name: `later sessions: ${name}`,
    provider: vendor.provider,
    expected: `${whole}; ${each.join('; ')}; 2 published; all failures said`,
    run: async (signal) => {
      const later = Object.fromEntries(laterTools.map((tool) => [tool, turns(tool, vendor)]));
      return tellLater(
        await runLater(vendor, { later, ...(limits === undefined ? {} : { limits }) }, signal),
      );
    },
  };
}

/** F43: answers about what nobody asked, and none about what was asked; what is invented comes to nothing. */
function idRows(vendor: VendorCase): FaultRow[] {
  const verdict = (id: string) => ({ id, verdict: 'refute', argument: 'No.' });
  const kinds: [string, Record<LaterTool, Record<string, unknown>[]>, string][] = [
    [
      'ids are left out',
      {
        submit_duplicates: [{ same: [], different: [] }, { same: [] }, { different: [] }],
        submit_verdicts: [{ verdicts: [verdict('q7')] }, { verdicts: [verdict('q8')] }],
        submit_consolidation: [{ retro: [] }, { closing: '' }, { retro: [], closing: '' }],
      },
      'submit_duplicates partial (no-answer); submit_verdicts partial (no-verdict); submit_consolidation completed; 2 published; all failures said',
    ],
    [
      'ids are invented beside those asked',
      {
        submit_duplicates: ['p6', 'p7', 'p8'].map((id) => ({ same: ['p1', id, 'p9'], different: [] })),
        submit_verdicts: [
          { verdicts: [{ ...verdict('q1'), verdict: 'cannot-tell' }, verdict('q9')] },
          { verdicts: [verdict('q8')] },
        ],
        submit_consolidation: ['C7', 'I8', 'S9'].map((id) => ({
          executiveSummary: `The worst is ${id}.`,
          recommendation: `Mend ${id} first.`,
          retro: [{ reviewer: 'Z', text: `It alone found ${id}.` }],
          closing: `All but ${id} are small.`,
        })),
      },
      'submit_duplicates completed; submit_verdicts nobody; submit_consolidation completed; 1 published; all failures said; 2 invented pairs dropped; 3 texts refused',
    ],
  ];
  return kinds.map(([name, calls, expected]) => ({
    fault: 'F43',
    name: `later sessions: ${name}`,
    provider: vendor.provider,
    expected: `${whole}; ${expected}`,
    run: async (signal) => {
      const later = Object.fromEntries(
        laterTools.map((tool) => [tool, calls[tool].map((values) => ({ toolCalls: [call(tool, values)] }))]),
      );
      return tellLater(await runLater(vendor, { later }, signal));
    },
  }));
}

/** How a report begins to say that such a session failed. */
const sayings: Record<LaterTool, string> = {
  submit_duplicates: ' was asked whether ',
  submit_verdicts: ' was asked to examine ',
  submit_consolidation: ' to write the report’s texts',
};

const whole = 'exit 0; complete; 2 of 2 reviewers; merge-with-fixes; fates 2 of 2 findings';

let change: ChallengedChange | null = null;

/** Two reviewers, each with one finding; the two may be one defect. The first is the one whose later sessions fail. */
async function runLater(
  vendor: VendorCase,
  failing: { later: Partial<Record<LaterTool, readonly ScriptTurn[]>>; limits?: Record<string, number> },
  signal: AbortSignal,
): Promise<PipelineResult & { failing: string }> {
  if (change === null) {
    const made = createChallengedChange();
    process.once('exit', () => made.repository.remove());
    change = made;
  }
  const other = vendorCases.find((one) => one !== vendor) as VendorCase;
  const [base = '', head = ''] = change.range.split('..');
  const review = (claim: ScriptToolCall): ScriptTurn[] => [
    { toolCalls: [claim] },
    { toolCalls: [finish] },
    { toolCalls: [finish] },
  ];
  const result = await runPipeline(
    [
      { vendor, turns: review(compared.swallows), ...failing },
      {
        vendor: other,
        turns: review(compared.hides),
        later: { submit_verdicts: [{ toolCalls: [answers.submit_verdicts] }] },
      },
    ],
    signal,
    { directory: change.repository.directory, base, head },
  );
  return { ...result, failing: reviewerId(vendor) };
}

/** What became of the run, of the sessions, and what of it the report says. */
function tellLater({
  outcome,
  report,
  later,
  refusedTexts,
  failing,
}: PipelineResult & { failing: string }): string {
  const raw = report.reviewers.reduce((sum, { findings }) => sum + findings.length, 0);
  const fates = new Set(report.ledger.entries.map(({ key }) => key)).size;
  const run = [
    `exit ${outcome.exitCode}`,
    outcome.status,
    `${outcome.quorum.completed} of ${outcome.quorum.asked} reviewers`,
    outcome.recommendation.value,
    `fates ${fates} of ${raw} findings`,
  ];
  const unsaid: string[] = [];
  const sessions = laterTools.map((tool) => {
    const own = later[tool].filter(({ asked }) => tool !== 'submit_verdicts' || asked === failing);
    const ends = own.map(({ status, cause }) => `${status}${cause === null ? '' : ` (${cause.code})`}`);
    for (const { status, cause } of own) {
      const why = cause === null ? '' : wordEnd(tool, status, cause.message.replace(/\.$/, ''));
      const isSaid = report.run.notices.some(
        (notice) => notice.includes(sayings[tool]) && notice.includes(why),
      );
      if (cause !== null && !isSaid) unsaid.push(`${tool} ${cause.message}`);
    }
    return `${tool} ${ends.length === 0 ? 'nobody' : ends.join(' ')}`;
  });
  const invented = report.run.notices.flatMap(
    (notice) => /answered on (\d+) pairs? .* dropped/.exec(notice)?.[1] ?? [],
  );
  return [
    ...run,
    ...sessions,
    `${report.findings.length} published`,
    unsaid.length === 0 ? 'all failures said' : `unsaid: ${unsaid.join(', ')}`,
    ...invented.map((number) => `${number} invented pairs dropped`),
    ...(refusedTexts === 0 ? [] : [`${refusedTexts} texts refused`]),
  ].join('; ');
}

/** How a notice words it: one on texts for the report is cut, and says of a model that is gone the cause alone. */
function wordEnd(tool: LaterTool, status: string, message: string): string {
  return tool === 'submit_consolidation' ? message.slice(0, 200) : `${status}: ${message}`;
}

function same(turn: ScriptTurn, times: number): ScriptTurn[] {
  return Array.from({ length: times }, () => turn);
}
