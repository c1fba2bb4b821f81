import type { ForeignFinding, ForeignLocation, ForeignReviewer } from '../../domain/foreign-report.ts';
import { type Severity, severityLetter, severityOfLabel } from '../../domain/vocabulary.ts';
import { type FindingLine, readFindingLine } from './finding-line.ts';
import { splitInlineParts } from './inline-parts.ts';
import { readPlace } from './read-locations.ts';
import { longestMarkLine, type ScannedLine } from './scan-lines.ts';
import type { ReadSection } from './split-sections.ts';

/** The findings of all sections that may hold some, in the file's order. */
export function readFindings(
  sections: readonly ReadSection[],
  known: readonly ForeignReviewer[],
): ForeignFinding[] {
  const counts = { critical: 0, important: 0, suggestion: 0 };
  return sections.flatMap(({ section, lines }, index) => {
    const own = severityOf(section.role);
    if (own === null && section.role !== 'wrapper') return [];
    const starts = chooseStarts(lines, known);
    return starts.flatMap(({ at, line }, order): ForeignFinding[] => {
      const severity = own ?? line.severity ?? severityOfLabel(line.id) ?? severityByRemark(line.remarks);
      if (severity === null) return [];
      counts[severity] += 1;
      const end = endOfFinding(lines, at, starts[order + 1]?.at ?? lines.length);
      const markdown = lines.slice(at, end);
      const found =
        line.locations.length > 0 ? line.locations : locationsInText(line.title, markdown.slice(1));
      return [
        {
          id: line.id || `${severityLetter(severity)}${line.number || counts[severity]}`,
          severity,
          title: line.title,
          locations: found,
          locationsFrom: line.locations.length > 0 ? 'title-line' : 'text',
          reviewers: line.reviewers.map(({ id }) => id),
          remarks: line.remarks,
          carriedOver: line.remarks.find((remark) => /\bround \d/i.test(remark)) ?? null,
          section: index,
          startLine: at + 1,
          endLine: end,
          markdown: markdown.map(({ text }) => text).join('\n'),
        },
      ];
    });
  });
}

interface Start {
  at: number;
  line: FindingLine;
}

/**
 * Lines that begin a finding. Where any has an id of a letter and a number, numbered lists are lists; where none has,
 * a number counts only if it is the next one and something behind the title says that it is a finding.
 */
function chooseStarts(lines: readonly ScannedLine[], known: readonly ForeignReviewer[]): Start[] {
  const read = lines.flatMap((line, at): Start[] => {
    const found = at === 0 ? null : readFindingLine(line, known);
    return found === null ? [] : [{ at, line: found }];
  });
  const withIds = read.filter(({ line }) => line.id !== '' || line.severity !== null);
  if (withIds.length > 0) return withIds;
  let expected = 1;
  return read.filter(({ line }) => {
    const says = line.locations.length + line.reviewers.length + line.remarks.length > 0;
    if (line.number !== expected || !(says || expected === 1)) return false;
    expected += 1;
    return true;
  });
}

/** A rule, and blank lines, before the next finding or the end belong to the section. */
function endOfFinding(lines: readonly ScannedLine[], start: number, next: number): number {
  let end = next;
  const isLoose = (line: ScannedLine | undefined) =>
    line !== undefined &&
    (line.kind === 'blank' || (line.kind === 'text' && /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/.test(line.text)));
  while (end > start + 1 && isLoose(lines[end - 1])) end -= 1;
  return end;
}

function severityOf(role: string): Severity | null {
  return role === 'critical' || role === 'important' || role === 'suggestion' ? role : null;
}

function severityByRemark(remarks: readonly string[]): Severity | null {
  const word = /^(critical|important|suggestion)\b/i.exec(remarks.join(' '))?.[1]?.toLowerCase();
  return severityOf(word ?? '');
}

const mostSpans = 200;

/** The first place that code spans of the title or, failing that, of the text name with a line; else the first file. */
function locationsInText(title: string, lines: readonly ScannedLine[]): ForeignLocation[] {
  let file: ForeignLocation[] = [];
  let seen = 0;
  for (const text of [title, ...lines.map((line) => (line.kind === 'text' ? line.text : ''))]) {
    if (text.length > longestMarkLine || seen > mostSpans) continue;
    for (const { kind, text: written } of splitInlineParts(text)) {
      if (kind !== 'code') continue;
      seen += 1;
      const places = readPlace(written, null) ?? [];
      if (places[0]?.startLine != null) return places;
      if (file.length === 0) file = places;
    }
  }
  return file;
}
