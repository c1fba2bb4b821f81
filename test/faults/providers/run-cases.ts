import { type VendorCase, vendorCases } from '../../contract/vendor-cases.ts';
import type { Fault, ScriptTurn } from '../../servers/model/script.ts';
import type { FaultRow } from '../fault-row.ts';
import type { FaultCase } from './case.ts';
import { closedPort } from './connection-cases.ts';
import { type PipelineResult, type PipelineReviewer, reviewerId, runPipeline } from './pipeline.ts';
import { finish, report } from './turns.ts';

const good: ScriptTurn[] = [{ toolCalls: [report()] }, { toolCalls: [finish] }];

/** Meets every request from the first on; the vendor says itself that trying again is no use. */
function down(fault: Fault): ScriptTurn[] {
  return [{ faults: [fault], faultsForever: true }];
}

const overloaded: Fault = { kind: 'status', status: 529, headers: { 'x-should-retry': 'false' } };
const wrongKey: Fault = { kind: 'status', status: 401 };

/** F35 to its end, and F39, F40: whole runs of three vendors. The cell's provider is the one that is down, or left. */
export const runCases: FaultCase[] = [
  {
    fault: 'F35',
    isHeavy: true,
    name: 'what cites nothing is kept in the ledger',
    expected:
      'exit 0; complete; 1 of 1 reviewers; merge-with-fixes; 1 published; raw 2, accounted 2; dropped evidence-not-found, shown whole',
    run: async (vendor, signal) => {
      const invented = report({
        title: 'Nobody wrote this',
        quote: 'for key := range s.old() { s.drop(key) }',
      });
      const turns = [{ toolCalls: [invented, report()] }, { toolCalls: [finish] }, { toolCalls: [finish] }];
      const result = await runPipeline([{ vendor, turns }], signal);
      const { entries } = result.report.ledger;
      const fates = entries.flatMap(({ fate }) =>
        fate.fate === 'dropped' ? [`dropped ${fate.reason}`] : [],
      );
      const isShown =
        result.markdown.includes('Nobody wrote this') && result.html.includes('Nobody wrote this');
      const counts = `raw ${result.outcome.ledger.raw}, accounted ${result.outcome.ledger.accounted}`;
      return `${tellRun(result)}; ${counts}; ${fates.join(' ')}, ${isShown ? 'shown whole' : 'not shown'}`;
    },
  },
  {
    fault: 'F39',
    isHeavy: true,
    name: 'one of three cannot be reached',
    expected:
      'exit 0; degraded; 2 of 3 reviewers; merge-with-fixes; 1 published; missing named: failed (network)',
    run: async (vendor, signal) => {
      const others = othersThan(vendor).map((one) => ({ vendor: one, turns: good }));
      const baseUrl = `http://127.0.0.1:${closedPort}/v1`;
      const result = await runPipeline([{ vendor, turns: [], baseUrl }, ...others], signal);
      return `${tellRun(result)}; ${tellMissing(result, [vendor])}`;
    },
  },
  {
    fault: 'F39',
    isHeavy: true,
    name: 'one of three goes down on the way',
    expected:
      'exit 0; degraded; 2 of 3 reviewers; merge-with-fixes; 1 published; missing named: failed (overloaded); what it found counts',
    run: async (vendor, signal) => {
      const others = othersThan(vendor).map((one) => ({ vendor: one, turns: [{ toolCalls: [finish] }] }));
      const turns = [{ toolCalls: [report()] }, ...down(overloaded)];
      const result = await runPipeline([{ vendor, turns }, ...others], signal);
      const [finding] = result.report.findings;
      const counts = finding?.reviewers.join() === reviewerId(vendor) ? 'what it found counts' : 'it is lost';
      return `${tellRun(result)}; ${tellMissing(result, [vendor])}; ${counts}`;
    },
  },
  {
    fault: 'F40',
    isHeavy: true,
    name: 'two of three are down, this one is left',
    expected:
      'exit 3; degraded; 1 of 3 reviewers; incomplete; 1 published; missing named: failed (overloaded) failed (auth); unexamined, one source',
    run: async (vendor, signal) => {
      const [first, second] = othersThan(vendor);
      if (first === undefined || second === undefined) throw new Error('three vendors are needed');
      const reviewers: PipelineReviewer[] = [
        { vendor, turns: good },
        { vendor: first, turns: down(overloaded) },
        { vendor: second, turns: down(wrongKey) },
      ];
      const result = await runPipeline(reviewers, signal);
      const [finding] = result.report.findings;
      const label = `${finding?.verdict}, ${finding?.reviewers.length === 1 ? 'one source' : 'several sources'}`;
      return `${tellRun(result)}; ${tellMissing(result, [first, second])}; ${label}`;
    },
  },
];

