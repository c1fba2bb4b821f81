import { RawFinding } from '../../../src/domain/finding.ts';
import type { ScriptToolCall, ScriptTurn } from '../../servers/model/script.ts';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';
import type { FaultCase } from './case.ts';
import { type PipelineResult, type ReviewedRange, reviewerId, runPipeline } from './pipeline.ts';
import { tellRun } from './run-cases.ts';
import { call, finish, race } from './turns.ts';

const amount = 5_000;
const longBytes = 2 * 2 ** 20;
/** Plain text: what is measured is findings, not the highlighting of so many excerpts. */
const path = 'many.txt';

/** F36: more than any reviewer should say, whole from the model to the report. */
export const scaleCases: FaultCase[] = [
  {
    fault: 'F36',
    name: '5,000 findings, and one of 2 MB',
    isHeavy: true,
    notApplicable: {
      openai: 'after the adapter all is one program; the first of them stands for all',
      google: 'after the adapter all is one program; the first of them stands for all',
      'openai-compatible': 'after the adapter all is one program; the first of them stands for all',
    },
    expected:
      'exit 3; degraded; 0 of 1 reviewers; incomplete; 5001 published; partial (budget), 5001 in the review, 5001 in the ledger, all in the HTML, the long one whole',
    run: async (vendor, signal) => {
      const range = manyLines();
      try {
        const result = await runPipeline([{ vendor, turns: manyFindings() }], signal, range);
        return `${tellRun(result)}; ${tellWhole(result, result.reviewFile(reviewerId(vendor)))}`;
      } finally {
        range.git.remove();
      }
    },
  },
];

function manyLines(): ReviewedRange & { git: GitFixture } {
  const git = createGitFixture();
  const base = git.commit({ [path]: 'many lines\n' }, 'Begin');
  const lines = Array.from(
    { length: amount },
    (_, at) => `func f${at}() int { return compute(${at * 7919}) }\n`,
  );
  const head = git.commit({ [path]: `many lines\n${lines.join('')}` }, 'Compute');
  return { git, directory: git.directory, base, head };
}

function manyFindings(): ScriptTurn[] {
  const findings = Array.from({ length: amount }, (_, at) => findingAt(at, {}));
  const long = findingAt(0, {
    title: 'The long one',
    explanation: `${`${'Nine words of a text that never ends. '.repeat(2).trim()}\n`.repeat(longBytes / 76)}THE END`,
  });
  return [{ toolCalls: [long] }, { toolCalls: findings }, { toolCalls: [finish] }, { toolCalls: [finish] }];
}

function findingAt(at: number, change: Record<string, unknown>): ScriptToolCall {
  return call('report_finding', {
    ...race,
    severity: 'suggestion',
    title: `Finding number ${at} about f${at}`,
    locations: [{ path, startLine: at + 2, endLine: at + 2 }],
    quote: `func f${at}() int { return compute(${at * 7919}) }`,
    explanation: `It is wrong in ${at}.`,
    scenario: 'Always.',
    ...change,
  });
}

/** Whether every finding stands in `review.json`, in the report's JSON and in its HTML. */
function tellWhole({ report, html, outcome }: PipelineResult, reviewFile: string): string {
  const raw = RawFinding.array().parse(JSON.parse(reviewFile).findings);
  const titles = raw.map(({ claim }) => claim.title);
  const missing = titles.filter((title) => !html.includes(title));
  const inReport = JSON.stringify(report);
  const [reviewer] = report.reviewers;
  return [
    `${reviewer?.status} (${reviewer?.cause?.code})`,
    `${raw.length} in the review`,
    `${outcome.ledger.accounted} in the ledger`,
    missing.length === 0 ? 'all in the HTML' : `${missing.length} not in the HTML`,
    [reviewFile, inReport, html].every((text) => text.includes('THE END'))
      ? 'the long one whole'
      : 'the long one is cut',
  ].join(', ');
}
