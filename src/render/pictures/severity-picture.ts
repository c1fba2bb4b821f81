import { isWithdrawn, type LedgerEntry } from '../../domain/ledger.ts';
import type { Report } from '../../domain/report.ts';
import { type Severity, severities, severityLetter } from '../../domain/vocabulary.ts';
import { joinWords, plural } from '../text/words.ts';
import type { BadgeView } from '../view/view-context.ts';
import { type PictureText, round } from './picture.ts';

/** Where a raw finding came out: at a severity, in another section, or nowhere. */
type End = Severity | 'moved' | 'dropped';

/** One reviewer's findings as it rated them, and as they ended: bands from left to right, as wide as they are many. */
export interface SeverityPicture extends PictureText {
  badge: BadgeView;
  width: number;
  height: number;
  before: SeverityNode[];
  after: SeverityNode[];
  bands: { path: string; severity: Severity; changed: boolean }[];
}

interface SeverityNode {
  end: End;
  x: number;
  y: number;
  height: number;
  textX: number;
  textY: number;
  /** `2 C`. */
  text: string;
}

const width = 186;
const top = 6;
const body = 112;
const gap = 10;
const nodeWidth = 8;
const left = 32;
const right = 112;
const ends: readonly End[] = [...severities, 'moved', 'dropped'];
const widestUnit = 24;

/** One picture for each reviewer that handed anything in; withdrawn findings are left out. */
export function drawSeverities(report: Report, badge: (reviewer: string) => BadgeView): SeverityPicture[] {
  return report.reviewers.flatMap(({ reviewer }) => {
    const entries = report.ledger.entries.filter(
      (entry) => entry.reviewer === reviewer.id && !isWithdrawn(entry),
    );
    return entries.length === 0 ? [] : [drawOne(badge(reviewer.id), entries)];
  });
}

function drawOne(badge: BadgeView, entries: readonly LedgerEntry[]): SeverityPicture {
  const flows = severities.flatMap((from) =>
    ends.flatMap((to) => {
      const count = entries.filter((entry) => entry.severity === from && endOf(entry) === to).length;
      return count === 0 ? [] : [{ from, to, count }];
    }),
  );
  const sources = severities.filter((from) => flows.some((flow) => flow.from === from));
  const targets = ends.filter((to) => flows.some((flow) => flow.to === to));
  const gaps = Math.max(sources.length, targets.length) - 1;
  const unit = Math.min(widestUnit, (body - gaps * gap) / entries.length);
  const sum = (list: typeof flows) => list.reduce((total, { count }) => total + count, 0);
  const before = stack(
    sources.map((end) => ({ end, count: sum(flows.filter(({ from }) => from === end)) })),
    { unit, x: left, textX: left - 5 },
  );
  const after = stack(
    targets.map((end) => ({ end, count: sum(flows.filter(({ to }) => to === end)) })),
    { unit, x: right, textX: right + nodeWidth + 5 },
  );
  return {
    id: `picture-severity-${badge.id}`,
    heading: badge.name,
    description: describe(badge.name, flows),
    badge,
    width,
    height: top + body + 6,
    before,
    after,
    bands: joinNodes(flows, { before, after, unit }),
  };
}

function endOf({ fate, finalSeverity }: LedgerEntry): End {
  if (fate.fate === 'moved') return 'moved';
  if (fate.fate === 'dropped' || finalSeverity === null) return 'dropped';
  return finalSeverity;
}

interface Flow {
  from: Severity;
  to: End;
  count: number;
}

function stack(
  parts: readonly { end: End; count: number }[],
  { unit, x, textX }: { unit: number; x: number; textX: number },
): SeverityNode[] {
  let y = top;
  return parts.map(({ end, count }) => {
    const height = count * unit;
    const node = { end, x, y: round(y), height: round(height), textX, textY: round(y + height / 2 + 4) };
    y += Math.max(height, 4) + gap;
    return {
      ...node,
      text: end === 'moved' || end === 'dropped' ? `${count} ${end}` : `${count} ${severityLetter(end)}`,
    };
  });
}

/** Bands leave and arrive in the order of the nodes, so that none crosses another of the same node. */
function joinNodes(
  flows: readonly Flow[],
  { before, after, unit }: { before: SeverityNode[]; after: SeverityNode[]; unit: number },
): SeverityPicture['bands'] {
  const used = new Map<string, number>();
  const take = (side: string, node: SeverityNode | undefined, count: number) => {
    const key = `${side} ${node?.end}`;
    const from = (node?.y ?? 0) + (used.get(key) ?? 0);
    used.set(key, (used.get(key) ?? 0) + count * unit);
    return from;
  };
  return flows.map(({ from, to, count }) => {
    const thickness = count * unit;
    const y1 = take(
      'before',
      before.find(({ end }) => end === from),
      count,
    );
    const y2 = take(
      'after',
      after.find(({ end }) => end === to),
      count,
    );
    return { path: band({ y1, y2, thickness }), severity: from, changed: from !== to };
  });
}

function band({ y1, y2, thickness }: { y1: number; y2: number; thickness: number }): string {
  const x1 = left + nodeWidth;
  const middle = (x1 + right) / 2;
  const [a, b, c, d] = [y1, y2, y1 + thickness, y2 + thickness].map(round);
  return `M${x1} ${a}C${middle} ${a} ${middle} ${b} ${right} ${b}V${d}C${middle} ${d} ${middle} ${c} ${x1} ${c}Z`;
}

function describe(name: string, flows: readonly Flow[]): string {
  const sentences = severities.flatMap((from) => {
    const own = flows.filter((flow) => flow.from === from);
    if (own.length === 0) return [];
    const total = own.reduce((sum, { count }) => sum + count, 0);
    const parts = own.map(({ to, count }) => `${count} ${wordEnd(to)}`);
    const what = plural(total, from === 'suggestion' ? from : `${from} finding`);
    return [`${what} handed in: ${joinWords(parts)}.`];
  });
  return `${name}. ${sentences.join(' ')}`;
}

function wordEnd(end: End): string {
  if (end === 'moved') return 'moved to another section';
  return end === 'dropped' ? 'dropped' : `published as ${end}`;
}
