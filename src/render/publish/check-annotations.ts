import type { CheckAnnotation } from '../../domain/publication.ts';
import type { PublishedFinding, Report } from '../../domain/report.ts';
import { nameReviewers } from '../../domain/reviewer.ts';
import { makeVisible, makeVisibleLine } from '../../domain/visible-text.ts';
import type { Severity } from '../../domain/vocabulary.ts';
import { shorten } from '../text/words.ts';
import { verdictWords, viewTitle } from '../view/finding-view.ts';
import { withoutDeferred } from './deferred.ts';

export const annotationLevels: Record<Severity, CheckAnnotation['level']> = {
  critical: 'failure',
  important: 'warning',
  suggestion: 'notice',
};

/** The forge takes 50 in one request, and a run has so many requests. */
export const mostAnnotations = 500;
/** The forge takes 255 characters. */
const longestTitle = 200;
/** Characters of each part: of all together the forge takes 64 KB. */
const longestText = 4000;

/** One annotation for each finding that is not deferred and has a place at the head, the most severe first. Titles and messages are plain text. */
export function annotateFindings(report: Report): CheckAnnotation[] {
  const { findings } = withoutDeferred(report);
  return findings.flatMap((finding) => annotate(finding) ?? []).slice(0, mostAnnotations);
}

function annotate(finding: PublishedFinding): CheckAnnotation | null {
  const place = finding.locations.find(({ side, path }) => side === 'head' && !hasOddBytes.test(path));
  if (place === undefined) return null;
  const { path, startLine, endLine } = place;
  return {
    path,
    startLine,
    endLine,
    level: annotationLevels[finding.severity],
    title: shorten(
      makeVisibleLine(`${finding.label}·${finding.shortId}: ${viewTitle(finding.title)}`),
      longestTitle,
    ),
    message: writeMessage(finding),
  };
}

const hasOddBytes = /\p{Cs}/u;

/** Never empty: the forge wants a text. */
function writeMessage({ explanation, scenario, fix, reviewers, verdict }: PublishedFinding): string {
  const parts = [explanation, scenario, fix.text.trim() === '' ? '' : `Fix: ${fix.text.trim()}`];
  return [
    ...parts.map((text) => shorten(makeVisible(text.trim(), { keepCarriageReturn: false }), longestText)),
    `${verdictWords[verdict]}. Found by ${shorten(nameReviewers(reviewers), 300)}.`,
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}
