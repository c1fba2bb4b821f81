import type { RawFinding } from '../../src/domain/finding.ts';
import { textOf } from '../../src/reconcile/compare-findings.ts';

/** The one-line baseline: the share of words that both findings use, without any stemming or weights. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared === 0 ? 0 : shared / (a.size + b.size - shared);
}

/** Words in lower case, identifiers whole and in their parts, without the commonest words. */
export function wordsOf(finding: RawFinding): Set<string> {
  const words = textOf(finding).text.match(/[A-Za-z0-9_$]+/g) ?? [];
  return new Set(
    words
      .flatMap((word) => [word, ...word.split(parts)])
      .map((word) => word.toLowerCase())
      .filter((word) => word.length > 1 && !common.has(word)),
  );
}

/** Greedy clusters by Jaccard, the likest pair first; `guard` is the part of the threshold all pairs across must have. */
export function clusterByJaccard(
  findings: readonly RawFinding[],
  { threshold, guard }: { threshold: number; guard: number },
): { members: string[] }[] {
  const words = findings.map(wordsOf);
  const scoreOf = (a: number, b: number) => jaccard(words[a] ?? new Set(), words[b] ?? new Set());
  const areOfOne = (a: number, b: number) => findings[a]?.reviewer === findings[b]?.reviewer;
  const groups = new Map(findings.map((_, at) => [at, [at]]));
  const pairs = findings.flatMap((_, a) =>
    findings.slice(a + 1).map((_, offset) => ({ a, b: a + 1 + offset, score: scoreOf(a, a + 1 + offset) })),
  );
  const likest = pairs
    .filter(({ a, b, score }) => score >= threshold && !areOfOne(a, b))
    .sort((x, y) => y.score - x.score);
  for (const { a, b } of likest) {
    const [left, right] = [groups.get(a) ?? [], groups.get(b) ?? []];
    if (left === right || !left.every((x) => right.every((y) => scoreOf(x, y) >= guard * threshold)))
      continue;
    left.push(...right);
    for (const one of right) groups.set(one, left);
  }
  return [...new Set(groups.values())].map((group) => ({
    members: group.flatMap((at) => {
      const finding = findings[at];
      return finding === undefined ? [] : [`${finding.reviewer}/${finding.id}`];
    }),
  }));
}

const parts = /[_$]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])/;

const common = new Set(
  `a an and are as at be been but by can could does for from has have if in into is it its may no not of on only or so
  than that the their then there these this to was when where which will with would`.split(/\s+/),
);
