import type { LikenessWeights } from './rules.ts';

/** What decides which finding of an earlier round a finding is. All likenesses are 0 to 1. */
export interface RoundRules {
  weights: LikenessWeights;
  /** Under it nothing is looked at any further. */
  least: number;
  /** From here on, with what equal code adds, they are one. */
  match: number;
  /** What a quote that holds the other, or lines in common, add to the likeness of the words … */
  code: number;
  /** … and what one function or type in one file does. */
  symbol: number;
}

/**
 * The rules in force, stricter than those for findings of one run: what was found before has mostly been mended, and what
 * is new in its place often speaks of the same code. In recorded rounds of one repository most pairs under .35 that share a
 * file alone are two defects, and most from .45 on are one.
 */
export const roundRules: RoundRules = {
  weights: { words: 0.5, rareWords: 0.25, titles: 0.25 },
  least: 0.2,
  match: 0.42,
  code: 0.12,
  symbol: 0.06,
};
