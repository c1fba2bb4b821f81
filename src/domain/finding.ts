import * as z from 'zod';
import { Location, Side } from './location.ts';
import { ReviewerId } from './reviewer.ts';
import { Category, FindingKind, Severity } from './vocabulary.ts';

/** A place as a reviewer names it: nothing about it is proved, lines may be reversed or beyond the file. */
export const ClaimedLocation = z.object({
  path: z.string(),
  startLine: z.number(),
  endLine: z.number(),
  side: Side.default('head'),
});
export type ClaimedLocation = z.infer<typeof ClaimedLocation>;

/** What a reviewer says, in the shape of the `report_finding` tool. Lenient: what is missing gets its default. */
export const FindingClaim = z.looseObject({
  severity: Severity,
  kind: FindingKind.default('gap'),
  category: Category.default('correctness'),
  /** One line, Markdown inline code allowed. */
  title: z.string(),
  /** The first is the place the quote stands at; the others belong to the same defect. Empty for a text in no file. */
  locations: z.array(ClaimedLocation),
  /** Verbatim lines at the first location; `…` or `...` on a line of its own leaves lines out. */
  quote: z.string(),
  /** True when the finding says that something is missing; the quote is then where it should be. */
  absent: z.boolean().default(false),
  /** Markdown. */
  explanation: z.string().default(''),
  /** What goes wrong, for whom, when. Markdown. */
  scenario: z.string().default(''),
  fix: z
    .object({ text: z.string().default(''), diff: z.string().default('') })
    .default({ text: '', diff: '' }),
  /** 0 to 1, the reviewer's own; null when not given. Never shown to an examiner. */
  confidence: z.number().min(0).max(1).nullable().default(null),
  /** Id of a refused attempt that this call corrects; empty for none. */
  replaces: z.string().default(''),
});
export type FindingClaim = z.infer<typeof FindingClaim>;

/** Where the gate found the lines that resemble a refused quote most. */
export const NearestLines = z.object({ location: Location, lines: z.array(z.string()) });
export type NearestLines = z.infer<typeof NearestLines>;

export const RefusalReason = z.enum([
  'no-such-path',
  'ambiguous-path',
  'no-such-lines',
  'empty-quote',
  'not-text',
  'too-large',
]);
export type RefusalReason = z.infer<typeof RefusalReason>;

/**
 * The gate's answer to a claim. All but `refused` are accepted; `message` is what the reviewer is told. Only the guard
 * speaks of a text that is in no file, such as a commit's message: `text` names it.
 */
export const GateAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('stands'), location: Location, message: z.string() }),
  z.object({
    outcome: z.literal('re-anchored'),
    location: Location,
    claimed: ClaimedLocation,
    message: z.string(),
  }),
  z.object({ outcome: z.literal('stands-in-text'), text: z.string(), message: z.string() }),
  z.object({
    outcome: z.literal('refused'),
    reason: RefusalReason,
    nearest: NearestLines.nullable(),
    message: z.string(),
  }),
]);
export type GateAnswer = z.infer<typeof GateAnswer>;

/** A refused call of `report_finding` that a later accepted call corrected: it lives on in that finding's trail. */
export const FindingAttempt = z.object({ id: z.string(), claim: FindingClaim, gate: GateAnswer });
export type FindingAttempt = z.infer<typeof FindingAttempt>;

/**
 * One finding of one reviewer, as handed in. Every one of these ends in exactly one fate of the ledger.
 * A refused attempt that nothing replaced is one too.
 */
export const RawFinding = z.object({
  /** Number within the reviewer's own severity, in order of report: C1, I1, I2, S1. */
  id: z.string().regex(/^[CIS]\d+$/),
  reviewer: ReviewerId,
  claim: FindingClaim,
  gate: GateAnswer,
  /** Proved places: the quote's first, then those others of the claim that exist. Empty when refused, and for a text. */
  locations: z.array(Location),
  attempts: z.array(FindingAttempt),
  /** The reviewer's reason for taking it back; null while it stands. */
  withdrawn: z.string().nullable(),
});
export type RawFinding = z.infer<typeof RawFinding>;

/** Names a raw finding within a run: `claude/I1`. */
export type FindingKey = string;

export function findingKey(finding: Pick<RawFinding, 'reviewer' | 'id'>): FindingKey {
  return `${finding.reviewer}/${finding.id}`;
}
