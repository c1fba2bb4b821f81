import type { FileDiff } from '../domain/change.ts';
import { rangesOverlap } from '../domain/location.ts';
import type { SgRoot } from '../evidence/languages.ts';
import { findHits, type Hit } from './find-hits.ts';
import { mapToBase } from './line-map.ts';
import type { Rule } from './rule.ts';

/** The hits of all rules in one file, in the order of their lines. */
export function findFileHits(root: SgRoot, rules: readonly Rule[]): Hit[] {
  return rules
    .flatMap((rule) => findHits(root, rule))
    .sort((a, b) => a.range.start - b.range.start || compare(a.rule.id, b.rule.id));
}

export interface SplitHits {
  /** What the head has more of than the merge base. */
  introduced: Hit[];
  older: Hit[];
}

/**
 * Tells new hits from old ones. A hit whose first line the change left alone is old where the merge base has one of the
 * same rule there, though lines inside it changed. Of the others the head may have as many of each rule and text as the
 * merge base without any being new, so that code that only moved is no news; of those that are more, the ones in changed
 * lines are the new ones. Where several rules of a family hit the same lines, only the highest rank's hit is kept, but
 * no old hit takes a new one's place.
 */
export function splitByOrigin(head: readonly Hit[], base: readonly Hit[], file: FileDiff): SplitHits {
  const unpaired = new Set(base);
  const older = new Set<Hit>();
  const pair = (hit: Hit, fits: (old: Hit) => boolean) => {
    for (const old of unpaired) {
      if (old.rule.id !== hit.rule.id || !fits(old)) continue;
      unpaired.delete(old);
      older.add(hit);
      return;
    }
  };
  const baseLine = mapToBase(file);
  for (const hit of head) {
    const line = baseLine(hit.range.start);
    if (line !== null) pair(hit, (old) => old.range.start === line);
  }
  const rest = head.filter((hit) => !older.has(hit));
  for (const hit of [...rest].sort((a, b) => Number(isTouched(a, file)) - Number(isTouched(b, file))))
    pair(hit, (old) => old.text === hit.text);
  return keepHighestRanks(head, new Set(head.filter((hit) => !older.has(hit))));
}

/** What can be told of hits when the merge base's version of the file could not be read: new are those in changed lines. */
export function splitByTouch(head: readonly Hit[], file: FileDiff): SplitHits {
  const fresh = new Set(head.filter((hit) => isTouched(hit, file)));
  return keepHighestRanks(head, fresh);
}

function keepHighestRanks(head: readonly Hit[], fresh: ReadonlySet<Hit>): SplitHits {
  const introduced = head.filter((hit) => fresh.has(hit));
  return {
    introduced: introduced.filter((hit) => !introduced.some((other) => outranks(other, hit))),
    older: head.filter((hit) => !fresh.has(hit) && !head.some((other) => outranks(other, hit))),
  };
}

function isTouched(hit: Hit, file: FileDiff): boolean {
  return file.hunks.some((hunk) => hunk.added.some((range) => rangesOverlap(range, hit.range)));
}

function outranks(other: Hit, hit: Hit): boolean {
  return (
    other.rule !== hit.rule &&
    other.rule.family === hit.rule.family &&
    rangesOverlap(other.range, hit.range) &&
    (other.rule.rank > hit.rule.rank ||
      (other.rule.rank === hit.rule.rank && compare(other.rule.id, hit.rule.id) < 0))
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
