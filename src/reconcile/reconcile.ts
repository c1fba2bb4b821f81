import type { Cluster, Clusters } from '../domain/cluster.ts';
import { findingKey, type RawFinding } from '../domain/finding.ts';
import type { Review } from '../domain/review.ts';
import { compareSeverity } from '../domain/vocabulary.ts';
import { type Comparison, compareFindings, findRepetitions, textOf } from './compare-findings.ts';
import { type ReconcileRules, reconcileRules } from './rules.ts';
import { TextLikeness } from './text-likeness.ts';

export interface ReconcileInput {
  reviews: readonly Review[];
}

/**
 * Puts findings that claim one defect into one cluster. Refused and withdrawn findings take no part. The order of
 * reviews and findings does not matter: the same set gives the same clusters.
 */
export function reconcile(input: ReconcileInput, rules: ReconcileRules = reconcileRules): Clusters {
  const findings = input.reviews
    .flatMap((review) => review.findings)
    .filter((finding) => finding.gate.outcome !== 'refused' && finding.withdrawn === null)
    .sort(comparePosition);
  const groups = mergeGroups(findings, rules);
  const clusters = groups.map((group, index): Cluster => {
    const members = [...group.members].sort(compareSpeakers);
    return { id: `k${index + 1}`, members: members.map(findingKey), links: group.links };
  });
  return { schemaVersion: 1, clusters };
}

interface Group {
  members: RawFinding[];
  links: Cluster['links'];
}

/**
 * What one reviewer says twice is put together first. Then groups are merged from the most alike pair down, if they have
 * no reviewer in common and every pair across them is nearly alike: a chain of neighbours never joins two defects.
 */
function mergeGroups(findings: readonly RawFinding[], rules: ReconcileRules): Group[] {
  const groupOf = new Map(
    findings.map((finding): [string, Group] => [findingKey(finding), { members: [finding], links: [] }]),
  );
  const merge = ({ a, b, score, reason }: Comparison, mayJoin: (left: Group, right: Group) => boolean) => {
    const [left, right] = [groupOf.get(a), groupOf.get(b)];
    if (left === undefined || right === undefined || left === right || !mayJoin(left, right)) return;
    left.members.push(...right.members);
    left.links.push(...right.links, { a, b, score, reason });
    for (const member of right.members) groupOf.set(findingKey(member), left);
  };
  const likeness = new TextLikeness(findings.map(textOf), rules.weights);
  for (const repetition of findRepetitions(findings, likeness, rules)) merge(repetition, () => true);
  const comparisons = compareFindings(findings, likeness, rules);
  const scores = new Map(comparisons.map(({ a, b, score }) => [pairKey(a, b), score]));
  const sure = comparisons.filter(({ band }) => band === 'merge');
  sure.sort((x, y) => y.score - x.score || compareText(pairKey(x.a, x.b), pairKey(y.a, y.b)));
  for (const comparison of sure)
    merge(comparison, (left, right) => mayBecomeOne(left, right, { scores, rules }));
  return [...new Set(groupOf.values())];
}

function mayBecomeOne(
  left: Group,
  right: Group,
  { scores, rules }: { scores: ReadonlyMap<string, number>; rules: ReconcileRules },
): boolean {
  const least = rules.merge * rules.weakestLink;
  return left.members.every((a) =>
    right.members.every((b) => {
      if (rules.keepsReviewersApart && a.reviewer === b.reviewer) return false;
      return (scores.get(pairKey(findingKey(a), findingKey(b))) ?? 0) >= least;
    }),
  );
}

/** Where a finding stands; ties by key, so that the order is total. */
function comparePosition(a: RawFinding, b: RawFinding): number {
  const [x, y] = [a.locations[0], b.locations[0]];
  return (
    compareText(x?.path ?? '', y?.path ?? '') ||
    (x?.startLine ?? 0) - (y?.startLine ?? 0) ||
    (x?.endLine ?? 0) - (y?.endLine ?? 0) ||
    compareText(findingKey(a), findingKey(b))
  );
}

/** The member that says most speaks for a cluster: severest, then the longer explanation, then by key. */
function compareSpeakers(a: RawFinding, b: RawFinding): number {
  return (
    compareSeverity(a.claim.severity, b.claim.severity) ||
    b.claim.explanation.length - a.claim.explanation.length ||
    compareText(findingKey(a), findingKey(b))
  );
}

function pairKey(a: string, b: string): string {
  return a < b ? `${a}\n${b}` : `${b}\n${a}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
