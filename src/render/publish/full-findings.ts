import type { PublishedFinding } from '../../domain/report.ts';
import { nameLabels, writeFindingText } from './finding-text.ts';
import type { Pen, PublishContext } from './publish-context.ts';

/** Findings one below the other in full. */
export interface FullFindings {
  /** Markdown that is written already, one text for each finding. */
  details: string[];
  /** Those there was no room for, by label; empty for none. */
  detailsLeft: string;
}

/** Bytes of one: a long one must not push out the others. */
const longestFinding = 12_000;
/** Bytes between two. */
const gap = 10;

/** As many findings as fit into so many bytes, from the first on. */
export function writeFullFindings(
  context: PublishContext,
  pen: Pen,
  findings: readonly PublishedFinding[],
  room: number,
): FullFindings {
  const details: string[] = [];
  let left = room;
  for (const finding of findings) {
    const text = writeFindingText(context, () => pen, 'fullFinding', {
      finding,
      standsAt: null,
      suggestion: null,
      limit: longestFinding,
    });
    left -= Buffer.byteLength(text) + gap;
    if (left < 0) break;
    details.push(text);
  }
  return { details, detailsLeft: nameLabels(findings.slice(details.length), 20) };
}
