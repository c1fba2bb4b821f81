import type { RawFinding, RefusalReason } from '../../domain/finding.ts';
import { isWithdrawn, type LedgerEntry } from '../../domain/ledger.ts';
import type { PublishedFinding } from '../../domain/report.ts';
import { plural, shorten } from '../text/words.ts';
import type { BadgeView, ExcerptView, LinkView, ViewContext } from './view-context.ts';

/** What one reviewer said, and what the gate answered. */
export interface StatementView {
  reviewer: BadgeView;
  id: string;
  severity: string;
  title: string;
  gate: string;
  fate: string;
  reason: string;
}

export interface ExaminationView {
  examiner: BadgeView;
  answer: string;
  severity: string;
  argument: string;
  quotes: ExcerptView[];
  /** Quotes that the gate refused, in words; empty for none. */
  refused: string;
}

/** How a finding came to stand where it stands. */
export interface TrailView {
  statements: StatementView[];
  examinations: ExaminationView[];
  verdictReason: string;
  severityReason: string;
  /** Verdicts that second looks replaced, in sentences, the oldest first. */
  superseded: string[];
  introducedBy: (LinkView & { subject: string }) | null;
}

const answerWords = { confirm: 'confirms', refute: 'refutes', unsure: 'is not sure' } as const;

export async function viewTrail(context: ViewContext, finding: PublishedFinding): Promise<TrailView> {
  const { report } = context;
  const members = new Set(finding.members);
  const entries = report.ledger.entries.filter(({ key }) => members.has(key));
  const examinations: ExaminationView[] = [];
  for (const { examiner, answer, severity, argument, quotes, refusedQuotes = [] } of finding.examinations) {
    const excerpts: ExcerptView[] = [];
    for (const quote of quotes) excerpts.push(await context.excerpt([quote.location], 0));
    examinations.push({
      examiner: context.badge(examiner),
      answer: answerWords[answer],
      severity: severity ?? '',
      argument,
      quotes: excerpts,
      refused: refusedQuotes.length === 0 ? '' : `${plural(refusedQuotes.length, 'quote')} not found`,
    });
  }
  return {
    statements: entries.map((entry) => ({
      ...viewStatement(context, entry),
      ...(isSaidAlready(finding, entry) ? { reason: '' } : {}),
    })),
    examinations,
    verdictReason: finding.verdictReason,
    severityReason: finding.severityReason,
    superseded: (entries[0]?.superseded ?? []).map(
      ({ at, by, verdict, severity, reason }) =>
        `${verdict}, ${severity} until it was checked again on ${at.slice(0, 10)}${by === null ? '' : ` for ${by}`}: ${reason}`,
    ),
    introducedBy:
      finding.introducedBy === null
        ? null
        : {
            text: finding.introducedBy.sha.slice(0, 7),
            url: context.links.commit(finding.introducedBy.sha),
            subject: shorten(finding.introducedBy.subject, 200),
          },
  };
}

/** Whether the severity and the verdict above the statements give the same reason in the same words. */
function isSaidAlready(
  { severityReason, verdictReason }: PublishedFinding,
  { fate, reason }: LedgerEntry,
): boolean {
  return fate.fate === 'kept' && [verdictReason, `${severityReason}; ${verdictReason}`].includes(reason);
}

/** One raw finding's line: as it was handed in, as the gate answered, as it ended. */
export function viewStatement(context: ViewContext, entry: LedgerEntry): StatementView {
  const { reviewers, guard } = context.report;
  const raw = [...reviewers, ...(guard == null ? [] : [guard])]
    .find(({ reviewer }) => reviewer.id === entry.reviewer)
    ?.findings.find((finding) => finding.id === entry.id);
  return {
    reviewer: context.badge(entry.reviewer),
    id: entry.id,
    severity: entry.severity,
    title: shorten(entry.title, 300),
    gate: raw === undefined ? '' : gateWords(raw),
    fate: fateWords(entry),
    reason: entry.reason,
  };
}

const refusalWords: Record<RefusalReason, string> = {
  'no-such-path': 'no such file',
  'ambiguous-path': 'several files of that name',
  'no-such-lines': 'quote not found',
  'empty-quote': 'no quote',
  'not-text': 'not a text file',
  'too-large': 'file too large to check',
};

/** The gate's answer in a word or two. */
export function gateWords({ gate, attempts }: RawFinding): string {
  const after = attempts.length === 0 ? '' : `, after ${plural(attempts.length, 'refused attempt')}`;
  switch (gate.outcome) {
    case 'stands':
      return `quote stands${after}`;
    case 're-anchored': {
      const { startLine, endLine } = gate.claimed;
      const claimed = startLine === endLine ? `line ${startLine}` : `lines ${startLine}-${endLine}`;
      return `quote found elsewhere than at ${claimed}${after}`;
    }
    case 'stands-in-text':
      return 'read by the guard';
    case 'refused':
      return `${refusalWords[gate.reason]}${after}`;
  }
}

/** `kept`, `merged into claude/I1`, `dropped (refuted)`, `withdrawn`, `moved (testing)`. */
export function fateWords(entry: LedgerEntry): string {
  const { fate } = entry;
  if (isWithdrawn(entry)) return 'withdrawn';
  switch (fate.fate) {
    case 'kept':
      return 'kept';
    case 'merged':
      return `merged into ${fate.into}`;
    case 'dropped':
      return `dropped (${fate.reason}${fate.round === undefined ? '' : ` in round ${fate.round}`})`;
    case 'moved':
      return `moved (${fate.target})`;
  }
}
