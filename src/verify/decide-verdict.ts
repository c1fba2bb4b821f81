import { nameReviewers } from '../domain/reviewer.ts';
import type { Examination } from '../domain/verdict.ts';
import type { Evidence, VerdictValue } from '../domain/vocabulary.ts';

export interface VerdictInput {
  /** Vendors whose models raised it independently. */
  raisedBy: ReadonlySet<string>;
  examinations: readonly Examination[];
  /** Vendor of an examiner. */
  vendorOf: (examiner: string) => string | undefined;
  /** Why nobody answered; said where nobody did. */
  silence: string;
}

export interface VerdictDecision {
  verdict: VerdictValue;
  evidence: Evidence;
  /** One sentence. */
  reason: string;
}

/**
 * The verdict on one cluster. Who cannot tell abstains, as if not asked. One refutation counts alone only with a quote that contradicts
 * the claim, and never against what models of two vendors raised.
 */
export function decideVerdict(input: VerdictInput): VerdictDecision {
  const { raisedBy, examinations, silence } = input;
  const confirm = examinations.filter(({ answer }) => answer === 'confirm');
  const refute = examinations.filter(({ answer }) => answer === 'refute');
  const countered = refute.filter(isCountered);
  const evidence = confirm.some((one) => isObservation(one, input)) ? 'observed' : 'inferred';
  const decided = (verdict: VerdictValue, reason: string): VerdictDecision => ({ verdict, evidence, reason });
  if (confirm.length > 0 && refute.length > 0)
    return decided('uncertain', `${names(confirm)} confirmed it and ${names(refute)} refuted it`);
  if (raisedBy.size >= 2 && refute.length === 0) {
    const agreement = `raised independently by models of ${raisedBy.size} vendors, and its quotes stand`;
    return decided(
      'confirmed',
      confirm.length === 0 ? agreement : `${agreement}; ${names(confirm)} confirmed it${pathNote(evidence)}`,
    );
  }
  if (confirm.length > 0) return decided('confirmed', `${names(confirm)} confirmed it${pathNote(evidence)}`);
  if (refute.length >= 2) return decided('refuted', `${names(refute)} refuted it`);
  if (raisedBy.size >= 2)
    return decided(
      'uncertain',
      `${names(refute)} refuted it, which one examiner alone cannot do to what models of ${raisedBy.size} vendors raised`,
    );
  if (countered.length === 1)
    return decided('refuted', `${names(countered)} refuted it with code that contradicts it`);
  if (refute.length === 1)
    return decided(
      'uncertain',
      `${names(refute)} refuted it by argument alone, without code that contradicts it`,
    );
  return decided(
    'unexamined',
    examinations.length > 0 ? `its quote stands; ${names(examinations)} could not tell` : silence,
  );
}

function isCountered({ quotes }: Examination): boolean {
  return quotes.some(({ contradicts }) => contradicts);
}

/** A model of a vendor that did not raise it gave a path, and every quote of it stands. */
function isObservation(examination: Examination, { raisedBy, vendorOf }: VerdictInput): boolean {
  const vendor = vendorOf(examination.examiner);
  const { quotes, refusedQuotes = [] } = examination;
  return vendor !== undefined && !raisedBy.has(vendor) && quotes.length > 0 && refusedQuotes.length === 0;
}

function pathNote(evidence: Evidence): string {
  return evidence === 'observed' ? ' with a path whose quotes stand' : '';
}

function names(examinations: readonly Examination[]): string {
  return nameReviewers(examinations.map(({ examiner }) => examiner));
}
