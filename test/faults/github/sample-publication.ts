import {
  findingMarker,
  reviewMarker,
  summaryMarker,
  writeHiddenBlock,
} from '../../../src/domain/hidden-block.ts';
import type { CheckRunOutput, InlineComment, Publication } from '../../../src/domain/publication.ts';

export interface SamplePublication {
  head: string;
  run?: { id: string; startedAt: string };
  /** Findings that go beside the code, by their lines in `store.ts`. */
  lines?: readonly number[];
  /** Default 2. */
  annotations?: number;
  /** Of the check; default short. */
  checkSummary?: string;
  /** Behind the summary's first lines. */
  text?: string;
}

export const firstRun = { id: '20260512-133636-pr-7', startedAt: '2026-05-12T13:36:36.000Z' };
export const laterRun = { id: '20260512-150000-pr-7', startedAt: '2026-05-12T15:00:00.000Z' };

/** All three parts about one head, with texts that say which run speaks and what could not be placed. */
export function samplePublication(sample: SamplePublication): Publication {
  const { head, run = firstRun, lines = [3, 5] } = sample;
  const block = writeHiddenBlock({
    schemaVersion: 1,
    run,
    head,
    mergeBase: head,
    round: 1,
    findings: [],
    leftOut: 0,
  });
  return {
    run,
    head,
    summary: ({ newerHead, unplaced }) =>
      [
        summaryMarker,
        `Deep Review: ${run.id}`,
        `newer head: ${newerHead ?? 'none'}`,
        `not beside the code: ${unplaced.join(' ') || 'none'}`,
        sample.text ?? '',
        block,
      ].join('\n'),
    inline: {
      comments: lines.map((line) => commentOn(line)),
      reviewBody: `${reviewMarker}\n${lines.length} findings beside the code.`,
    },
    check: checkOf(sample),
  };
}

/** Names of findings are hexadecimal: line 3 is `f003`. */
export function findingAt(line: number): string {
  return `f${String(line).padStart(3, '0')}`;
}

function commentOn(line: number): InlineComment {
  const finding = findingAt(line);
  return {
    finding,
    path: 'store.ts',
    side: 'head',
    startLine: line,
    endLine: line,
    body: `${findingMarker(finding)}\nAn outage looks like an absent key.`,
  };
}

function checkOf({ annotations = 2, checkSummary = 'Two findings.' }: SamplePublication): CheckRunOutput {
  return {
    name: 'deep-review',
    conclusion: 'neutral',
    title: '2 findings',
    summary: checkSummary,
    text: '',
    annotations: Array.from({ length: annotations }, (_, at) => ({
      path: 'store.ts',
      startLine: at + 1,
      endLine: at + 1,
      level: 'warning' as const,
      title: `Finding ${at + 1}`,
      message: 'An outage looks like an absent key.',
    })),
    detailsUrl: null,
  };
}
