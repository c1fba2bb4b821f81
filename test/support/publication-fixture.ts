import { findingMarker, summaryMarker, writeHiddenBlock } from '../../src/domain/hidden-block.ts';
import type { CheckRunOutput, InlineComment, Publication } from '../../src/domain/publication.ts';

export const reviewedHead = 'a'.repeat(40);
export const newHead = 'b'.repeat(40);

export interface PublicationFixture {
  id?: string;
  startedAt?: string;
  looks?: number;
  head?: string;
  findings?: readonly string[];
  annotations?: number;
  parts?: readonly ('summary' | 'inline' | 'check')[];
}

/** A publication as `render` makes them, with texts as short as can be. */
export function makePublication(fixture: PublicationFixture = {}): Publication {
  const { id = 'run-1', startedAt = '2026-11-01T10:00:00.000Z', head = reviewedHead } = fixture;
  const { findings = ['aaaa', 'bbbb'], parts = ['summary', 'inline', 'check'] } = fixture;
  const { looks } = fixture;
  const run = { id, startedAt, ...(looks === undefined ? {} : { looks }) };
  return {
    run,
    head,
    summary: parts.includes('summary')
      ? ({ newerHead, unplaced }) =>
          [
            summaryMarker,
            `Review by ${id}${looks === undefined ? '' : `, looked at again ${looks} times`}.`,
            ...(newerHead === null ? [] : [`The head is ${newerHead} now.`]),
            ...(unplaced.length === 0 ? [] : [`Not inline: ${unplaced.join(', ')}`]),
            writeHiddenBlock({
              schemaVersion: 1,
              run,
              head,
              mergeBase: 'c'.repeat(40),
              round: 1,
              findings: [],
              leftOut: 0,
            }),
          ].join('\n')
      : null,
    inline: parts.includes('inline')
      ? { comments: findings.map(makeInlineComment), reviewBody: 'Review.' }
      : null,
    check: parts.includes('check') ? makeCheck(fixture.annotations ?? 2) : null,
  };
}

function makeInlineComment(finding: string): InlineComment {
  const body = `${findingMarker(finding)}\nFinding ${finding}.`;
  return { finding, path: 'a.ts', side: 'head', startLine: 1, endLine: 2, body };
}

function makeCheck(annotations: number): CheckRunOutput {
  return {
    name: 'deep-review',
    conclusion: 'neutral',
    title: 'Two findings',
    summary: 'Two findings.',
    text: '',
    annotations: Array.from({ length: annotations }, (_, at) => ({
      path: 'a.ts',
      startLine: at + 1,
      endLine: at + 1,
      level: 'warning',
      title: `annotation ${at}`,
      message: 'This is wrong.',
    })),
    detailsUrl: null,
  };
}
