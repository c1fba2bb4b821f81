import { mostShown } from '../view/summary-view.ts';
import { viewCommentHead } from './comment-head.ts';
import { writeFullFindings } from './full-findings.ts';
import { createPublishContext, type PublishContextInput } from './publish-context.ts';
import { viewRunTimeline } from './run-timeline.ts';

/** Bytes; a step may leave 1,048,576. */
const budget = 1_000_000;
const mostRows = 50;
const mostLinks = 1000;

/**
 * What a step leaves on the page of its run: the report's head and every finding in full, as far as it fits; the rest
 * is counted. The whole answer where a token may not write. Rejects as `SourceReader` does.
 */
export async function renderStepSummary(input: PublishContextInput): Promise<string> {
  const context = await createPublishContext(input);
  const { findings } = context.report;
  const pen = context.pen(mostLinks);
  const render = (room: number) =>
    pen.write('stepSummary', {
      ...viewCommentHead(context, mostShown(context.report, { findings: mostRows })),
      detailsHeading: findings.length === 0 ? '' : 'Findings in full',
      timeline: viewRunTimeline(context.report, context.view.badge),
      ...writeFullFindings(context, pen, findings, room),
    });
  const head = Buffer.byteLength(render(0));
  return `${render(budget - head - margin)}\n`;
}

/** Bytes that headings and folds take besides. */
const margin = 50_000;
