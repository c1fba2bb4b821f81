import type { ForeignReport, ForeignSection } from '../../domain/foreign-report.ts';
import { type Severity, severities } from '../../domain/vocabulary.ts';
import { readHeader } from '../read/read-header.ts';
import { readReviewers } from '../read/read-reviewers.ts';
import { scanLines } from '../read/scan-lines.ts';
import { type BadgeView, describeBadge } from '../view/describe-badge.ts';
import { type FiltersView, viewFilters } from '../view/filters-view.ts';
import { type ForeignFindingView, viewForeignFinding } from './foreign-finding-view.ts';
import { rankHeadings, type TextPart } from './rank-headings.ts';
import { splitProse } from './split-prose.ts';
import { type TakenAnchors, uniqueAnchor } from './unique-anchor.ts';

/** A stretch of text, or a finding; the other is null. */
export interface ForeignPart {
  text: TextPart | null;
  finding: ForeignFindingView | null;
}

export interface ForeignSectionView {
  id: string;
  /** Markdown. */
  heading: string;
  /** `critical`, `important` or `suggestion`; else `plain`. */
  tone: string;
  findings: ForeignFindingView[];
  parts: ForeignPart[];
  /** What is folded away: the raw reviews of the appendix. */
  folds: { heading: string; parts: TextPart[] }[];
}

/** Everything the page of a foreign report says, in its order. Fields named `…markdown` and headings are Markdown. */
export interface ForeignView {
  title: string;
  subject: string;
  repository: string;
  notices: string[];
  recommendation: { value: string; words: string; sentence: string } | null;
  /** `linked`: whether there is a section of that severity to lead to. */
  counts: { severity: Severity; count: number; word: string; tone: string; linked: boolean }[];
  header: { name: string; list: boolean; items: string[] }[];
  /** What stands before the first section and is neither title nor row. */
  preface: TextPart[];
  /** What a foreign report cannot say, such as verdicts, is empty. */
  filters: FiltersView;
  sections: ForeignSectionView[];
  /** The same sections: from the first with findings to the last, and what stands around those. */
  before: ForeignSectionView[];
  withFindings: ForeignSectionView[];
  after: ForeignSectionView[];
  file: string;
  tool: string;
}

const words: Record<Severity, string> = {
  critical: 'critical',
  important: 'important',
  suggestion: 'suggestions',
};

export function viewForeignReport(report: ForeignReport): ForeignView {
  const { facts, findings, sections, kind } = report;
  const badge = badgeOf(report);
  const keys = new Map([...new Set(findings.flatMap(pathsOf))].map((path, at) => [path, `f${at}`]));
  const anchors: TakenAnchors = new Map();
  const views = new Map<number, ForeignFindingView[]>(sections.map((_, at) => [at, []]));
  for (const finding of findings)
    views.get(finding.section)?.push(viewForeignFinding(finding, { badge, keys, anchors }));
  const [head] = sections;
  const hasHead = head?.role === 'head';
  const from = hasHead ? 1 : 0;
  const shown = sections
    .slice(from)
    .map((section, at) => viewSection(section, views.get(at + from) ?? [], report, anchors));
  const first = shown.findIndex((section) => section.findings.length > 0);
  const last = shown.findLastIndex((section) => section.findings.length > 0);
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return {
    title: report.title,
    subject: facts.pullRequest?.title || report.title,
    repository: facts.repository === null ? '' : `${facts.repository.owner}/${facts.repository.name}`,
    notices: report.notices,
    recommendation: facts.recommendation && {
      ...facts.recommendation,
      value: facts.recommendation.value ?? 'unknown',
    },
    counts:
      kind === 'document'
        ? []
        : severities.map((severity) => ({
            severity,
            count: count(severity),
            word: words[severity],
            tone: count(severity) === 0 ? 'none' : severity,
            linked: shown.some(({ id }) => id === severity),
          })),
    header: report.header.map(({ name, value }) => {
      const items = value.split(/<br\s*\/?>/i).map((item) => item.trim());
      return { name, items, list: items.length > 1 };
    }),
    preface: hasHead ? rankHeadings(splitProse(prefaceOf(head)), 2) : [],
    filters: viewFilters(findings, {
      reviewers: report.reviewers.map(({ id }) => ({ id, badge: badge(id) })),
      keys,
    }),
    sections: shown,
    before: first < 0 ? shown : shown.slice(0, first),
    withFindings: first < 0 ? [] : shown.slice(first, last + 1),
    after: first < 0 ? [] : shown.slice(last + 1),
    file: report.source.file,
    tool: `${report.tool.name} ${report.tool.version}`,
  };
}

function badgeOf({ reviewers }: ForeignReport): (id: string) => BadgeView {
  const named = reviewers.map(({ id, name }) => ({ name, reviewer: { id } }));
  return (id) =>
    describeBadge(
      named,
      reviewers.findIndex((one) => one.id === id),
      id,
    );
}

function pathsOf({ locations }: ForeignReport['findings'][number]): string[] {
  return locations.map(({ path }) => path);
}

function prefaceOf({ markdown }: ForeignSection): string {
  const lines = scanLines(markdown);
  const { used } = readHeader(lines);
  return lines.flatMap(({ text }, at) => (used.has(at) ? [''] : [text])).join('\n');
}

function viewSection(
  section: ForeignSection,
  findings: ForeignFindingView[],
  report: ForeignReport,
  anchors: TakenAnchors,
): ForeignSectionView {
  const lines = section.markdown.split('\n');
  const parts: ForeignPart[] = [];
  let from = section.level > 0 ? 1 : 0;
  const addText = (to: number) => {
    for (const text of rankHeadings(splitProse(lines.slice(from, to).join('\n')), 3))
      parts.push({ text, finding: null });
  };
  for (const finding of findings) {
    addText(finding.startLine - 1);
    parts.push({ text: null, finding });
    from = finding.endLine;
  }
  const isAppendix = section.role === 'appendix';
  const folds = isAppendix ? foldReviews(lines.slice(from).join('\n'), report) : [];
  if (!isAppendix) addText(lines.length);
  const tone = severities.find((severity) => severity === section.role) ?? 'plain';
  return {
    id: uniqueAnchor(section.role === 'other' ? 'section' : section.role, anchors),
    heading: section.heading,
    tone: tone === 'plain' || findings.length > 0 ? tone : 'none',
    findings,
    parts,
    folds,
  };
}

/** One fold for each raw review; what stands before the first has one of its own. */
function foldReviews(markdown: string, { reviewers }: ForeignReport): ForeignSectionView['folds'] {
  const parts = splitProse(markdown);
  const isReview = ({ level, markdown: text }: { level: number; markdown: string }) =>
    level > 0 &&
    text.length < 200 &&
    readReviewers(text.replace(/[[\]]/g, '')).some(({ id }) => reviewers.some((known) => known.id === id));
  const outermost = Math.min(...parts.filter(isReview).map(({ level }) => level));
  const folds: { heading: string; parts: typeof parts }[] = [];
  for (const part of parts) {
    if (part.level === outermost && isReview(part)) folds.push({ heading: part.markdown, parts: [] });
    else {
      if (folds.length === 0) folds.push({ heading: 'As it stands in the report', parts: [] });
      folds.at(-1)?.parts.push(part);
    }
  }
  return folds.map(({ heading, parts: own }) => ({ heading, parts: rankHeadings(own, 3) }));
}
