import { formatLocation, type Location } from '../../domain/location.ts';
import type { Report } from '../../domain/report.ts';
import { type ShownPart, showExcerpt } from '../source/excerpt-view.ts';
import { createPermalinks, type Permalinks } from '../source/permalink.ts';
import type { SourceReader } from '../source/source-reader.ts';
import { languageOf } from '../text/languages.ts';
import { findReferences, type References } from '../text/references.ts';
import { type BadgeView, describeBadge } from './describe-badge.ts';

export type { BadgeView };

/** A text and where it leads; null for nowhere. */
export interface LinkView {
  text: string;
  url: string | null;
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
