import type { Cluster, Clusters } from '../domain/cluster.ts';
import { findingKey, type RawFinding } from '../domain/finding.ts';
import type { Review } from '../domain/review.ts';
import { compareSeverity } from '../domain/vocabulary.ts';
import { compareText } from './compare-text.ts';
import { groupFindings } from './group-findings.ts';
import { noAnswers, type PairAnswers } from './pair-answers.ts';
import { type ReconcileRules, reconcileRules } from './rules.ts';

export interface ReconcileInput {
  reviews: readonly Review[];
}

/**
 * Puts findings that claim one defect into one cluster. Refused and withdrawn findings take no part. The order of
 * reviews, findings and answers does not matter: the same set gives the same clusters.
 */
export function reconcile(
  input: ReconcileInput,
  rules: ReconcileRules = reconcileRules,
  answers: PairAnswers = noAnswers,
): Clusters {
  const { groups } = groupFindings(standingFindings(input), rules, answers);
  const clusters = groups.map((group, index): Cluster => {
    const members = [...group.members].sort(compareSpeakers);
    return { id: `k${index + 1}`, members: members.map(findingKey), links: group.links };
  });
  return { schemaVersion: 1, clusters };
}

/** The findings that take part, in an order of their own. */
export function standingFindings({ reviews }: ReconcileInput): RawFinding[] {
  return reviews
    .flatMap((review) => review.findings)
    .filter((finding) => finding.gate.outcome !== 'refused' && finding.withdrawn === null)
    .sort(comparePosition);
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
