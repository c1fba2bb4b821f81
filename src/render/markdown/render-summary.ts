import { formatLocation, type Location } from '../../domain/location.ts';
import type { Report } from '../../domain/report.ts';
import { reviewerName } from '../../domain/reviewer.ts';
import { isDone } from '../../domain/run-outcome.ts';
import { createPermalinks, webAddress } from '../source/permalink.ts';
import type { Templates } from '../templates.ts';
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
import { verdictWords } from '../view/finding-view.ts';
import { missingNotices } from '../view/missing-notices.ts';
import type { LinkView } from '../view/view-context.ts';
import { createMarkdownHelpers } from './markdown-helpers.ts';

export interface SummaryInput {
  report: Report;
  templates: Templates;
  /** Where the whole report is; null when that is not known. */
  reportUrl: string | null;
}

interface SummaryView {
  title: string;
  recommendation: string;
  sentence: string;
  notices: string[];
  counts: string;
  byline: string;
  findings: {
    label: string;
    shortId: string;
    title: string;
    place: LinkView;
    reviewers: string;
    tag: string;
  }[];
  leftOut: string;
  report: LinkView | null;
  reviewers: string[];
  facts: string[];
}

const mostFindings = 6;
const mostNotices = 5;
const longestText = 300;
const longestNotice = 800;
const longestTitle = 200;
/** Bytes; the forge takes 65,536 characters, and a comment carries a hidden block besides. */
const budget = 60_000;

/**
 * summary.md, for a comment: at most six findings, the most severe first, and at most 60,000 bytes. What does not
 * fit is shed from the least severe on, counted and named.
 */
export function renderSummary({ report, templates, reportUrl }: SummaryInput): string {
  const helpers = createMarkdownHelpers({ reference: () => null, isOwn: () => false });
  const render = (shown: number) =>
    `${templates.summary(viewSummary(report, shown, reportUrl), helpers).trim()}\n`;
  let shown = Math.min(mostFindings, report.findings.length);
  let text = render(shown);
  while (Buffer.byteLength(text) > budget && shown > 0) {
    shown -= 1;
    text = render(shown);
  }
  return text;
}

function viewSummary(report: Report, shown: number, reportUrl: string | null): SummaryView {
  const names = new Map(report.reviewers.map(({ reviewer, name }) => [reviewer.id, name]));
  const links = createPermalinks(report.change);
  const place = (location: Location | undefined): LinkView => ({
    text: location === undefined ? '' : shorten(formatLocation(location), longestText),
    url: location === undefined ? null : links.location(location),
  });
  const address = webAddress(reportUrl);
  return {
    title: report.title,
    recommendation: wordRecommendation(report.recommendation.value),
    sentence: shorten(report.recommendation.sentence, longestText),
    notices: [...missingNotices(report), ...report.run.notices]
      .slice(0, mostNotices)
      .map((notice) => shorten(notice, longestNotice)),
    counts: wordCounts(report.counts),
    byline: describeRun(report),
    findings: report.findings.slice(0, shown).map((finding) => ({
      label: finding.label,
      shortId: finding.shortId,
      title: shorten(finding.title, longestTitle),
      place: finding.about === undefined ? place(finding.locations[0]) : { text: finding.about, url: null },
      reviewers: finding.reviewers.map((id) => names.get(id) ?? reviewerName(id)).join(', '),
      tag:
        finding.verdict === 'confirmed'
          ? finding.kind
          : `${finding.kind}, ${verdictWords[finding.verdict].toLowerCase()}`,
    })),
    leftOut: nameFindings(report.findings.slice(shown)),
    report: address === null ? null : { text: 'The whole report', url: address.href },
    reviewers: report.reviewers.map((one) => `${reviewerLabel(one.reviewer)} — ${wordEnd(one)}`),
    facts: [
      `${plural(report.change.files, 'file')}, +${report.change.additions} −${report.change.deletions}`,
      `head ${report.change.head.sha.slice(0, 12)}`,
      `${report.tool.name} ${report.tool.version}`,
    ],
  };
}

/** `Reviewed by Claude and Codex; not completed: Gemini (timed out). 16 min 51 s, $4.37.` */
function describeRun({ reviewers, run }: Report): string {
  const done = reviewers.filter(isDone).map(({ name }) => name);
  const missing = reviewers.filter((one) => !isDone(one)).map((one) => `${one.name} (${nameEnd(one)})`);
  const by = done.length === 0 ? 'Reviewed by nobody' : `Reviewed by ${joinWords(done)}`;
  const without = missing.length === 0 ? '' : `; not completed: ${joinWords(missing)}`;
  const cost = run.costUsd === null ? `cost ${wordCost(run)}` : wordCost(run);
  return `${by}${without}. ${wordDuration(run.wallClockMs)}, ${cost}.`;
}
