import { formatLocation, type Location } from '../../domain/location.ts';
import type { PublishedFinding, Report } from '../../domain/report.ts';
import { reviewerName } from '../../domain/reviewer.ts';
import { isDone } from '../../domain/run-outcome.ts';
import { createPermalinks, webAddress } from '../source/permalink.ts';
import { nameFindings } from '../text/name-findings.ts';
import { nameEnd, wordEnd } from '../text/reviewer-end.ts';
import { wordCost } from '../text/word-cost.ts';
import {
  joinWords,
  plural,
  reviewerLabel,
  shorten,
  wordCounts,
  wordDuration,
  wordRecommendation,
} from '../text/words.ts';
import { type EarlierView, viewEarlier } from './earlier-view.ts';
import { verdictWords } from './finding-view.ts';
import { missingNotices } from './missing-notices.ts';
import type { LinkView } from './view-context.ts';
import { wordNone } from './word-none.ts';

/** What a summary says, as plain values. */
export interface SummaryView {
  title: string;
  recommendation: string;
  sentence: string;
  notices: string[];
  counts: string;
  earlier: EarlierView | null;
  /** `Reviewed by Claude and Codex` */
  reviewedBy: string;
  /** `not completed: Gemini (timed out)`; empty when everybody came to an end. */
  notCompleted: string;
  /** Time and cost. */
  effort: string;
  findings: {
    label: string;
    shortId: string;
    title: string;
    place: LinkView;
    /** `2 more places`; empty for a finding at one place. */
    more: string;
    reviewers: string;
    tag: string;
  }[];
  leftOut: string;
  report: LinkView | null;
  reviewers: string[];
  facts: string[];
}

/** How many of each list are shown. */
export interface Shown {
  findings: number;
  notices: number;
  reviewers: number;
  /** Findings of earlier rounds; all of them are counted in a sentence. */
  earlier: number;
}

const most: Shown = { findings: 6, notices: 5, reviewers: 12, earlier: 20 };
const longestText = 300;
const longestLine = 2000;
const longestNotice = 800;
const longestTitle = 200;

/** What there is to show, at most this much of it. */
export function mostShown(report: Report, limits: Partial<Shown> = {}): Shown {
  const { findings, notices, reviewers, earlier } = { ...most, ...limits };
  return {
    findings: Math.min(findings, report.findings.length),
    notices: Math.min(notices, listNotices(report).length),
    reviewers: Math.min(reviewers, report.reviewers.length),
    earlier: Math.min(earlier, report.earlierFindings?.length ?? 0),
  };
}

/** One thing less, earlier findings first; null when only the least is left: the first notice says who is missing. */
export function shed(shown: Shown): Shown | null {
  const { findings, notices, reviewers, earlier } = shown;
  if (earlier > 0) return { ...shown, earlier: earlier - 1 };
  if (findings > 0) return { ...shown, findings: findings - 1 };
  if (notices > 1) return { ...shown, notices: notices - 1 };
  return reviewers > 0 ? { ...shown, reviewers: reviewers - 1 } : null;
}

function listNotices(report: Report): string[] {
  return [...missingNotices(report), ...report.run.notices];
}

export function viewSummary(report: Report, shown: Shown, reportUrl: string | null): SummaryView {
  const address = webAddress(reportUrl);
  const notices = listNotices(report);
  return {
    title: shorten(report.title, longestText),
    recommendation: wordRecommendation(report.recommendation.value),
    sentence: shorten(report.recommendation.sentence, longestText),
    notices: notices.slice(0, shown.notices).map((notice) => shorten(notice, longestNotice)),
    counts: describeCounts(report),
    earlier: viewEarlier(report, shown.earlier),
    reviewedBy: shorten(nameReviewersDone(report), longestLine),
    notCompleted: shorten(nameReviewersMissing(report), longestLine),
    effort: describeEffort(report),
    findings: report.findings.slice(0, shown.findings).map((finding) => viewRow(finding, report)),
    leftOut: joinWords(
      [
        nameFindings(report.findings.slice(shown.findings)),
        countRest(notices.length - shown.notices, 'notice'),
        countRest(report.reviewers.length - shown.reviewers, 'reviewer'),
      ].filter((part) => part !== ''),
    ),
    report: address === null ? null : { text: 'The whole report', url: address.href },
    reviewers: report.reviewers
      .slice(0, shown.reviewers)
      .map((one) => `${shorten(reviewerLabel(one.reviewer), longestTitle)} — ${wordEnd(one)}`),
    facts: [
      `${plural(report.change.files, 'file')}, +${report.change.additions} −${report.change.deletions}`,
      `head ${report.change.head.sha.slice(0, 12)}`,
      shorten(`${report.tool.name} ${report.tool.version}`, longestTitle),
    ],
  };
}

function viewRow(finding: PublishedFinding, report: Report): SummaryView['findings'][number] {
  const { label, shortId, about, locations, kind, verdict } = finding;
  const names = new Map(report.reviewers.map(({ reviewer, name }) => [reviewer.id, name]));
  const raisedBy = finding.reviewers.map((id) => names.get(id) ?? reviewerName(id)).join(', ');
  return {
    label,
    shortId: shorten(shortId, longestTitle),
    title: shorten(finding.title, longestTitle),
    place:
      about === undefined
        ? viewPlace(locations[0], report)
        : { text: shorten(about, longestText), url: null },
    more: countRest(Math.max(0, locations.length - 1), 'more place'),
    reviewers: shorten(raisedBy, longestText),
    tag: verdict === 'confirmed' ? kind : `${kind}, ${verdictWords[verdict].toLowerCase()}`,
  };
}

function viewPlace(location: Location | undefined, { change }: Report): LinkView {
  if (location === undefined) return { text: '', url: null };
  const url = createPermalinks(change).location(location);
  return { text: shorten(formatLocation(location), longestText), url };
}

/** Where nobody came to an end, "no finding" would say something about the change. */
function describeCounts(report: Report): string {
  const none = wordNone(report);
  return report.findings.length === 0 && none !== 'None.' ? none : `Found: ${wordCounts(report.counts)}.`;
}

function nameReviewersDone({ reviewers }: Report): string {
  const done = reviewers.filter(isDone).map(({ name }) => name);
  return done.length === 0 ? 'Reviewed by nobody' : `Reviewed by ${joinWords(done)}`;
}

function nameReviewersMissing({ reviewers }: Report): string {
  const missing = reviewers.filter((one) => !isDone(one)).map((one) => `${one.name} (${nameEnd(one)})`);
  return missing.length === 0 ? '' : `not completed: ${joinWords(missing)}`;
}

/** `16 min 51 s, $4.37` */
function describeEffort({ run }: Report): string {
  const cost = run.costUsd === null ? `cost ${wordCost(run)}` : wordCost(run);
  return `${wordDuration(run.wallClockMs)}, ${cost}`;
}

function countRest(count: number, name: string): string {
  return count === 0 ? '' : plural(count, name);
}
