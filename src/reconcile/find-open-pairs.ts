import { groupFindings } from './group-findings.ts';
import type { FindingPair } from './pair-answers.ts';
import { noAnswers } from './pair-answers.ts';
import { type ReconcileInput, standingFindings } from './reconcile.ts';
import { type ReconcileRules, reconcileRules } from './rules.ts';

/** Two findings of different reviewers that may be one defect, and that the rules alone keep apart. */
export interface OpenPair extends FindingPair {
  /** How much alike they are, 0 to 1. */
  score: number;
}

/**
 * The pairs that somebody should be asked about, the likest first; `reconcile` takes the answers. A pair is left out
 * when no answer could put the two together. The order of the input does not matter.
 */
export function findOpenPairs(input: ReconcileInput, rules: ReconcileRules = reconcileRules): OpenPair[] {
  const { open } = groupFindings(standingFindings(input), rules, noAnswers);
  return open.map(({ a, b, score }) => ({ a, b, score }));
}
