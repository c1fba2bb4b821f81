import type { Cluster, Clusters } from '../domain/cluster.ts';
import { findingKey, type RawFinding } from '../domain/finding.ts';
import type { Review } from '../domain/review.ts';
import { compareSeverity } from '../domain/vocabulary.ts';
import {
  type ComparableFinding,
  type Comparison,
  cannotBeOne,
  compareFindings,
  toComparable,
} from './compare-findings.ts';

export interface ReconcileInput {
  reviews: readonly Review[];
}

/**
 * Puts findings that claim one defect into one cluster. Refused and withdrawn findings take no part. The order of
 * reviews and findings does not matter: the same set gives the same clusters.
 */
export function reconcile(input: ReconcileInput): Clusters {
  const findings = input.reviews
    .flatMap((review) => review.findings)
    .filter((finding) => finding.gate.outcome !== 'refused' && finding.withdrawn === null)
    .map(toComparable)
    .sort((a, b) => comparePosition(a.finding, b.finding));
  const comparisons = compareAll(findings);
  const groups = mergeGroups(findings, comparisons);
  const clusters = groups.map((group, index): Cluster => {
    const members = [...group.members].sort((a, b) => compareSpeakers(a.finding, b.finding));
    return { id: `k${index + 1}`, members: members.map((member) => member.key), links: group.links };
  });
  return { schemaVersion: 1, clusters };
}

interface Group {
  members: ComparableFinding[];
  links: Cluster['links'];
}

/** Only findings that share a file are compared: nothing else can leave the band `apart`. */
function compareAll(findings: readonly ComparableFinding[]): Map<string, Comparison> {
  const byPath = new Map<string, ComparableFinding[]>();
  for (const one of findings) {
    for (const path of new Set(one.finding.locations.map((location) => location.path)))
      inPath(byPath, path).push(one);
  }
  const comparisons = new Map<string, Comparison>();
  for (const group of byPath.values()) {
    group.forEach((a, index) => {
      for (const b of group.slice(index + 1)) {
        if (cannotBeOne(a, b)) continue;
        const comparison = compareFindings(a, b);
        if (comparison.band !== 'apart') comparisons.set(pairKey(a.key, b.key), comparison);
      }
    });
  }
  return comparisons;
}

function inPath(byPath: Map<string, ComparableFinding[]>, path: string): ComparableFinding[] {
  const known = byPath.get(path) ?? [];
  byPath.set(path, known);
  return known;
}

/**
 * Merges from the most alike pair down. Two groups become one only when every pair across them is at least in the
 * band `ask`, so that a chain of neighbours never joins two defects that are not alike; and a group holds one
 * finding of each reviewer, but for a reviewer's repetition of itself.
 */
function mergeGroups(
  findings: readonly ComparableFinding[],
  comparisons: ReadonlyMap<string, Comparison>,
): Group[] {
  const groupOf = new Map(findings.map((finding): [string, Group] => [finding.key, newGroup(finding)]));
  const merges = [...comparisons.values()]
    .filter((comparison) => comparison.band === 'merge')
    .sort((x, y) => y.score - x.score || compareText(pairKey(x.a, x.b), pairKey(y.a, y.b)));
  for (const comparison of merges) {
    const [left, right] = [groupOf.get(comparison.a), groupOf.get(comparison.b)];
    if (left === undefined || right === undefined || left === right) continue;
    if (!mayJoin(left, right, comparisons)) continue;
    left.members.push(...right.members);
    left.links.push(...right.links, {
      a: comparison.a,
      b: comparison.b,
      score: comparison.score,
      reason: comparison.reason,
    });
    for (const member of right.members) groupOf.set(member.key, left);
  }
  return [...new Set(groupOf.values())];
}

function newGroup(finding: ComparableFinding): Group {
  return { members: [finding], links: [] };
}

function mayJoin(left: Group, right: Group, comparisons: ReadonlyMap<string, Comparison>): boolean {
  return left.members.every((a) =>
    right.members.every((b) => {
      const band = comparisons.get(pairKey(a.key, b.key))?.band ?? 'apart';
      return a.finding.reviewer === b.finding.reviewer ? band === 'merge' : band !== 'apart';
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
