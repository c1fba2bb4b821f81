import { summaryMarker } from '../../domain/hidden-block.ts';
import type { SummaryFacts } from '../../domain/publication.ts';
import type { PublishedFinding } from '../../domain/report.ts';
import { joinWords, plural } from '../text/words.ts';
import { mostShown, shed } from '../view/summary-view.ts';
import { viewCommentHead } from './comment-head.ts';
import { viewDeferred, withoutDeferred } from './deferred.ts';
import { nameLabels } from './finding-text.ts';
import { type FullFindings, writeFullFindings } from './full-findings.ts';
import { writeHiddenState } from './hidden-state.ts';
import type { InlinePlan, Uncommented } from './inline-comments.ts';
import type { PublishContext } from './publish-context.ts';

/** Bytes of the whole comment; the forge takes 65,536 characters. */
const budget = 60_000;
/** Bytes that a fold takes besides its findings. */
const foldSize = 600;

/**
 * The summary comment: marker, the report's head with its six most severe findings, a fold with every finding that has
 * no comment in the diff, one that names what the stopping rule defers, and the hidden block. What does not fit is shed and counted in this order: findings in the
 * fold from the least severe on, rows of the table, notices, reviewers.
 */
export function writeSummaryComment(
  whole: PublishContext,
  { inline, facts }: { inline: InlinePlan | null; facts: SummaryFacts },
): string {
  const frame = (text: string) => `${summaryMarker}\n${text}\n\n${state}\n`;
  const state = writeHiddenState(whole.report);
  const deferred = viewDeferred(whole.report);
  const context = { ...whole, report: withoutDeferred(whole.report) };
  const room = budget - Buffer.byteLength(frame(''));
  const uncommented = listUncommented(context, inline, facts);
  const render = (shown: Parameters<typeof viewCommentHead>[1], most: number) => {
    const pen = context.pen();
    const findings = uncommented.map(({ finding }) => finding);
    const full: FullFindings = most > 0 ? writeFullFindings(context, pen, findings, most) : nothing;
    return pen.write('comment', {
      ...viewCommentHead(context, shown),
      moved: describeMove(context, facts),
      deferred,
      uncommented: inline === null ? '' : describeUncommented(context, uncommented),
      detailsHeading: full.details.length === 0 ? '' : nameFold(context, findings),
      ...full,
    });
  };
  let shown = mostShown(context.report);
  let text = render(shown, 0);
  for (let next = shed(shown); next !== null && Buffer.byteLength(text) > room; next = shed(shown)) {
    shown = next;
    text = render(shown, 0);
  }
  for (const share of [1, 3 / 4, 1 / 2]) {
    const most = Math.floor((room - Buffer.byteLength(text) - foldSize) * share);
    const whole = render(shown, most);
    if (Buffer.byteLength(whole) <= room) return frame(whole);
  }
  return frame(text);
}

const nothing: FullFindings = { details: [], detailsLeft: '' };

interface UncommentedFinding {
  finding: PublishedFinding;
  why: Uncommented | 'unplaced' | 'moved';
}

/** Every finding that stands in no comment of the diff, in the report's order. */
function listUncommented(
  { report }: PublishContext,
  inline: InlinePlan | null,
  { unplaced, newerHead }: SummaryFacts,
): UncommentedFinding[] {
  const known = new Map(inline?.without.map(({ finding, why }) => [finding, why]));
  const commented = new Set(inline?.comments.map(({ finding }) => finding));
  return report.findings.flatMap((finding): UncommentedFinding[] => {
    const why = known.get(finding);
    if (why !== undefined) return [{ finding, why }];
    if (!commented.has(finding.shortId)) return [{ finding, why: 'less-severe' }];
    if (unplaced.includes(finding.shortId)) return [{ finding, why: 'unplaced' }];
    return newerHead === null ? [] : [{ finding, why: 'moved' }];
  });
}

function describeMove({ report }: PublishContext, { newerHead }: SummaryFacts): string {
  if (newerHead === null) return '';
  const reviewed = report.change.head.sha.slice(0, 12);
  return `This is a review of ${reviewed}. The branch has moved on to ${newerHead.slice(0, 12)} since, which nobody has reviewed here.`;
}

const reasons: Record<UncommentedFinding['why'], string> = {
  'off-diff': 'on no line of the diff',
  unplaced: 'could not be placed',
  moved: 'the branch has moved on',
  disputed: 'disputed',
  'over-limit': 'over the limit of comments',
  'less-severe': 'less severe',
  deferred: 'deferred',
};

/** `Not commented on in the diff: I4 (disputed) and I7 (on no line of the diff).` */
function describeUncommented({ report }: PublishContext, uncommented: readonly UncommentedFinding[]): string {
  if (uncommented.length === 0 || uncommented.length === report.findings.length) return '';
  const parts = Object.entries(reasons).flatMap(([why, words]) => {
    const findings = uncommented.filter((one) => one.why === why).map(({ finding }) => finding);
    return findings.length === 0 ? [] : [`${nameLabels(findings)} (${words})`];
  });
  return `Not commented on in the diff: ${joinWords(parts)}.`;
}

function nameFold({ report }: PublishContext, findings: readonly PublishedFinding[]): string {
  if (findings.length === report.findings.length)
    return findings.length === 1 ? 'The finding in full' : `All ${findings.length} findings in full`;
  return `${plural(findings.length, 'finding')} without a comment in the diff, in full`;
}
