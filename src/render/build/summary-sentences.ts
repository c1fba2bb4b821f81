import type { Change } from '../../domain/change.ts';
import type { PublishedFinding, Report, SeverityCounts } from '../../domain/report.ts';
import type { Review } from '../../domain/review.ts';
import { reviewerName } from '../../domain/reviewer.ts';
import { isDone } from '../../domain/run-outcome.ts';
import type { Recommendation, VerdictValue } from '../../domain/vocabulary.ts';
import { nameEnd, wordEnd } from '../text/reviewer-end.ts';
import { joinWords, plural, wordCounts } from '../text/words.ts';

export interface SummaryInput {
  change: Change;
  reviews: readonly Review[];
  run: Report['run'];
  findings: readonly PublishedFinding[];
  counts: SeverityCounts;
  recommendation: Recommendation;
  /** Raw findings that were dropped, without those that their own reviewers took back. */
  dropped: number;
  withdrawn: number;
  /** Raw findings that say what another one says. */
  merged: number;
  /** Raw findings that went to other sections. */
  moved: number;
  raw: number;
  /** Raw findings of the guard, which is no reviewer; among `raw`. */
  guarded: number;
}

/** ` (2 of 3 reviewers), without Gemini (timed out)` when model reviewers are missing, else nothing. */
export function missingSuffix(quorum: Report['run']['quorum'], reviews: readonly Review[]): string {
  if (quorum.completed >= quorum.asked) return '';
  const missing = missingModels(reviews).map(
    (review) => `${reviewerName(review.reviewer.id)} (${nameEnd(review)})`,
  );
  const names = missing.length === 0 ? '' : `, without ${joinWords(missing)}`;
  return ` (${quorum.completed} of ${quorum.asked} reviewers)${names}`;
}

function missingModels(reviews: readonly Review[]): Review[] {
  return reviews.filter((review) => review.reviewer.type === 'model' && !isDone(review));
}

/** One line: why this recommendation. */
export function recommendationSentence(input: SummaryInput): string {
  const { run, counts, findings } = input;
  const confirmed = findings.filter((finding) => finding.verdict === 'confirmed');
  const confirmedCritical = confirmed.filter((finding) => finding.severity === 'critical').length;
  const { asked, completed } = run.quorum;
  const isMissing = completed < asked;
  const by = `${completed} of ${plural(asked, 'reviewer')} completed`;
  switch (input.recommendation) {
    case 'incomplete':
      if (run.status === 'failed') return 'no reviewer came to its end; no recommendation is made.';
      if (run.quorum.completed >= run.quorum.required && isMissing && input.raw === 0)
        return `nothing was found, but only ${by}; no recommendation is made.`;
      if (run.quorum.completed >= run.quorum.required && isMissing && findings.length === 0)
        return `nothing that was found stands, but only ${by}; no recommendation is made.`;
      if (run.quorum.completed >= run.quorum.required)
        return `no reviewer read any of ${plural(input.change.files.length, 'changed file')}; no recommendation is made.`;
      return `${by}, ${run.quorum.required} needed; no recommendation is made.`;
    case 'rework':
      return confirmedCritical > 0
        ? `${plural(confirmedCritical, 'critical finding')} ${confirmedCritical === 1 ? 'is' : 'are'} confirmed.`
        : `${plural(confirmed.filter((finding) => finding.severity === 'important').length, 'important finding')} are confirmed.`;
    case 'merge-with-fixes':
      return `${wordCounts({ ...counts, suggestion: 0 })} should be dealt with first.`;
    case 'merge-with-optional-fixes':
      return `nothing but ${plural(counts.suggestion, 'suggestion')}${isMissing ? `; only ${by}` : ''}.`;
    case 'merge-as-is':
      return input.change.files.length === 0
        ? 'there is nothing to review: the change is empty.'
        : 'nothing was found that stands.';
  }
}

