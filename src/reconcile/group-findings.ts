import type { Cluster } from '../domain/cluster.ts';
import { type FindingKey, findingKey, type RawFinding } from '../domain/finding.ts';
import { isGuard } from '../domain/guard.ts';
import { type Comparison, compareFindings, textOf } from './compare-findings.ts';
import { compareText } from './compare-text.ts';
import { type PairAnswers, pairKey, type SamePair } from './pair-answers.ts';
import type { ReconcileRules } from './rules.ts';
import { TextLikeness } from './text-likeness.ts';

export interface FindingGroup {
  members: RawFinding[];
  links: Cluster['links'];
}

type LinkedPair = Cluster['links'][number];

export interface Grouping {
  /** In the order of their first findings. */
  groups: FindingGroup[];
  /** The middle band: pairs of two groups that an answer would put together, the likest first. */
  open: Comparison[];
}

/**
 * What one reviewer says twice is put together first. Then groups are merged from the most alike pair down, if they have
 * no reviewer in common and every pair across them is nearly alike: a chain of neighbours never joins two defects. Last
 * come pairs that somebody called one defect: for them every other pair across has to be alike enough to ask about, or
 * called one defect, too.
 */
export function groupFindings(
  findings: readonly RawFinding[],
  rules: ReconcileRules,
  answers: PairAnswers,
): Grouping {
  const groupOf = new Map(
    findings.map((finding): [FindingKey, FindingGroup] => [
      findingKey(finding),
      { members: [finding], links: [] },
    ]),
  );
  const merge = (
    { a, b, score, reason, answeredBy }: LinkedPair,
    mayJoin: (left: FindingGroup, right: FindingGroup) => boolean,
  ) => {
    const [left, right] = [groupOf.get(a), groupOf.get(b)];
    if (left === undefined || right === undefined || left === right || !mayJoin(left, right)) return;
    left.members.push(...right.members);
    const link = { a, b, score, reason };
    left.links.push(...right.links, answeredBy === undefined ? link : { ...link, answeredBy });
    for (const member of right.members) groupOf.set(findingKey(member), left);
  };
  const likeness = new TextLikeness(findings.map(textOf), rules.weights);
  const { repetitions, comparisons } = compareFindings(findings, likeness, rules);
  comparisons.sort(compareLikest);
  for (const repetition of repetitions) merge(repetition, () => true);
  const scores = new Map(comparisons.map(({ a, b, score }) => [pairKey(a, b), score]));
  const different = new Set(answers.different?.map(({ a, b }) => pairKey(a, b)));
  const nearlyAlike = rules.merge * rules.weakestLink;
  const sure = (key: string) => !different.has(key) && (scores.get(key) ?? 0) >= nearlyAlike;
  const isUnasked = ({ band }: Comparison) => band === 'sure' || (band === 'merge' && rules.mergesUnsure);
  for (const comparison of comparisons.filter(isUnasked))
    merge(comparison, (left, right) => isEveryPair(left, right, rules, sure));
  const same = samePairs(answers.same, { findings, comparisons, different });
  const possible = (key: string) => !different.has(key) && (scores.has(key) || same.has(key));
  const mayBeOne = (left: FindingGroup, right: FindingGroup) => isEveryPair(left, right, rules, possible);
  for (const answered of [...same.values()].sort(compareLikest)) merge(answered, mayBeOne);
  const open = comparisons.filter(({ a, b }) => {
    const [left, right] = [groupOf.get(a), groupOf.get(b)];
    return left !== undefined && right !== undefined && left !== right && mayBeOne(left, right);
  });
  return { groups: [...new Set(groupOf.values())], open };
}

function isEveryPair(
  left: FindingGroup,
  right: FindingGroup,
  { keepsReviewersApart }: Pick<ReconcileRules, 'keepsReviewersApart'>,
  isAlike: (pair: string) => boolean,
): boolean {
  return left.members.every((a) =>
    right.members.every((b) => {
      if (keepsReviewersApart && a.reviewer === b.reviewer) return false;
      return isAlike(pairKey(findingKey(a), findingKey(b)));
    }),
  );
}

/** Of each pair that was called one defect and may be: what links the two. */
function samePairs(
  same: readonly SamePair[],
  known: {
    findings: readonly RawFinding[];
    comparisons: readonly Comparison[];
    different: ReadonlySet<string>;
  },
): Map<string, LinkedPair> {
  const compared = new Map(known.comparisons.map((one) => [pairKey(one.a, one.b), one]));
  const reviewers = new Map(known.findings.map((finding) => [findingKey(finding), finding.reviewer]));
  const ordered = [...same].sort((x, y) => compareText(x.answeredBy ?? '', y.answeredBy ?? ''));
  return new Map(
    ordered.flatMap(({ a, b, answeredBy }): [string, LinkedPair][] => {
      const key = pairKey(a, b);
      const [one, other] = [reviewers.get(a), reviewers.get(b)];
      if (one === undefined || other === undefined || one === other || known.different.has(key)) return [];
      if (isGuard(one) || isGuard(other)) return [];
      const pair = compared.get(key) ?? { ...orderPair(a, b), score: 0, reason: 'not alike' };
      const answer = answeredBy === undefined ? 'called one defect' : `called one defect by ${answeredBy}`;
      const link = { a: pair.a, b: pair.b, score: pair.score, reason: `${pair.reason}, ${answer}` };
      return [[key, answeredBy === undefined ? link : { ...link, answeredBy }]];
    }),
  );
}

function orderPair(a: FindingKey, b: FindingKey): { a: FindingKey; b: FindingKey } {
  return a < b ? { a, b } : { a: b, b: a };
}

function compareLikest(x: Omit<Comparison, 'band'>, y: Omit<Comparison, 'band'>): number {
  return y.score - x.score || compareText(pairKey(x.a, x.b), pairKey(y.a, y.b));
}
