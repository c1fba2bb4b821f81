import { join } from 'node:path';
import { findPackageDirectory } from '../../../src/config.ts';
import { readHiddenBlock } from '../../../src/domain/hidden-block.ts';
import type { Publication } from '../../../src/domain/publication.ts';
import type { PublishedFinding, Report } from '../../../src/domain/report.ts';
import { buildPublication } from '../../../src/render/publish/build-publication.ts';
import { noSources } from '../../../src/render/source/source-reader.ts';
import { loadTemplates } from '../../../src/render/templates.ts';
import { createReportFixture } from '../../support/report-fixture.ts';
import { runInterleaving } from '../../support/run-interleaving.ts';
import type { FaultRow } from '../fault-row.ts';
import type { GithubRow } from './github-row.ts';
import { target, wordReceipt } from './posting-bench.ts';

const findings = 400;

/** F63 and F69: texts as they are written about a report that is too large for what GitHub takes. */
export function textRows(): GithubRow[] {
  return [
    {
      fault: 'F63',
      name: '65,537 characters of four bytes each in a finding',
      expected: `summary created; one comment of at most 60,000 characters, which accounts for ${findings} findings`,
      run: async (bench) => {
        const publication = await publicationOf(bench.head);
        const receipt = await bench.post({ publication, parts: ['summary'] });
        const [comment, ...more] = await bench.server.control.comments(target);
        const body = comment?.body ?? '';
        const size = body.length <= 60_000 ? 'at most 60,000' : `${body.length}`;
        const block = readHiddenBlock(body);
        const accounted = block === null ? 0 : block.findings.length + block.leftOut;
        const comments = more.length === 0 ? 'one comment' : `${more.length + 1} comments`;
        return `${wordReceipt(receipt)}; ${comments} of ${size} characters, which accounts for ${accounted} findings`;
      },
    },
    {
      fault: 'F69',
      name: 'a check of more findings than one request takes',
      expected: `check created; ${findings} annotations in 8 requests; summary and text within 65,535 characters`,
      run: async (bench) => {
        const publication = await publicationOf(bench.head);
        const receipt = await bench.post({ publication, parts: ['check'] });
        const writes = bench.server.journal.writes();
        const [run] = await bench
          .publisher()
          .listCheckRuns(bench.head, 'deep-review', new AbortController().signal);
        const { summary = '', text = '' } = publication.check ?? {};
        const fits = Math.max(summary.length, text.length) <= 65_535 ? 'within' : 'beyond';
        return `${wordReceipt(receipt)}; ${run?.annotations} annotations in ${writes.length} requests; summary and text ${fits} 65,535 characters`;
      },
    },
  ];
}

/** Two or three runs at once, with faults, kills and people in between, call by call. */
export function interleavingRow(): FaultRow {
  return {
    fault: 'F72',
    name: '1,000 interleavings of runs that post at once',
    provider: 'github',
    expected: 'one summary each time, nothing lost, doubled or deleted',
    isHeavy: true,
    run: async (signal) => {
      for (let seed = 1; seed <= 1_000; seed += 1) {
        signal.throwIfAborted();
        const [broken] = await runInterleaving(seed);
        if (broken !== undefined) return `seed ${seed}: ${broken}`;
      }
      return 'one summary each time, nothing lost, doubled or deleted';
    },
  };
}

async function publicationOf(head: string): Promise<Publication> {
  const fixture = createReportFixture();
  try {
    return await buildPublication({
      report: enlarge(fixture.report, head),
      files: [],
      sources: noSources,
      templates: await loadTemplates(join(findPackageDirectory(), 'templates')),
      reportUrl: 'https://forge.example/report',
      targets: ['summary', 'check'],
      inline: { from: 'important', limit: 10 },
      conclusion: 'failure',
    });
  } finally {
    fixture.remove();
  }
}

function enlarge(report: Report, head: string): Report {
  const model = report.findings.find(({ locations }) => locations.some(({ side }) => side === 'head'));
  if (model === undefined) throw new Error('the fixture has findings');
  return {
    ...report,
    change: { ...report.change, head: { ...report.change.head, sha: head } },
    findings: Array.from(
      { length: findings },
      (_, at): PublishedFinding => ({
        ...model,
        label: `I${at + 1}`,
        shortId: (0x10_000 + at).toString(16),
        severity: 'important',
        explanation: at % 20 === 0 ? '\u{1F600}'.repeat(65_537) : model.explanation,
      }),
    ),
    counts: { critical: 0, important: findings, suggestion: 0 },
  };
}
