import type { ForeignLocation, ForeignReviewer } from '../../domain/foreign-report.ts';
import type { Severity } from '../../domain/vocabulary.ts';
import { findOutsideCode, type InlinePart, splitInlineParts } from './inline-parts.ts';
import { readPlace, readPlaces } from './read-locations.ts';
import { readAttribution } from './read-reviewers.ts';
import type { ScannedLine } from './scan-lines.ts';

/** What the first line of a finding says. */
export interface FindingLine {
  /** `I1`; empty for `1.` and for lines without a number. */
  id: string;
  /** Of `1.` and the like; 0 for none. */
  number: number;
  /** Of a line such as `**[IMPORTANT] a.go:4 — …**`. */
  severity: Severity | null;
  /** Markdown. */
  title: string;
  locations: ForeignLocation[];
  reviewers: ForeignReviewer[];
  remarks: string[];
}

const longestFindingLine = 3000;
/** Looked for only where blanks begin, so that a long run of them takes no long. */
const dash = /(?<!\s)\s+(?:—|–|--)\s+/g;
const numbered =
  /^(?:[-*] )?(\*\*)?(?:([CIS]\d{1,4})(?:·[\w-]{1,72})?|(\d{1,4}))(?:[.:)](\*\*)?[ \t]+|(\*\*)?[ \t]+(?=—|–|--))/;

/**
 * Reads a line as the beginning of a finding, in any of the shapes that reports have had: `I1. **T** — …`, `1. **T** …`,
 * `**I1. T** — …`, `#### I1. T — …`, `**[IMPORTANT] place — T** [Who]`. null for every other line.
 */
export function readFindingLine(
  { kind, text, heading }: ScannedLine,
  known: readonly ForeignReviewer[],
): FindingLine | null {
  if ((kind !== 'text' && kind !== 'heading') || text.length > longestFindingLine) return null;
  const line = (kind === 'heading' ? heading : text).trimEnd();
  const start = numbered.exec(line);
  if (start === null) return readMarked(line, known);
  const [opening, bold, id = '', digits = '', closedAfter, closedBefore] = start;
  const rest = line.slice(opening.length).replace(/^(?:—|–|--)\s+/, '');
  const isInBold = bold !== undefined && closedAfter === undefined && closedBefore === undefined;
  const titled = readBold(isInBold ? `**${rest}` : rest);
  const isPlain = kind === 'heading' || bold !== undefined || rest.search(dash) >= 0;
  if (titled === null && (!isPlain || (id === '' && kind !== 'heading'))) return null;
  const { title, rest: behind } = titled ?? splitPlain(rest);
  return { id, number: Number(digits || 0), severity: null, ...describe(title, behind, known) };
}

interface Split {
  title: string;
  rest: string;
}

/** `**T** rest`, also struck through: the title without its marks. null when the text does not begin so. */
function readBold(text: string): Split | null {
  const struck = text.startsWith('~~**');
  if (!struck && !text.startsWith('**')) return null;
  const from = struck ? 4 : 2;
  const end = findOutsideCode(text, '**', from);
  if (end <= from) return null;
  const rest = text.slice(end + 2);
  return { title: text.slice(from, end).trim(), rest: struck ? rest.replace(/^~~/, '') : rest };
}

/** Without bold marks the title ends before the last dash that a place or a bracket follows. */
function splitPlain(text: string): Split {
  const ends = [...text.matchAll(dash)].filter((one) => /[`[]/.test(text[one.index + one[0].length] ?? ''));
  const at = ends.at(-1)?.index ?? text.length;
  return { title: text.slice(0, at), rest: text.slice(at) };
}

const severityWord = /\b(critical|important|suggestion)\b/i;

/** `**[SEVERITY] a.go:4 — T** [Who]`, `**SEVERITY** a.go:4 — T`. */
function readMarked(line: string, known: readonly ForeignReviewer[]): FindingLine | null {
  const mark =
    /^\*\*\[([^\]\n]{1,60})\]\s*/.exec(line) ?? /^\*\*(CRITICAL|IMPORTANT|SUGGESTION)\*\*:?\s+/.exec(line);
  const severity = severityWord.exec(mark?.[1] ?? '')?.[1]?.toLowerCase() as Severity | undefined;
  if (mark === null || severity === undefined) return null;
  const behind = line.slice(mark[0].length);
  const bold = mark[0].startsWith('**[') ? readBold(`**${behind}`) : { title: behind, rest: '' };
  if (bold === null) return null;
  const [place = '', ...title] = bold.title.split(dash);
  const places = title.length > 0 ? readPlaces(place) : [];
  const said = describe(places.length > 0 ? title.join(' — ') : bold.title, bold.rest, known);
  const remark = mark[1]?.toLowerCase() === severity ? [] : [mark[1] ?? ''];
  return {
    id: '',
    number: 0,
    severity,
    ...said,
    locations: [...places, ...said.locations],
    remarks: [...remark, ...said.remarks],
  };
}

/** What stands behind the title: places in code, who raised it in brackets, remarks in parentheses. */
function describe(
  title: string,
  rest: string,
  known: readonly ForeignReviewer[],
): Pick<FindingLine, 'title' | 'locations' | 'reviewers' | 'remarks'> {
  const locations: ForeignLocation[] = [];
  const reviewers: ForeignReviewer[] = [];
  const remarks: string[] = [];
  const parts = splitInlineParts(rest);
  for (const [at, { kind, text }] of parts.entries()) {
    if (kind === 'code') locations.push(...(readPlace(text, locations.at(-1)?.path ?? null) ?? []));
    if (kind === 'parenthesis' && !isAddress(text, parts[at - 1])) remarks.push(text);
    if (kind !== 'bracket') continue;
    const next = parts[at + 1];
    const linked = next?.kind === 'parenthesis' ? readLink(text, next.text) : null;
    const attribution = readAttribution(text, known);
    if (linked !== null) locations.push(...linked);
    else if (attribution.remark !== '') remarks.push(attribution.remark);
    for (const one of attribution.reviewers)
      if (!reviewers.some(({ id }) => id === one.id)) reviewers.push(one);
  }
  const swallowed = locations.length === 0 ? placeAtEnd(title) : null;
  return {
    title: (swallowed?.title ?? title).trim(),
    locations: swallowed?.locations ?? locations,
    reviewers,
    remarks,
  };
}

/** Whether a parenthesis is where a link leads. */
function isAddress(text: string, before: InlinePart | undefined): boolean {
  return before?.kind === 'bracket' && /^\S*[/#]\S*$/.test(text);
}

/** `[file.go:32](/home/…/file.go#L32)`: the text names the file, and the line unless only the address does. */
function readLink(text: string, address: string): ForeignLocation[] | null {
  const line = /:\d/.test(text) ? '' : (/#L\d{1,9}(?:-L?\d{1,9})?$/.exec(address)?.[0] ?? '');
  return readPlace(text.replace(/`/g, '') + line, null);
}

/** A title that swallowed its place: `T — \`a.go:4\``. */
function placeAtEnd(written: string): { title: string; locations: ForeignLocation[] } | null {
  const { title, rest } = splitPlain(written);
  const locations: ForeignLocation[] = [];
  for (const { kind, text } of splitInlineParts(rest))
    if (kind === 'code') locations.push(...(readPlace(text, locations.at(-1)?.path ?? null) ?? []));
  return locations.length === 0 ? null : { title, locations };
}
