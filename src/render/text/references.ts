import type { Location } from '../../domain/location.ts';
import type { Report } from '../../domain/report.ts';
import type { SourceReader } from '../source/source-reader.ts';

/** Finds the place that a text such as `src/a.go:12-14` names. Only places that exist are found. */
export interface References {
  find(text: string): Location | null;
}

interface KnownFile {
  path: string;
  side: 'head' | 'base';
  /** null when the file could not be read here: its lines are taken as they are named. */
  totalLines: number | null;
}

const mostCandidates = 2000;
const shape = /^(.+?)(?::(\d{1,9})(?:[-–](\d{1,9}))?|#L(\d{1,9})(?:-L(\d{1,9}))?)$/;
const candidates = /([\w@+~./-]*[\w~+-])(?::\d|#L\d)/g;

/**
 * Looks up every path with a line that the report's texts name: paths the report knows, endings of exactly one of
 * them, and else files of the head. At most 2,000 paths are looked up; more stay plain text.
 */
export async function findReferences(report: Report, sources: SourceReader): Promise<References> {
  const known = knownPaths(report);
  const named = new Set<string>();
  for (const text of textsOf(report)) collectCandidates(text, named);
  const files = new Map<string, KnownFile | null>();
  for (const name of named) files.set(name, await findFile(name, { known, report, sources }));
  return {
    find(text) {
      const match = shape.exec(text);
      const file = files.get(match?.[1] ?? '') ?? null;
      if (match === null || file === null) return null;
      const start = Number(match[2] ?? match[4]);
      const end = Number(match[3] ?? match[5] ?? start);
      if (start < 1 || end < start || (file.totalLines !== null && end > file.totalLines)) return null;
      return { path: file.path, side: file.side, startLine: start, endLine: end };
    },
  };
}

function knownPaths(report: Report): Set<string> {
  const locations = [
    ...report.findings.flatMap((finding) => finding.locations),
    ...report.designObservations.flatMap((observation) => observation.locations),
    ...[...report.reviewers, ...(report.guard == null ? [] : [report.guard])].flatMap(({ findings }) =>
      findings.flatMap((finding) => finding.locations),
    ),
    ...report.findings.flatMap(({ examinations }) =>
      examinations.flatMap(({ quotes }) => quotes.map((quote) => quote.location)),
    ),
  ];
  return new Set([...report.coverage.map((row) => row.path), ...locations.map((location) => location.path)]);
}

function collectCandidates(text: string, named: Set<string>): void {
  for (const word of text.matchAll(/\S+/g)) {
    if (word[0].length > 500) continue;
    for (const match of word[0].matchAll(candidates))
      if (match[1] !== undefined && named.size < mostCandidates) named.add(match[1]);
  }
  for (const span of text.matchAll(/`([^`\n]{3,300}?)(?::\d|#L\d)/g))
    if (span[1] !== undefined && named.size < mostCandidates) named.add(span[1]);
}

async function findFile(
  name: string,
  { known, report, sources }: { known: ReadonlySet<string>; report: Report; sources: SourceReader },
): Promise<KnownFile | null> {
  const endings = known.has(name) ? [name] : [...known].filter((path) => path.endsWith(`/${name}`));
  if (endings.length > 1) return null;
  const path = endings[0] ?? name;
  if (endings.length === 0 && (!name.includes('.') || name.startsWith('/'))) return null;
  const head = await sources.extent(report.change.head.sha, path);
  if (head.outcome === 'found') return { path, side: 'head', totalLines: head.totalLines };
  if (head.outcome === 'unavailable')
    return endings.length === 1 ? { path, side: 'head', totalLines: null } : null;
  if (endings.length === 0) return null;
  const base = await sources.extent(report.change.mergeBase, path);
  return base.outcome === 'found' ? { path, side: 'base', totalLines: base.totalLines } : null;
}

/** Every text of the report that a person reads as prose. */
export function textsOf(report: Report): string[] {
  const texts: string[] = [];
  collect(report, texts);
  return texts;
}

const notProse = new Set([
  'toolCalls',
  'instructions',
  'filesRead',
  'commits',
  'quote',
  'diff',
  'ledger',
  'coverage',
  'quotes',
]);

function collect(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, texts);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) if (!notProse.has(key)) collect(item, texts);
}
