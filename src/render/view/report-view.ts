import { isWithdrawn, type LedgerEntry } from '../../domain/ledger.ts';
import type { AttributedText, Report, ReportObservation } from '../../domain/report.ts';
import type { Recommendation, Severity } from '../../domain/vocabulary.ts';
import { drawPictures, type Pictures } from '../pictures/draw-pictures.ts';
import type { SourceReader } from '../source/source-reader.ts';
import { formatDate, joinWords, nameRevision, shorten, wordRecommendation } from '../text/words.ts';
import { type RawReviewView, viewAppendix } from './appendix-view.ts';
import { type CoverageView, viewCoverage } from './coverage-view.ts';
import { type EarlierView, viewEarlier } from './earlier-view.ts';
import { type FiltersView, viewFilters } from './filters-view.ts';
import { type FindingOptions, type FindingView, inOrder, viewFinding, viewTitle } from './finding-view.ts';
import { type HeaderRow, viewHeader } from './header-view.ts';
import { missingNotices } from './missing-notices.ts';
import { type ProseBylines, viewBylines } from './prose-bylines.ts';
import { type RetroView, viewRetro } from './retro-view.ts';
import { type StatementView, viewStatement } from './trail-view.ts';
import { type BadgeView, createViewContext, type LinkView, type ViewContext } from './view-context.ts';
import { wordNone } from './word-none.ts';

export interface AttributedView {
  reviewers: BadgeView[];
  text: string;
}

export interface ObservationView extends AttributedView {
  title: string;
  scope: string;
  places: LinkView[];
  /** `Gemini I2`, for a finding that was moved here; else empty. */
  from: string;
}

/** Everything a report says, in order, as plain values: no markup, nothing escaped. One view for both formats. */
export interface ReportView {
  title: string;
  /** What is reviewed: the pull request's title, else the branch or the range. */
  subject: string;
  repository: string;
  notices: string[];
  recommendation: { value: Recommendation; words: string; sentence: string };
  counts: { severity: Severity; count: number; word: string; tone: string }[];
  header: HeaderRow[];
  executiveSummary: string;
  earlier: EarlierView | null;
  filters: FiltersView;
  bylines: ProseBylines;
  severities: { severity: Severity; heading: string; tone: string; findings: FindingView[]; none: string }[];
  notPublished: StatementView[];
  notPublishedHeading: string;
  concerns: ObservationView[];
  strengths: ObservationView[];
  testing: AttributedView[];
  documentation: AttributedView[];
  commitStructure: AttributedView[];
  acknowledged: (AttributedView & { location: string })[];
  declined: { title: string; round: string; reason: string }[];
  unresolvedFeedback: (AttributedView & { author: string; state: string })[];
  coverage: CoverageView;
  pictures: Pictures;
  retro: RetroView;
  processNotes: { heading: string; notes: { rule: string; why: string; reviewers: BadgeView[] }[] }[];
  resolution: { addressed: string; rows: ResolutionRowView[] } | null;
  /** What the reviewers were told; one text for those that were told the same. */
  instructions: { names: string; text: string }[];
  appendix: RawReviewView[];
  tool: string;
}

export interface ResolutionRowView {
  finding: string;
  action: string;
  reason: string;
  commit: LinkView | null;
}

export interface ReportViewInput {
  report: Report;
  sources: SourceReader;
  options: FindingOptions;
}

export interface PreparedView {
  view: ReportView;
  context: ViewContext;
}

