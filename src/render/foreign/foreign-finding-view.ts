import type { ForeignFinding } from '../../domain/foreign-report.ts';
import type { Severity } from '../../domain/vocabulary.ts';
import type { BadgeView } from '../view/describe-badge.ts';
import { rankHeadings, type TextPart } from './rank-headings.ts';
import { splitProse } from './split-prose.ts';
import { type TakenAnchors, uniqueAnchor } from './unique-anchor.ts';

export interface ForeignFindingView {
  label: string;
  /** The label, or the label and a number where the report has it twice. */
  anchor: string;
  severity: Severity;
  /** Markdown. */
  title: string;
  /** Markdown of what else its first line says: places, who, remarks. */
  rest: string;
  reviewers: BadgeView[];
  /** `carry-over from Round 9 I1`; empty for none. */
  carriedOver: string;
  /** Short names of its files, for the filter. */
  files: string;
  parts: TextPart[];
  section: number;
  startLine: number;
  endLine: number;
}

export function viewForeignFinding(
  finding: ForeignFinding,
  {
    badge,
    keys,
    anchors,
  }: {
    badge: (id: string) => BadgeView;
    keys: ReadonlyMap<string, string>;
    anchors: TakenAnchors;
  },
): ForeignFindingView {
  const [first = '', ...body] = finding.markdown.split('\n');
  const { section, startLine, endLine } = finding;
  return {
    label: finding.id,
    anchor: uniqueAnchor(finding.id, anchors),
    severity: finding.severity,
    title: finding.title || finding.id,
    rest: restOf(first, finding),
    reviewers: finding.reviewers.map(badge),
    carriedOver: finding.reviewers.length === 0 ? (finding.carriedOver ?? '') : '',
    files: [...new Set(finding.locations.map(({ path }) => keys.get(path) ?? ''))].join(' '),
    parts: rankHeadings(splitProse(body.join('\n')), 4),
    section,
    startLine,
    endLine,
  };
}

/** The first line without what the card's head says already; whole where that cannot be told apart. */
function restOf(line: string, { id, title }: ForeignFinding): string {
  const at = line.indexOf(title);
  const before = line.slice(0, Math.max(0, at)).replace(/[#*~\s.:)—–-]/g, '');
  if (at < 0 || (before !== id && !/^\d*$/.test(before))) return withoutMarks(line);
  const number = before === id || before === '' ? '' : `No. ${before} `;
  return `${number}${line.slice(at + title.length)}`.replace(/^[*~\s]+/, '').replace(/^(?:—|–|--)\s+/, '');
}

function withoutMarks(line: string): string {
  return line.replace(/^\s{0,3}#{1,6}\s+/, '');
}
