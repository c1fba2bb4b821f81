import type { FindingKey } from '../domain/finding.ts';

/** Two findings, in whichever order. */
export interface FindingPair {
  a: FindingKey;
  b: FindingKey;
}

/** One that somebody called one defect. */
export interface SamePair extends FindingPair {
  /** Who said so, as a report names them; nobody is named without it. */
  answeredBy?: string;
}

/** What was said of open pairs by whoever was asked. A pair named in both lists stays apart, keys of no finding say nothing. */
export interface PairAnswers {
  same: readonly SamePair[];
  /** Told apart: nothing puts these two into one cluster. */
  different?: readonly FindingPair[];
}

export const noAnswers: PairAnswers = { same: [] };

/** The same for either order of the two. */
export function pairKey(a: FindingKey, b: FindingKey): string {
  return a < b ? `${a}\n${b}` : `${b}\n${a}`;
}
