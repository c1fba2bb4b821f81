import { formatLocation, type Location } from '../../domain/location.ts';
import type { Report, ReviewerOutcome } from '../../domain/report.ts';
import { reviewerName } from '../../domain/reviewer.ts';
import { type ShownPart, showExcerpt } from '../source/excerpt-view.ts';
import { createPermalinks, type Permalinks } from '../source/permalink.ts';
import type { SourceReader } from '../source/source-reader.ts';
import { languageOf } from '../text/languages.ts';
import { findReferences, type References } from '../text/references.ts';

/** A text and where it leads; null for nowhere. */
export interface LinkView {
  text: string;
  url: string | null;
}

/** How a reviewer is marked: a name, its mark of two letters, and one of eight shapes, so that colour is never needed. */
export interface BadgeView {
  id: string;
  name: string;
  mark: string;
  shape: number;
}

/** Code cut from git, or why there is none. */
export interface ExcerptView extends LinkView {
  language: string;
  /** Empty when there is code. */
  missing: string;
  parts: ShownPart[];
}

/** What every part of a view needs to know about the report. */
export interface ViewContext {
  report: Report;
  links: Permalinks;
  references: References;
  /** Path → a short name for attributes of every file with a finding, in the order of the findings. */
  fileKeys: ReadonlyMap<string, string>;
  badge(reviewer: string): BadgeView;
  place(location: Location): LinkView;
  /** The code at places of one file, from the first to the last of them, with lines of context around. */
  excerpt(places: readonly [Location, ...Location[]], context: number): Promise<ExcerptView>;
}

export async function createViewContext(report: Report, sources: SourceReader): Promise<ViewContext> {
  const links = createPermalinks(report.change);
  const order = report.reviewers.map(({ reviewer }) => reviewer.id);
  const place = (location: Location) => ({ text: formatLocation(location), url: links.location(location) });
  return {
    report,
    links,
    references: await findReferences(report, sources),
    fileKeys: keyFiles(report),
    badge: (reviewer) => describeBadge(report.reviewers, order.indexOf(reviewer), reviewer),
    place,
    async excerpt(places, context) {
      const [{ path, side }] = places;
      const ranges = places.map(({ startLine, endLine }) => ({ start: startLine, end: endLine }));
      const start = Math.min(...ranges.map((range) => range.start));
      const end = Math.max(...ranges.map((range) => range.end));
      const commit = side === 'base' ? report.change.mergeBase : report.change.head.sha;
      const excerpt = await sources.excerpt(commit, path, { start, end }, context);
      return {
        text: formatPlaces(places),
        url: links.location({ path, side, startLine: start, endLine: end }),
        language: languageOf(path),
        ...showExcerpt(excerpt, ranges),
      };
    },
  };
}

function keyFiles({ findings }: Report): Map<string, string> {
  const paths = new Set(findings.flatMap(({ locations }) => locations.map(({ path }) => path)));
  return new Map([...paths].map((path, at) => [path, `f${at}`]));
}

/** `a.go:4, 7-9`: places of one file, the path once. */
function formatPlaces([first, ...rest]: readonly [Location, ...Location[]]): string {
  const lines = rest.map(({ startLine, endLine }) =>
    startLine === endLine ? `${startLine}` : `${startLine}-${endLine}`,
  );
  return [formatLocation(first), ...lines].join(', ');
}

const shapes = 8;

function describeBadge(reviewers: readonly ReviewerOutcome[], at: number, id: string): BadgeView {
  const name = reviewers[at]?.name ?? reviewerName(id);
  return { id, name, mark: markOf(name, id, reviewers), shape: at < 0 ? shapes - 1 : at % shapes };
}

/** Reviewers whose names begin alike: Claude, Codex, Checks. */
const knownMarks: ReadonlyMap<string, string> = new Map([['codex', 'Cx']]);

/** `Cl`, `Cx`, `Ge`, `Ch`; of two that would be the same, the later has the first letter that tells it apart. */
function markOf(name: string, id: string, reviewers: readonly ReviewerOutcome[]): string {
  const taken = new Set<string>();
  for (const outcome of reviewers) {
    const mark = chooseMark(outcome.name, outcome.reviewer.id, taken);
    if (outcome.reviewer.id === id) return mark;
    taken.add(mark);
  }
  return chooseMark(name, id, taken);
}

function chooseMark(name: string, id: string, taken: ReadonlySet<string>): string {
  const [first = '?', ...rest] = name.replace(/[^\p{L}\p{N}]/gu, '');
  const marks = [...rest, ...'23456789'].map((letter) => `${first}${letter}`);
  const wanted = [...(knownMarks.has(id) ? [knownMarks.get(id) ?? ''] : []), ...marks];
  return wanted.find((mark) => !taken.has(mark)) ?? first;
}
