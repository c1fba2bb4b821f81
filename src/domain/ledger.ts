import * as z from 'zod';
import { type FindingKey, findingKey, type RawFinding } from './finding.ts';
import { ReviewerId } from './reviewer.ts';
import { compareSeverity, Severity, VerdictValue } from './vocabulary.ts';

export const DropReason = z.enum([
  'evidence-not-found',
  'refuted',
  'declined',
  'self-duplicate',
  'withdrawn',
  'out-of-scope',
]);
export type DropReason = z.infer<typeof DropReason>;

export const MoveTarget = z.enum(['design-observation', 'acknowledged', 'testing', 'documentation']);
export type MoveTarget = z.infer<typeof MoveTarget>;

/** Where one raw finding ended. `kept` speaks for its cluster; `merged` is in the same cluster behind `into`. */
export const Fate = z.discriminatedUnion('fate', [
  z.object({ fate: z.literal('kept') }),
  z.object({ fate: z.literal('merged'), into: z.string() }),
  z.object({
    fate: z.literal('dropped'),
    reason: DropReason,
    /** With `declined`: the round in which it was. */
    round: z.int().min(1).optional(),
  }),
  z.object({ fate: z.literal('moved'), target: MoveTarget }),
]);
export type Fate = z.infer<typeof Fate>;

export const LedgerEntry = z.object({
  key: z.string(),
  reviewer: ReviewerId,
  /** The reviewer's own number, C1 … */
  id: z.string(),
  title: z.string(),
  /** The reviewer's own severity. */
  severity: Severity,
  /** null when nothing of it is published at a severity (dropped, moved). */
  finalSeverity: Severity.nullable(),
  /** Cluster it was in; null when it never came to clustering (refused by the gate, withdrawn). */
  cluster: z.string().nullable(),
  fate: Fate,
  /** One sentence in plain words: why this fate, and why another severity where it changed. */
  reason: z.string(),
  /** Verdicts on its cluster that second looks replaced, the oldest first. Absent: none. */
  superseded: z
    .array(
      z.object({
        /** When the second look was asked for: UTC, ISO 8601. */
        at: z.string(),
        /** Login of who asked in a comment; null for whoever called the program. */
        by: z.string().nullable(),
        verdict: VerdictValue,
        severity: Severity,
        reason: z.string(),
      }),
    )
    .optional(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** `verify/ledger.json`: what became of every raw finding of every reviewer. */
export const Ledger = z.object({ schemaVersion: z.literal(1), entries: z.array(LedgerEntry) });
export type Ledger = z.infer<typeof Ledger>;

export interface LedgerBalance {
  raw: number;
  accounted: number;
  kept: number;
  merged: number;
  dropped: number;
  moved: number;
  /** Raw findings without an entry. */
  missing: FindingKey[];
  /** Entries for findings nobody raised, and second entries of the same finding. */
  surplus: FindingKey[];
}

/** Weighs a ledger against the raw findings. The law holds when nothing is missing and nothing is surplus. */
export function balanceLedger(findings: readonly RawFinding[], ledger: Ledger): LedgerBalance {
  const open = new Set(findings.map(findingKey));
  const balance: LedgerBalance = {
    raw: findings.length,
    accounted: 0,
    kept: 0,
    merged: 0,
    dropped: 0,
    moved: 0,
    missing: [],
    surplus: [],
  };
  for (const entry of ledger.entries) {
    if (!open.delete(entry.key)) {
      balance.surplus.push(entry.key);
      continue;
    }
    balance.accounted += 1;
    balance[entry.fate.fate] += 1;
  }
  balance.missing = [...open];
  return balance;
}

/** Whether sum of fates = number of raw findings, each exactly once. */
export function isBalanced(balance: LedgerBalance): boolean {
  return balance.missing.length === 0 && balance.surplus.length === 0;
}

/** Whether the entry was published at a lower severity than its reviewer gave it. */
export function isDowngraded(entry: LedgerEntry): boolean {
  return entry.finalSeverity !== null && compareSeverity(entry.severity, entry.finalSeverity) < 0;
}

/** A false positive is what verification disproved: the quote stands nowhere, or examiners refuted it. */
export function isFalsePositive(entry: LedgerEntry): boolean {
  return (
    entry.fate.fate === 'dropped' &&
    (entry.fate.reason === 'evidence-not-found' || entry.fate.reason === 'refuted')
  );
}

/** Whether its reviewer took it back itself: neither a finding of its nor a dropped one. */
export function isWithdrawn({ fate }: Pick<LedgerEntry, 'fate'>): boolean {
  return fate.fate === 'dropped' && fate.reason === 'withdrawn';
}
