import type { ForeignLocation } from '../../domain/foreign-report.ts';

const longestPlace = 400;
const lineNumbers = /^\d{1,9}(?:[-–]\d{1,9})?(?:\s*,\s*\d{1,9}(?:[-–]\d{1,9})?)*$/;

/**
 * Reads what stands in one code span: `a/b.go`, `a/b.go:12-34,40`, `b.go#L3-L5`, `a.go:3 (base)`, or `12-14` alone, which means the file
 * named before it. null when it names no place.
 */
export function readPlace(written: string, before: string | null): ForeignLocation[] | null {
  const text = written
    .trim()
    .replace(/[.,;]$/, '')
    .replace(/ \(base\)$/, '');
  if (text === '' || text.length > longestPlace) return null;
  if (lineNumbers.test(text)) return before === null ? null : readLines(before, text);
  const anchor = /^([^\s#]+)#L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(text);
  if (anchor !== null) return readLines(anchor[1] ?? '', [anchor[2], anchor[3]].filter(Boolean).join('-'));
  const colon = text.search(/:\s*\d[\d\s,–-]*$/);
  const path = colon < 0 ? text : text.slice(0, colon);
  const lines = colon < 0 ? '' : text.slice(colon + 1).trim();
  if (!isPath(path, lines !== '')) return null;
  if (lines === '') return [{ path, startLine: null, endLine: null }];
  return lineNumbers.test(lines) ? readLines(path, lines) : null;
}

/** Places in running text such as `a.go:12 + b.go:40, 50`, without code spans; what names none is left out. */
export function readPlaces(text: string): ForeignLocation[] {
  const places: ForeignLocation[] = [];
  for (const piece of text.split(/(?<!\s)\s+(?:\+|and|vs\.?|&)\s+|[;,]\s+/))
    places.push(...(readPlace(piece.replace(/`/g, ''), places.at(-1)?.path ?? null) ?? []));
  return places;
}

/** With lines behind it any name is a path; without, it takes a slash or an ending of letters and digits. */
function isPath(path: string, withLines: boolean): boolean {
  if (!/^[^\s:()'"<>|*=,;]+$/.test(path) || /^\W*$/.test(path)) return false;
  if (withLines) return !/^\d+$/.test(path);
  return /^[\w@.+~-]*(?:\/[\w@.+~-]*)+$/.test(path) || /^\.?[\w@+~-]+(?:\.[\w-]+)*\.[a-z]\w{0,9}$/.test(path);
}

function readLines(path: string, lines: string): ForeignLocation[] {
  return lines.split(',').map((range) => {
    const [start = 0, end = start] = range
      .trim()
      .split(/[-–]/)
      .map((number) => Math.max(1, Number(number)));
    return { path, startLine: Math.min(start, end), endLine: Math.max(start, end) };
  });
}
