import { isWithdrawn, type LedgerEntry, type MoveTarget } from '../../domain/ledger.ts';
import { formatLocation } from '../../domain/location.ts';
import type { PublishedFinding, Retro } from '../../domain/report.ts';
import { reviewerName } from '../../domain/reviewer.ts';
import { codeSpan } from '../text/code-span.ts';
import { shorten } from '../text/words.ts';
import type { Member, RunIndex } from './run-index.ts';

const titleLimit = 200;
const quotedLineLimit = 160;

const sectionNames: Record<MoveTarget, string> = {
  'design-observation': 'design observation',
  acknowledged: 'acknowledged limitation',
  testing: 'testing assessment',
  documentation: 'documentation assessment',
};

/** One line for each raw finding that was not published at its reviewer's own severity, in Markdown. */
export function listReconciliation(
  index: RunIndex,
  findings: readonly PublishedFinding[],
): Retro['reconciliation'] {
  const labels = new Map(findings.flatMap(({ members, label }) => members.map((key) => [key, label])));
  return index.members
    .filter(({ entry }) => entry.finalSeverity !== entry.severity)
    .map((member) => ({ key: member.key, text: describe(member, labels.get(member.key) ?? '') }));
}

function describe(member: Member, label: string): string {
  const { entry } = member;
  const who = `${reviewerName(entry.reviewer)} ${entry.id}`;
  const title = `"${shorten(entry.title.trim(), titleLimit)}"`;
  return `${who} ${title}: ${entry.severity} → ${describeEnd(member, label)}`;
}

function describeEnd(member: Member, label: string): string {
  const { entry } = member;
  const { fate } = entry;
  if (isWithdrawn(entry)) return `withdrawn by ${reviewerName(entry.reviewer)}${because(entry)}`;
  if (fate.fate === 'dropped') {
    if (fate.reason === 'evidence-not-found') return `dropped, ${describeMissingEvidence(member)}`;
    if (fate.round !== undefined) return `dropped (declined in round ${fate.round})${because(entry)}`;
    if (fate.reason === 'declined') return `dropped (declined in an earlier round)${because(entry)}`;
    return `dropped${because(entry)}`;
  }
  if (fate.fate === 'moved') return `${sectionNames[fate.target]}${because(entry)}`;
  if (entry.finalSeverity === null)
    return `moved with ${keyName(fate.fate === 'merged' ? fate.into : '')}${because(entry)}`;
  return `${entry.finalSeverity} ${label}${because(entry)}`;
}

/** What the gate saw, rather than what anybody says about it. */
function describeMissingEvidence({ entry, finding }: Member): string {
  const { gate, claim } = finding;
  const [claimed] = claim.locations;
  if (gate.outcome !== 'refused' || gate.reason !== 'no-such-lines' || claimed === undefined)
    return lowerFirst(entry.reason);
  const place = `${claimed.path}:${claimed.startLine}${claimed.endLine === claimed.startLine ? '' : `-${claimed.endLine}`}`;
  const lines = claim.quote.trim().split('\n').length === 1 ? 'the quoted line is' : 'the quoted lines are';
  const statement = `${lines} not at ${codeSpan(place)}`;
  const nearest = gate.nearest?.lines.find((line) => line.trim() !== '');
  if (gate.nearest === null || nearest === undefined) return `${statement} and nowhere else in the file`;
  const where = codeSpan(formatLocation(gate.nearest.location));
  return `${statement}; the file has ${codeSpan(shorten(nearest.trim(), quotedLineLimit))} at ${where}`;
}

function because(entry: LedgerEntry): string {
  return entry.reason.trim() === '' ? '' : `: ${lowerFirst(entry.reason.trim())}`;
}

function keyName(key: string): string {
  const [reviewer = '', id = ''] = key.split('/');
  return `${reviewerName(reviewer)} ${id}`;
}

/** Goes on with a sentence that began on its own. Names and code keep their letters. */
function lowerFirst(text: string): string {
  const opening = /^(?:The|A|An|This|That|These|Those|It|Its|No|None|All|Both|One|Two|Three|In|At|On|Not)\b/;
  return opening.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