/** F41: rows of their own, because no provider is special in them. */
export function allDownRows(): FaultRow[] {
  const kinds: [string, string, (vendor: VendorCase) => Partial<PipelineReviewer>][] = [
    ['are overloaded', 'failed (overloaded)', () => ({ turns: down(overloaded) })],
    ['refuse the keys', 'failed (auth)', () => ({ turns: good, key: 'wrong-key-0123456789' })],
    ['say nothing', 'failed (empty)', () => ({ turns: [{}, {}, {}] })],
    [
      'refuse to answer',
      'refused',
      ({ provider }) => ({ turns: [{ text: 'No.', finish: provider === 'google' ? 'safety' : 'refusal' }] }),
    ],
  ];
  return kinds.map(([name, ending, change]) => ({
    fault: 'F41',
    name: `all three ${name}`,
    provider: 'all',
    isHeavy: true,
    expected: `exit 4; failed; 0 of 3 reviewers; incomplete; 0 published; missing named: ${ending} ×3; nothing is called clean`,
    run: async (signal) => {
      const vendors = vendorCases.slice(0, 3);
      const result = await runPipeline(
        vendors.map((vendor) => ({ vendor, turns: good, ...change(vendor) })),
        signal,
      );
      // What reviewers were told stands in the page, too, and speaks of approving.
      const page = result.html.replace(/<pre class="told".*?<\/pre>/gs, '');
      const said = `${result.markdown}\n${result.summary}\n${page}`;
      const clean =
        /merge as is|no (findings|problems|issues|defects) (were )?found|looks good|approve/i.exec(said);
      return `${tellRun(result)}; ${tellMissing(result, vendors)}; ${clean === null ? 'nothing is called clean' : `it says "${clean[0]}"`}`;
    },
  }));
}

/** Two more vendors. */
function othersThan(vendor: VendorCase): VendorCase[] {
  return vendorCases.filter((one) => one !== vendor).slice(0, 2);
}

export function tellRun({ outcome, report: { findings } }: PipelineResult): string {
  const reviewers =
    /\((\d of \d reviewers)\)/.exec(outcome.title)?.[1] ??
    `${outcome.quorum.completed} of ${outcome.quorum.asked} reviewers`;
  return [
    `exit ${outcome.exitCode}`,
    outcome.status,
    reviewers,
    outcome.recommendation.value,
    `${findings.length} published`,
  ].join('; ');
}

/** Whether title, Markdown, HTML and summary name who is missing; and why, by the report. */
function tellMissing(
  { outcome, report: { reviewers }, ...texts }: PipelineResult,
  missing: readonly VendorCase[],
): string {
  const names = missing.map((vendor) => {
    const found = reviewers.find(({ reviewer }) => reviewer.id === reviewerId(vendor));
    if (found === undefined) throw new Error(`${vendor.provider} is not in the report`);
    return found;
  });
  const unnamed = names.flatMap(({ name }) =>
    [texts.markdown, texts.html, texts.summary].every((text) => text.includes(name)) ? [] : [name],
  );
  const ends = names.map(({ status, cause }) => `${status}${status === 'failed' ? ` (${cause?.code})` : ''}`);
  const same = new Set(ends).size === 1 && ends.length > 1;
  const shown = same ? `${ends[0]} ×${ends.length}` : ends.join(' ');
  if (!outcome.title.includes('reviewers)')) return `the title does not say who is missing: ${outcome.title}`;
  return unnamed.length === 0 ? `missing named: ${shown}` : `${unnamed.join(', ')} not named; ${shown}`;
}
