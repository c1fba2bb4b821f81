import type { Consolidation } from '../domain/consolidation.ts';
import type { ProsePart } from '../domain/prose.ts';
import { nameReviewers, type ReviewerId, reviewerName } from '../domain/reviewer.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';

const longestReason = 300;

/**
 * What a report says on its face when its texts were not written as they were asked for: one sentence, or none.
 * `reviewers` are those who have a paragraph in the retro.
 */
export function consolidationNotices(
  consolidation: Consolidation | null,
  reviewers: readonly ReviewerId[],
): string[] {
  if (consolidation === null) return [];
  const { session, refused } = consolidation;
  const writer = reviewerName(consolidation.writer);
  const open = listOpen(consolidation, reviewers);
  if (session.status !== 'completed' && open.length > 0) {
    const all = [...consolidation.tried.map(({ writer }) => writer), consolidation.writer];
    const why = makeVisibleLine(`${session.status}: ${session.cause?.message ?? 'no cause was given'}`);
    const what = open.length === reviewers.length + 3 ? 'they' : join(open);
    return [
      `${nameReviewers(all)} ${all.length === 1 ? 'was' : 'were'} asked to write the report’s texts and did not end (${cut(why)}): ${what} ${isOne(open) ? 'is' : 'are'} computed.`,
    ];
  }
  if (open.length > 0) {
    const reason = refused[0]?.reasons[0];
    const why =
      reason === undefined
        ? `nothing was handed in for ${isOne(open) ? 'it' : 'them'}`
        : `what it handed in could not be taken (${cut(makeVisibleLine(reason))})`;
    return [
      `${writer} wrote the report’s texts, but ${join(open)} ${isOne(open) ? 'is' : 'are'} computed: ${why}.`,
    ];
  }
  const [first] = consolidation.tried;
  if (first === undefined) return [];
  const others = nameReviewers(consolidation.tried.map(({ writer }) => writer));
  return [
    `${others} could not be asked to write the report’s texts (${cut(makeVisibleLine(first.cause.message))}); ${writer} wrote them.`,
  ];
}

/** Parts that are computed, as a sentence names them. */
function listOpen({ prose }: Consolidation, reviewers: readonly ReviewerId[]): string[] {
  const written = new Set(prose.retro.map(({ reviewer }) => reviewer));
  const names: Record<Exclude<ProsePart, 'retro'>, string> = {
    'executive-summary': 'the executive summary',
    recommendation: 'the sentence of the recommendation',
    closing: 'the closing',
  };
  return [
    ...(prose.executiveSummary === '' ? [names['executive-summary']] : []),
    ...(prose.recommendation === '' ? [names.recommendation] : []),
    ...reviewers.filter((id) => !written.has(id)).map((id) => `the paragraph on ${reviewerName(id)}`),
    ...(prose.closing === '' ? [names.closing] : []),
  ];
}

function isOne(parts: readonly string[]): boolean {
  return parts.length === 1;
}

function join(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

function cut(text: string): string {
  const whole = text.replace(/\.$/, '');
  return whole.length <= longestReason ? whole : `${whole.slice(0, longestReason)}…`;
}
