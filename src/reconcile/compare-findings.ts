import { type FindingKey, findingKey, type RawFinding } from '../domain/finding.ts';
import { isGuard } from '../domain/guard.ts';
import type { Location } from '../domain/location.ts';
import { jaccard, tokenize } from './tokenize.ts';

/** `merge`: one defect. `ask`: may be; a model may be asked, and they stay apart when none answers. `apart`: two. */
export type Band = 'merge' | 'ask' | 'apart';

export interface Comparison {
  a: FindingKey;
  b: FindingKey;
  /** Text similarity, 0 to 1. */
  score: number;
  band: Band;
  reason: string;
}

/** A finding with what comparing it needs, computed once. */
export interface ComparableFinding {
  key: FindingKey;
  finding: RawFinding;
  tokens: ReadonlySet<string>;
}

export function toComparable(finding: RawFinding): ComparableFinding {
  const { title, explanation, scenario, quote } = finding.claim;
  return {
    key: findingKey(finding),
    finding,
    tokens: tokenize([title, explanation, scenario, quote].join('\n')),
  };
}

/**
 * Bands measured on recorded reviews of three models: in the same file, text overlap of a quarter and more is one
 * defect in 98 of 100 pairs, and under .15 almost never. Place alone decides nothing: several defects stand on the
 * same lines. Two findings of one reviewer are one only when they also share lines: it lists places on purpose.
 */
export function compareFindings(a: ComparableFinding, b: ComparableFinding): Comparison {
  const place = comparePlaces(a.finding.locations, b.finding.locations);
  const score = jaccard(a.tokens, b.tokens);
  const percent = Math.round(score * 100);
  const result = (band: Band, reason: string): Comparison => ({ a: a.key, b: b.key, score, band, reason });
  if (place === 'other-file') return result('apart', 'other files');
  // No reviewer may speak for the guard, lower its rating, or count it as one that agrees.
  if (isGuard(a.finding.reviewer) || isGuard(b.finding.reviewer)) return result('apart', 'the guard’s own');
  if (a.finding.reviewer === b.finding.reviewer) {
    const same = place === 'overlap' && score >= 0.5;
    return result(same ? 'merge' : 'apart', `one reviewer, ${place}, ${percent} % text`);
  }
  const mergeFrom = { overlap: 0.22, near: 0.25, far: 0.35 }[place];
  const band = score >= mergeFrom ? 'merge' : score >= 0.15 ? 'ask' : 'apart';
  return result(band, `same file, ${place}, ${percent} % text`);
}

/** Known without reading a word: of thousands of findings of one reviewer, hardly two share lines. */
export function cannotBeOne(a: ComparableFinding, b: ComparableFinding): boolean {
  const isOneReviewer = a.finding.reviewer === b.finding.reviewer;
  return isOneReviewer && comparePlaces(a.finding.locations, b.finding.locations) !== 'overlap';
}

type PlaceRelation = 'overlap' | 'near' | 'far' | 'other-file';

/** Lines that still count as near. */
const nearLines = 100;

function comparePlaces(a: readonly Location[], b: readonly Location[]): PlaceRelation {
  let gap = Number.POSITIVE_INFINITY;
  for (const one of a) {
    for (const other of b) {
      if (one.path !== other.path || one.side !== other.side) continue;
      gap = Math.min(gap, Math.max(0, one.startLine - other.endLine, other.startLine - one.endLine));
    }
  }
  if (gap === Number.POSITIVE_INFINITY) return 'other-file';
  return gap === 0 ? 'overlap' : gap <= nearLines ? 'near' : 'far';
}
