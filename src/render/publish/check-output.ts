import type { CheckAnnotation, CheckConclusion, CheckRunOutput } from '../../domain/publication.ts';
import type { Report } from '../../domain/report.ts';
import { isDone } from '../../domain/run-outcome.ts';
import { makeVisibleLine } from '../../domain/visible-text.ts';
import { severities } from '../../domain/vocabulary.ts';
import { nameEnd } from '../text/reviewer-end.ts';
import { formatInteger, joinWords, plural, shorten, wordRecommendation } from '../text/words.ts';
import { mostShown, shed } from '../view/summary-view.ts';
import { annotateFindings, mostAnnotations } from './check-annotations.ts';
import { viewCommentHead } from './comment-head.ts';
import { writeFullFindings } from './full-findings.ts';
import type { PublishContext } from './publish-context.ts';

/** Bytes; the forge takes 65,535 characters of each text. */
const budget = 65_000;
const mostRows = 20;
const longestTitle = 200;

/** The check run about a report: head and table as its summary, findings in full as its text, one annotation each. */
export function writeCheckOutput(
  context: PublishContext,
  { conclusion }: { conclusion: CheckConclusion },
): CheckRunOutput {
  const { report } = context;
  const annotations = annotateFindings(report);
  return {
    name: 'deep-review',
    conclusion,
    title: nameCheck(report),
    summary: writeCheckSummary(context, annotations),
    text: writeCheckText(context),
    annotations,
    detailsUrl: context.reportUrl,
  };
}

function writeCheckSummary(context: PublishContext, annotations: readonly CheckAnnotation[]): string {
  const { report } = context;
  const rest = report.findings.length - annotations.length;
  const render = (shown: ReturnType<typeof mostShown>) =>
    context.pen().write('check', {
      ...viewCommentHead(context, shown),
      unannotated:
        rest === 0
          ? ''
          : `${plural(rest, 'finding')} without an annotation: these stand on lines of the head, and there are at most ${mostAnnotations}.`,
    });
  let shown = mostShown(report, { findings: mostRows });
  let text = render(shown);
  for (let next = shed(shown); next !== null && Buffer.byteLength(text) > budget; next = shed(shown)) {
    shown = next;
    text = render(shown);
  }
  return text;
}

function writeCheckText(context: PublishContext): string {
  const { findings } = context.report;
  if (findings.length === 0) return '';
  const pen = context.pen();
  return pen.write('checkText', writeFullFindings(context, pen, findings, budget - 1000));
}

/** `Rework: 2 critical, 18 important, 3 suggestions`; who is missing stands in it. */
function nameCheck({ recommendation, counts, reviewers, run }: Report): string {
  const parts = severities.flatMap((severity) => {
    const count = counts[severity];
    if (count === 0) return [];
    return severity === 'suggestion' ? [plural(count, severity)] : [`${formatInteger(count)} ${severity}`];
  });
  const missing = reviewers.filter((one) => !isDone(one)).map((one) => `${one.name} (${nameEnd(one)})`);
  const without = missing.length === 0 ? '' : `; without ${joinWords(missing)}`;
  const words = parts.length === 0 ? nothingFound(run.status) : parts.join(', ');
  return shorten(
    makeVisibleLine(`${wordRecommendation(recommendation.value)}: ${words}${without}`),
    longestTitle,
  );
}

function nothingFound(status: Report['run']['status']): string {
  return status === 'failed' ? 'no reviewer came to its end' : 'no finding';
}
