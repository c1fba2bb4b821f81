import type { Emit } from '../domain/event.ts';
import type { FindingAttempt, FindingClaim, GateAnswer, RawFinding } from '../domain/finding.ts';
import type { Location } from '../domain/location.ts';
import type { ReviewerId } from '../domain/reviewer.ts';
import { type Severity, severityLetter } from '../domain/vocabulary.ts';

/** What the gate says about a claim, and which of its places were proved. */
export interface GateVerdict {
  answer: GateAnswer;
  locations: readonly Location[];
}

export interface FindingCollectorInput {
  reviewer: ReviewerId;
  /** The mechanical gate: does what the claim quotes stand there. */
  check: (claim: FindingClaim) => Promise<GateVerdict>;
  emit: Emit;
}

/** The answer to one report: accepted under an id, or refused as an attempt that may be corrected. */
export type ReportAnswer =
  | { outcome: 'accepted'; id: string; message: string; replaced: string | null }
  | { outcome: 'refused'; attempt: string; message: string };

/**
 * Takes in one reviewer's findings as it reports them, each checked at once, and keeps everything: a refused
 * attempt that a later accepted call replaces lives on in that finding's trail, any other becomes a raw finding of
 * its own. Reports are taken one after the other, in the order of the calls.
 */
export class FindingCollector {
  private readonly input: FindingCollectorInput;
  private readonly accepted: RawFinding[] = [];
  private readonly open = new Map<string, FindingAttempt>();
  private readonly numbers: Record<Severity, number> = { critical: 0, important: 0, suggestion: 0 };
  private attempts = 0;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(input: FindingCollectorInput) {
    this.input = input;
  }

  /** Checks and records one claim. Rejects only when the repository could not answer; then nothing is recorded. */
  report(claim: FindingClaim): Promise<ReportAnswer> {
    const answer = this.queue.then(() => this.take(claim));
    this.queue = answer.catch(() => undefined);
    return answer;
  }

  /** Resolves when everything reported so far is recorded, or could not be. */
  async idle(): Promise<void> {
    await this.queue;
  }

  /** Takes an accepted finding back; the ledger keeps it with the reason. Says whether there was such a finding. */
  async withdraw(id: string, reason: string): Promise<'withdrawn' | 'already-withdrawn' | 'unknown'> {
    await this.queue;
    const finding = this.accepted.find((one) => one.id === id);
    if (finding === undefined) return 'unknown';
    if (finding.withdrawn !== null) return 'already-withdrawn';
    finding.withdrawn = reason.trim() === '' ? 'no reason given' : reason;
    await this.input.emit({ type: 'finding-withdraw', reviewer: this.input.reviewer, id, reason });
    return 'withdrawn';
  }

  /** Refused attempts that nothing has replaced so far. */
  openAttempts(): readonly FindingAttempt[] {
    return [...this.open.values()];
  }

  /** All raw findings: the accepted ones in order of report, then the attempts that stayed refused. */
  findings(): RawFinding[] {
    const numbers = { ...this.numbers };
    const refused = [...this.open.values()].map(
      (attempt): RawFinding => ({
        id: nextId(numbers, attempt.claim.severity),
        reviewer: this.input.reviewer,
        claim: attempt.claim,
        gate: attempt.gate,
        locations: [],
        attempts: [],
        withdrawn: null,
      }),
    );
    return [...this.accepted.map((finding) => ({ ...finding })), ...refused];
  }

  private async take(claim: FindingClaim): Promise<ReportAnswer> {
    const { answer, locations } = await this.input.check(claim);
    if (answer.outcome === 'refused') {
      this.attempts += 1;
      const attempt = { id: `A${this.attempts}`, claim, gate: answer };
      this.open.set(attempt.id, attempt);
      await this.announce(attempt.id, claim, answer.outcome);
      return { outcome: 'refused', attempt: attempt.id, message: answer.message };
    }
    const trail = this.takeTrail(claim.replaces);
    const id = nextId(this.numbers, claim.severity);
    this.accepted.push({
      id,
      reviewer: this.input.reviewer,
      claim,
      gate: answer,
      locations: [...locations],
      attempts: trail,
      withdrawn: null,
    });
    await this.announce(id, claim, answer.outcome);
    return { outcome: 'accepted', id, message: answer.message, replaced: trail.at(-1)?.id ?? null };
  }

  /** The named attempt and those that it had itself replaced by failing again, oldest first. */
  private takeTrail(replaces: string): FindingAttempt[] {
    const trail: FindingAttempt[] = [];
    for (let id = replaces; id !== ''; ) {
      const attempt = this.open.get(id);
      if (attempt === undefined) break;
      this.open.delete(id);
      trail.unshift(attempt);
      id = attempt.claim.replaces;
    }
    return trail;
  }

  private async announce(id: string, claim: FindingClaim, outcome: GateAnswer['outcome']): Promise<void> {
    await this.input.emit({
      type: 'finding-report',
      reviewer: this.input.reviewer,
      id,
      severity: claim.severity,
      title: claim.title,
      outcome,
    });
  }
}

function nextId(numbers: Record<Severity, number>, severity: Severity): string {
  numbers[severity] += 1;
  return `${severityLetter(severity)}${numbers[severity]}`;
}