/** The executive summary without a model: what was reviewed, by whom, and what came of it. Markdown. */
export function summarySentences(input: SummaryInput): string {
  return [scopeSentences(input), reviewerSentences(input), findingSentences(input)]
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}

function scopeSentences({ change }: SummaryInput): string {
  if (change.files.length === 0) return 'The change is empty: there was nothing to review.';
  const additions = change.files.reduce((sum, file) => sum + (file.additions ?? 0), 0);
  const deletions = change.files.reduce((sum, file) => sum + (file.deletions ?? 0), 0);
  const commits = change.commits.length === 0 ? '' : ` in ${plural(change.commits.length, 'commit')}`;
  const marked = change.files.filter((file) => file.generated || file.vendored).length;
  const markedSentence =
    marked === 0 ? '' : ` ${plural(marked, 'file is', 'files are')} generated or vendored.`;
  return `The change touches ${plural(change.files.length, 'file')}${commits}: ${plural(additions, 'line')} added, ${deletions} removed.${markedSentence}`;
}

function reviewerSentences({ reviews }: SummaryInput): string {
  const models = reviews.filter((review) => review.reviewer.type === 'model');
  if (models.length === 0) return programSentence(reviews);
  const done = models.filter(isDone).map((review) => reviewerName(review.reviewer.id));
  const missing = reviews
    .filter((review) => !isDone(review))
    .map((review) => `${reviewerName(review.reviewer.id)} (${wordEnd(review)})`);
  const completed = done.length === 0 ? '' : `${joinWords(done)} completed the review.`;
  const absent = missing.length === 0 ? '' : `Not completed: ${joinWords(missing)}.`;
  return [completed, absent].filter((sentence) => sentence !== '').join(' ');
}

/** Rules alone are no review, and nobody should take their silence for one. */
function programSentence(reviews: readonly Review[]): string {
  const names = reviews.map((review) => reviewerName(review.reviewer.id));
  return names.length === 0 ? 'Nobody reviewed it.' : `No model reviewed it; only ${joinWords(names)} ran.`;
}

function findingSentences(input: SummaryInput): string {
  const { findings, counts, raw, guarded, dropped, withdrawn, moved, merged } = input;
  if (raw === 0) return 'No reviewer handed in a finding.';
  const verdicts = countVerdicts(findings);
  const fates = [
    merged === 0 ? '' : `${merged} merged into others`,
    dropped === 0 ? '' : `${dropped} dropped`,
    moved === 0 ? '' : `${moved} moved to other sections`,
    withdrawn === 0
      ? ''
      : `${withdrawn} withdrawn by ${withdrawn === 1 ? 'its reviewer' : 'their reviewers'}`,
  ].filter((part) => part !== '');
  const published = `${plural(raw, 'raw finding')} became ${wordCounts(counts)}${fates.length === 0 ? '' : `, with ${joinWords(fates)}`}.`;
  const judged = verdicts === '' ? published : `${published} Of the published ones, ${verdicts}.`;
  return guarded === 0 ? judged : `${judged} ${guardSentence(input)}`;
}

/** Rules found these, not a reviewer: nobody should take them for a second opinion. */
function guardSentence({ raw, guarded }: SummaryInput): string {
  const others = raw === guarded ? 'no reviewer handed in a finding' : 'it counts for no reviewer';
  return `${guarded} of the raw findings ${guarded === 1 ? 'is' : 'are'} the guard’s, which looks for what a change hides; ${others}.`;
}

function countVerdicts(findings: readonly PublishedFinding[]): string {
  const count = (verdict: VerdictValue) => findings.filter((finding) => finding.verdict === verdict).length;
  const parts = [
    [count('confirmed'), 'confirmed'],
    [count('uncertain'), 'disputed between reviewers'],
    [count('unexamined'), 'not examined'],
  ] as const;
  return joinWords(
    parts.flatMap(([number, word]) =>
      number > 0 ? [`${number} ${number === 1 ? 'is' : 'are'} ${word}`] : [],
    ),
  );
}
