import type { Report } from '../../domain/report.ts';
import { plural, shorten } from '../text/words.ts';
import { type Shown, type SummaryView, viewSummary } from '../view/summary-view.ts';
import type { LinkView } from '../view/view-context.ts';
import type { PublishContext } from './publish-context.ts';

/** What all texts about a whole report begin with and end on. */
export interface CommentHead
  extends Pick<
    SummaryView,
    | 'sentence'
    | 'notices'
    | 'counts'
    | 'earlier'
    | 'reviewedBy'
    | 'effort'
    | 'findings'
    | 'leftOut'
    | 'report'
    | 'reviewers'
  > {
  /** `Deep review, round 2: merge with fixes` */
  heading: string;
  /** `round 2` */
  round: string;
  /** `8 files, +231 −4` */
  size: string;
  head: LinkView;
  tool: string;
  run: string;
}

export function viewCommentHead({ report, view, reportUrl }: PublishContext, shown: Shown): CommentHead {
  const summary = viewSummary(report, shown, reportUrl);
  const { change, run, tool } = report;
  const { sentence, notices, counts, earlier, reviewedBy, effort, findings, leftOut, reviewers } = summary;
  return {
    heading: nameReview(report, summary.recommendation),
    ...{ sentence, notices, counts, earlier, reviewedBy, effort, findings, leftOut, reviewers },
    report: summary.report,
    round: `round ${change.round}`,
    size: `${plural(change.files, 'file')}, +${change.additions} −${change.deletions}`,
    head: { text: change.head.sha.slice(0, 12), url: view.links.commit(change.head.sha) },
    tool: shorten(`${tool.name} ${tool.version}`, 200),
    run: shorten(run.id, 200),
  };
}

function nameReview({ change }: Report, recommendation: string): string {
  const round = change.round > 1 ? `, round ${change.round}` : '';
  return `Deep review${round}: ${recommendation.toLowerCase()}`;
}