/** Reads the code the report shows and lays everything out. Rejects as `SourceReader` does. */
export async function buildReportView({ report, sources, options }: ReportViewInput): Promise<PreparedView> {
  const context = await createViewContext(report, sources);
  const findings = await inOrder(report.findings, (finding) => viewFinding(context, finding, options));
  const attributed = ({ reviewers, text }: AttributedText) => ({
    reviewers: reviewers.map(context.badge),
    text,
  });
  const observation = (one: ReportObservation) => viewObservation(context, one);
  const notPublished = report.ledger.entries.filter(isNotPublished);
  const view: ReportView = {
    title: report.title,
    subject: subjectOf(report),
    repository: `${report.change.repository.owner}/${report.change.repository.name}`,
    notices: [...missingNotices(report), ...report.run.notices],
    recommendation: {
      value: report.recommendation.value,
      words: wordRecommendation(report.recommendation.value),
      sentence: report.recommendation.sentence,
    },
    counts: headings.map(({ severity, word }) => ({
      severity,
      count: report.counts[severity],
      word,
      tone: toneOf(severity, report.counts[severity]),
    })),
    header: viewHeader(context),
    executiveSummary: report.executiveSummary,
    earlier: viewEarlier(report),
    filters: viewFilters(report.findings, {
      reviewers: [...report.reviewers, ...(report.guard == null ? [] : [report.guard])].map(
        ({ reviewer }) => ({
          id: reviewer.id,
          badge: context.badge(reviewer.id),
        }),
      ),
      keys: context.fileKeys,
    }),
    bylines: viewBylines(report),
    severities: headings.map(({ severity, heading }) => ({
      severity,
      heading,
      tone: toneOf(severity, report.counts[severity]),
      findings: findings.filter((finding) => finding.severity === severity),
      none: wordNone(report),
    })),
    notPublished: notPublished.map((entry) => viewStatement(context, entry)),
    notPublishedHeading: headNotPublished(notPublished),
    concerns: report.designObservations.filter((one) => one.kind === 'concern').map(observation),
    strengths: report.designObservations.filter((one) => one.kind === 'strength').map(observation),
    testing: report.testing.map(attributed),
    documentation: report.documentation.map(attributed),
    commitStructure: report.commitStructure.map(attributed),
    acknowledged: report.acknowledged.map(({ location, ...text }) => ({ ...attributed(text), location })),
    declined: report.declined.map(({ title, round, reason }) => ({
      title: viewTitle(title),
      round: round === null ? 'in an earlier round' : `in round ${round}`,
      reason,
    })),
    unresolvedFeedback: report.unresolvedFeedback.map(({ author, state, ...text }) => ({
      ...attributed(text),
      author,
      state,
    })),
    coverage: viewCoverage(context),
    pictures: drawPictures(report, context.badge),
    retro: viewRetro(context),
    processNotes: [
      { heading: 'Tool improvements', notes: report.processNotes.tool },
      { heading: 'Repo context updates', notes: report.processNotes.repository },
    ].map(({ heading, notes }) => ({
      heading,
      notes: notes.map(({ rule, why, reviewers }) => ({
        rule,
        why,
        reviewers: reviewers.map(context.badge),
      })),
    })),
    resolution: viewResolution(context),
    instructions: (report.instructions ?? []).map(({ reviewers, text }) => ({
      names: joinWords(reviewers.map((id) => context.badge(id).name)),
      text,
    })),
    appendix: viewAppendix(context),
    tool: `${report.tool.name} ${report.tool.version}`,
  };
  return { view, context };
}

const headings: readonly { severity: Severity; heading: string; word: string }[] = [
  { severity: 'critical', heading: 'Critical Issues', word: 'critical' },
  { severity: 'important', heading: 'Important Issues', word: 'important' },
  { severity: 'suggestion', heading: 'Suggestions', word: 'suggestions' },
];

/** A severity without findings alarms nobody. */
function toneOf(severity: Severity, count: number): string {
  return count === 0 ? 'none' : severity;
}

function subjectOf({ change }: Report): string {
  if (change.pullRequest !== null) return viewTitle(change.pullRequest.title);
  return viewTitle(
    `${change.branch ?? nameRevision(change.head.name)} against ${nameRevision(change.base.name)}`,
  );
}

function isNotPublished(entry: LedgerEntry): boolean {
  return entry.fate.fate === 'dropped' || entry.fate.fate === 'moved';
}

function headNotPublished(entries: readonly LedgerEntry[]): string {
  const moved = entries.filter(({ fate }) => fate.fate === 'moved').length;
  const withdrawn = entries.filter(isWithdrawn).length;
  const dropped = entries.length - moved - withdrawn;
  const parts = [
    ...(dropped > 0 ? [`${dropped} dropped`] : []),
    ...(moved > 0 ? [`${moved} moved to other sections`] : []),
    ...(withdrawn > 0 ? [`${withdrawn} withdrawn`] : []),
  ];
  return `Not published as findings: ${parts.join(', ')}`;
}

function viewObservation(context: ViewContext, one: ReportObservation): ObservationView {
  const [reviewer = '', id = ''] = one.from?.split('/') ?? [];
  return {
    title: viewTitle(one.title),
    scope: one.scope,
    text: one.text,
    reviewers: one.reviewers.map(context.badge),
    places: one.locations.map(context.place),
    from: one.from === null ? '' : `${context.badge(reviewer).name} ${id}`,
  };
}

function viewResolution({ report, links }: ViewContext): ReportView['resolution'] {
  if (report.resolution === null) return null;
  return {
    addressed: formatDate(report.resolution.addressedAt),
    rows: report.resolution.rows.map(({ finding, action, reason, commit }) => ({
      finding: shorten(finding, 300),
      action,
      reason,
      commit: commit === null ? null : { text: commit.slice(0, 7), url: links.commit(commit) },
    })),
  };
}
