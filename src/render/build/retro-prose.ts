import { countHandedIn } from '../../domain/handed-in.ts';
import type { AttributedText, PublishedFinding, RetroColumn } from '../../domain/report.ts';
import type { Review } from '../../domain/review.ts';
import { reviewerName } from '../../domain/reviewer.ts';
import { severities } from '../../domain/vocabulary.ts';
import { findSameLines, findUnique } from '../same-lines.ts';
import { formatUsd, joinWords, plural, wordCounts, wordStatus } from '../text/words.ts';

const labelLimit = 12;

/** How one reviewer did, in computed sentences without times: equal reviews have equal reports. Markdown. */
export function retroParagraph(
  review: Review,
  column: RetroColumn,
  context: { files: number; findings: readonly PublishedFinding[] },
): AttributedText {
  const sentences = [
    statusSentence(review, column, context.files),
    findingsSentence(column, review),
    uniqueSentence(column, context.findings),
    sameLinesSentence(column, context.findings),
    correctionsSentence(column),
  ];
  return {
    reviewers: [column.reviewer],
    text: sentences.filter((sentence) => sentence !== '').join(' '),
  };
}

/** The last paragraph of the retro. */
export function retroClosing(columns: readonly RetroColumn[], findings: readonly PublishedFinding[]): string {
  if (findings.length === 0) return 'Overall: no finding was published.';
  const shared = findings.filter((finding) => finding.reviewers.length > 1).length;
  const alone = columns
    .filter((column) => column.uniqueInsights > 0)
    .map((column) => `${reviewerName(column.reviewer)} (${column.uniqueInsights})`);
  const aloneSentence = alone.length === 0 ? '' : ` Found by one reviewer alone: ${joinWords(alone)}.`;
  const unique = columns.reduce((sum, column) => sum + column.uniqueInsights, 0);
  const beside = findings.length - shared - unique;
  const besideSentence =
    beside === 0
      ? ''
      : `, and ${beside} ${beside === 1 ? 'stands' : 'stand'} on the same lines as a like finding of another reviewer`;
  return `Overall: of ${plural(findings.length, 'published finding')}, ${shared} ${shared === 1 ? 'was' : 'were'} raised by more than one reviewer${besideSentence}.${aloneSentence}`;
}

function statusSentence(review: Review, column: RetroColumn, files: number): string {
  const name = reviewerName(review.reviewer.id);
  const cause = review.cause?.message.trim() ?? '';
  if (review.status === 'skipped') return `${name} was skipped${cause === '' ? '' : `: ${cause}`}.`;
  const ended =
    review.status === 'completed'
      ? `${name} completed its review`
      : `${name} did not complete its review (${wordStatus(review.status)}${cause === '' ? '' : `: ${cause}`})`;
  if (review.reviewer.type === 'program') return `${ended}.`;
  const calls = plural(column.toolCalls.total, 'tool call');
  const cost = review.costUsd === null ? '' : `, ${formatUsd(review.costUsd)}`;
  return `${ended} with ${calls}${cost}, and opened ${column.filesReviewed} of ${plural(files, 'changed file')}.`;
}

function findingsSentence(column: RetroColumn, review: Review): string {
  const { withdrawn } = countHandedIn(review.findings);
  const takenBack = withdrawn === 0 ? '' : ` It withdrew ${plural(withdrawn, 'finding')}.`;
  return `${standingSentence(column, withdrawn)}${takenBack}`;
}

function standingSentence(column: RetroColumn, withdrawn: number): string {
  const raised = severities.reduce((sum, severity) => sum + column.findings[severity], 0);
  if (raised === 0) return withdrawn === 0 ? 'It handed in no finding.' : 'It stands by no finding.';
  const published = severities.reduce((sum, severity) => sum + column.totals[severity], 0);
  if (published === 0) return `It raised ${wordCounts(column.findings)}, and none was published.`;
  return `It raised ${wordCounts(column.findings)}; published with its name: ${wordCounts(column.totals)}.`;
}

function uniqueSentence(column: RetroColumn, findings: readonly PublishedFinding[]): string {
  const labels = findUnique(column.reviewer, findings).map((finding) => finding.label);
  if (labels.length === 0) return '';
  return `Nobody else found ${joinSome(labels)}.`;
}

/** Its own findings where others have one of a like category: `I5 (C1)`. */
function sameLinesSentence({ reviewer }: RetroColumn, findings: readonly PublishedFinding[]): string {
  const pairs = findings
    .filter(({ reviewers }) => reviewers.length === 1 && reviewers[0] === reviewer)
    .flatMap((finding) => {
      const others = findSameLines(finding, findings).map(({ label }) => label);
      return others.length === 0 ? [] : [`${finding.label} (${others.join(', ')})`];
    });
  return pairs.length === 0 ? '' : `On the same lines as others’ findings: ${joinSome(pairs)}.`;
}

function joinSome(words: readonly string[]): string {
  const rest = words.length > labelLimit ? [`${words.length - labelLimit} more`] : [];
  return joinWords([...words.slice(0, labelLimit), ...rest]);
}

function correctionsSentence(column: RetroColumn): string {
  const lowered = column.downgraded.reduce((sum, { count }) => sum + count, 0);
  const otherDrops = column.dropped - column.falsePositives;
  const parts = [
    lowered > 0 ? `${lowered} lowered in severity` : '',
    column.falsePositives > 0 ? `${column.falsePositives} dropped as false` : '',
    otherDrops > 0 ? `${otherDrops} dropped for other reasons` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `Corrected: ${joinWords(parts)}.`;
}
