import type { ProsePart, RefusedProse, ReportProse } from '../../domain/prose.ts';
import { checkText, type ProseBounds } from './check/check-text.ts';
import type { ProseFacts } from './check/prose-facts.ts';
import type { BriefReviewer } from './consolidation-brief.ts';
import type { SubmittedProse } from './read-consolidation.ts';

/** What each part may be at most. */
export const proseBounds: Record<ProsePart, ProseBounds> = {
  'executive-summary': { length: 2_500, paragraphs: 4, sentences: null },
  recommendation: { length: 300, paragraphs: 1, sentences: 1 },
  retro: { length: 1_200, paragraphs: 2, sentences: null },
  closing: { length: 1_000, paragraphs: 2, sentences: null },
};

interface Slot {
  part: ProsePart;
  /** null for what is about nobody alone. */
  reviewer: BriefReviewer | null;
}

/** What a slot was handed in last; `reasons` is empty for a text that may stand in the report. */
interface Handed {
  text: string;
  reasons: readonly string[];
}

/**
 * Takes in what the writer hands in and keeps what passes every check. A text that passes replaces an earlier one; one
 * that does not leaves it in place.
 */
export class ProseCollector {
  private readonly facts: ProseFacts;
  private readonly slots: readonly Slot[];
  private readonly accepted = new Map<Slot, string>();
  private readonly refused = new Map<Slot, Handed>();

  constructor(facts: ProseFacts) {
    this.facts = facts;
    this.slots = [
      { part: 'executive-summary', reviewer: null },
      { part: 'recommendation', reviewer: null },
      ...facts.brief.reviewers.map((reviewer): Slot => ({ part: 'retro', reviewer })),
      { part: 'closing', reviewer: null },
    ];
  }

  /** Checks and keeps; gives what is wrong with what was handed in, a sentence each. */
  take(prose: SubmittedProse): string[] {
    const problems = this.slots.flatMap((slot) => {
      const text = textOf(prose, slot);
      if (text === '') return [];
      const reasons = checkText({ text, own: slot.reviewer }, proseBounds[slot.part], this.facts);
      if (reasons.length === 0) {
        this.accepted.set(slot, text);
        this.refused.delete(slot);
      } else if (!this.accepted.has(slot)) this.refused.set(slot, { text, reasons });
      return reasons.map((reason) => `${nameSlot(slot)}: ${reason}`);
    });
    const letters = new Set(this.facts.brief.reviewers.map(({ letter }) => letter));
    const strangers = prose.retro.filter(({ letter }) => !letters.has(letter));
    return [
      ...problems,
      ...strangers.map(({ letter }) => `retro: no reviewer has the letter "${letter.slice(0, 20)}".`),
    ];
  }

  /** What there is no text for yet that may stand in the report. */
  missing(): string[] {
    return this.slots.filter((slot) => !this.accepted.has(slot)).map(nameSlot);
  }

  /** Names of the reviewers in place of their letters. What was not taken is empty. */
  prose(nameOf: (reviewer: BriefReviewer) => string): ReportProse {
    const names = new Map(this.facts.brief.reviewers.map((one) => [one.letter, nameOf(one)]));
    const write = (slot: Slot) =>
      (this.accepted.get(slot) ?? '').replace(
        /\[([A-Za-z])\]/g,
        (whole, letter: string) => names.get(letter) ?? whole,
      );
    const textFor = (part: ProsePart) =>
      this.slots
        .filter((slot) => slot.part === part)
        .map(write)
        .join('');
    return {
      executiveSummary: textFor('executive-summary'),
      recommendation: textFor('recommendation').replace(/\s+/g, ' '),
      retro: this.slots.flatMap((slot) =>
        slot.reviewer === null || !this.accepted.has(slot)
          ? []
          : [{ reviewer: slot.reviewer.reviewer, text: write(slot) }],
      ),
      closing: textFor('closing'),
    };
  }

  /** Texts that were handed in last and not taken, where nothing else stands in their place. */
  refusals(): RefusedProse[] {
    return [...this.refused].map(([{ part, reviewer }, { text, reasons }]) => ({
      part,
      reviewer: reviewer?.reviewer ?? null,
      text,
      reasons: [...reasons],
    }));
  }
}

function textOf(prose: SubmittedProse, { part, reviewer }: Slot): string {
  switch (part) {
    case 'executive-summary':
      return prose.executiveSummary;
    case 'recommendation':
      return prose.recommendation;
    case 'retro':
      return prose.retro.find(({ letter }) => letter === reviewer?.letter)?.text ?? '';
    case 'closing':
      return prose.closing;
  }
}

function nameSlot({ part, reviewer }: Slot): string {
  if (part === 'executive-summary') return 'executiveSummary';
  return reviewer === null ? part : `retro of ${reviewer.letter}`;
}
