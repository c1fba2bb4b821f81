import { createHash } from 'node:crypto';
import {
  type ForeignFacts,
  type ForeignFinding,
  type ForeignReport,
  type ForeignReviewer,
  foreignReportFormat,
} from '../../domain/foreign-report.ts';
import { reviewerName } from '../../domain/reviewer.ts';
import { readFacts } from './read-facts.ts';
import { readFindings } from './read-findings.ts';
import { type HeaderRow, readHeader } from './read-header.ts';
import { readReviewers } from './read-reviewers.ts';
import { type ReadSection, splitSections } from './split-sections.ts';

export interface ForeignSource {
  /** The file's name, without folders. */
  file: string;
  /** Markdown. */
  text: string;
  tool: ForeignReport['tool'];
}

const notOfTheFormat =
  'This file is no report of the format that deep-review reads: it is shown as the document it is, without findings.';

/** Reads a Markdown report, of whatever year, in linear time. Every line of it is in one of the sections. */
export function readForeignReport({ file, text, tool }: ForeignSource): ForeignReport {
  const markdown = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const sections = splitSections(markdown);
  const [head] = sections;
  const header = readHeader(head?.section.role === 'head' ? head.lines : []);
  const title =
    header.title || sections.find(({ section }) => section.heading !== '')?.section.heading || file;
  const isReport = looksLikeReport(sections, header.rows, title);
  const named = readReviewers(header.rows.find(({ name }) => /^reviewers?$/i.test(name))?.value ?? '');
  const findings = isReport ? readFindings(sections, named) : [];
  const bytes = Buffer.from(text, 'utf8');
  return {
    format: foreignReportFormat,
    schemaVersion: 1,
    tool,
    source: { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
    kind: isReport ? 'report' : 'document',
    notices: isReport ? describeGaps(findings) : [notOfTheFormat],
    title,
    header: header.rows,
    facts: isReport ? readFacts(header.rows, file) : onlyDate(file),
    reviewers: isReport ? addUnnamed(named, findings) : [],
    findings,
    sections: sections.map(({ section }) => section),
  };
}

/** A title, a header and sections that a report has; no single one of them is enough. */
function looksLikeReport(
  sections: readonly ReadSection[],
  rows: readonly HeaderRow[],
  title: string,
): boolean {
  const roles = new Set(sections.map(({ section }) => section.role));
  const hasSeverity = roles.has('critical') || roles.has('important') || roles.has('suggestion');
  const hasHeader = ['verdict', 'reviewers', 'recommendation'].some((known) =>
    rows.some(({ name }) => name.toLowerCase() === known),
  );
  const signs = [
    /\breview\b/i.test(title),
    hasHeader,
    rows.length >= 3,
    roles.has('critical'),
    roles.has('important'),
    roles.has('suggestion'),
    roles.has('executive-summary'),
    roles.has('retro'),
    roles.has('appendix'),
  ];
  return (hasSeverity || hasHeader) && signs.filter(Boolean).length >= 3;
}

/** What a reader of the page should know about what was read. */
function describeGaps(findings: readonly ForeignFinding[]): string[] {
  const guessed = findings.filter(
    ({ locationsFrom, locations }) => locationsFrom === 'text' && locations.length > 0,
  );
  return [
    'Read from a Markdown report. Nothing in it was checked: places, quotes and counts are as they were written.',
    ...(guessed.length === 0
      ? []
      : [
          `Places taken from the text, because the first line names none: ${guessed.map(({ id }) => id).join(', ')}.`,
        ]),
  ];
}

function addUnnamed(
  named: readonly ForeignReviewer[],
  findings: readonly ForeignFinding[],
): ForeignReviewer[] {
  const ids = new Set(findings.flatMap(({ reviewers }) => reviewers));
  for (const { id } of named) ids.delete(id);
  return [...named, ...[...ids].map((id) => ({ id, name: reviewerName(id), label: reviewerName(id) }))];
}

function onlyDate(file: string): ForeignFacts {
  return readFacts([], file);
}
