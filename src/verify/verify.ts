import type { Change } from '../domain/change.ts';
import type { Cluster, Clusters } from '../domain/cluster.ts';
import { findingKey, type RawFinding } from '../domain/finding.ts';
import { isGuard } from '../domain/guard.ts';
import { balanceLedger, isBalanced, type Ledger } from '../domain/ledger.ts';
import type { Review } from '../domain/review.ts';
import type { FindingFacts, FixCheck, Verdict, Verdicts } from '../domain/verdict.ts';
import type { Origin } from '../domain/vocabulary.ts';
import { InternalError } from '../errors.ts';
import { decideSeverity } from './decide-severity.ts';
import { writeLedger } from './write-ledger.ts';

/** What the repository says about a finding's places; see `FindingFacts`. */
export type OriginFacts = Pick<FindingFacts, 'touchedByChange' | 'standsAtMergeBase' | 'introducedBy'>;

export interface VerifyDependencies {
  traceOrigin(finding: RawFinding): Promise<OriginFacts>;
  /** null when the finding brings no patch. */
  checkFix(finding: RawFinding): Promise<FixCheck | null>;
}

export interface VerifyInput {
  change: Change;
  reviews: readonly Review[];
  clusters: Clusters;
}

export interface Verification {
  verdicts: Verdicts;
  ledger: Ledger;
}

/**
 * Gathers the facts about every accepted finding, gives each cluster a verdict and one severity, and writes the
 * ledger. Throws `InternalError` when a raw finding would be lost: nothing is reported then.
 */
export async function verify(input: VerifyInput, dependencies: VerifyDependencies): Promise<Verification> {
  const raw = input.reviews.flatMap((review) => review.findings);
  const byKey = new Map(raw.map((finding) => [findingKey(finding), finding]));
  refuseIncompleteClusters(raw, input.clusters);
  const facts: FindingFacts[] = [];
  for (const key of input.clusters.clusters.flatMap((cluster) => cluster.members)) {
    const finding = byKey.get(key);
    if (finding !== undefined) facts.push(await gatherFacts(finding, dependencies));
  }
  const factsByKey = new Map(facts.map((one) => [one.key, one]));
  const vendors = vendorsOf(input.reviews);
  const verdicts = input.clusters.clusters.map((cluster): Verdict => {
    const members = cluster.members.flatMap((key) => byKey.get(key) ?? []);
    const raisedBy = new Set(members.flatMap((member) => vendors.get(member.reviewer) ?? []));
    const agreed = raisedBy.size >= 2;
    const decision = decideSeverity({
      ratings: members.map((member) => ({ reviewer: member.reviewer, severity: member.claim.severity })),
      verdict: agreed ? 'confirmed' : 'unexamined',
      evidence: 'inferred',
      origin: factsByKey.get(cluster.members[0] ?? '')?.origin ?? 'unknown',
    });
    return {
      cluster: cluster.id,
      verdict: agreed ? 'confirmed' : 'unexamined',
      evidence: 'inferred',
      severity: decision.severity,
      severityReason: decision.reason,
      examinations: [],
      verdictReason: agreed
        ? `raised independently by models of ${raisedBy.size} vendors, and its quotes stand`
        : unexaminedReason(cluster),
    };
  });
  const ledger = writeLedger({
    reviews: input.reviews,
    clusters: input.clusters,
    verdicts,
    facts: factsByKey,
  });
  const balance = balanceLedger(raw, ledger);
  if (!isBalanced(balance))
    throw new InternalError(
      `the ledger does not account for every finding: missing ${balance.missing.join(', ') || 'none'}; surplus ${balance.surplus.join(', ') || 'none'}`,
      { hint: 'please report this; the reviewers’ findings stand untouched in the run’s review folder' },
    );
  return { verdicts: { schemaVersion: 1, verdicts, facts }, ledger };
}

/** Every accepted finding stands in exactly one cluster, and nothing else does. */
function refuseIncompleteClusters(raw: readonly RawFinding[], clusters: Clusters): void {
  const missing = new Set(
    raw.filter((one) => one.gate.outcome !== 'refused' && one.withdrawn === null).map(findingKey),
  );
  const surplus = clusters.clusters
    .flatMap((cluster) => cluster.members)
    .filter((key) => !missing.delete(key));
  if (missing.size + surplus.length > 0)
    throw new InternalError(
      `the clusters do not hold each accepted finding once: missing ${[...missing].join(', ') || 'none'}; surplus ${surplus.join(', ') || 'none'}`,
      { hint: 'please report this; the reviewers’ findings stand untouched in the run’s review folder' },
    );
}

function unexaminedReason({ members: [speaker = ''] }: Cluster): string {
  const [reviewer = ''] = speaker.split('/');
  return isGuard(reviewer)
    ? 'the guard read it from the change by a rule; nobody was asked'
    : 'its quote stands; no examiner was asked';
}

async function gatherFacts(finding: RawFinding, dependencies: VerifyDependencies): Promise<FindingFacts> {
  // A text that is in no file belongs to the change; there are no lines to trace.
  if (finding.gate.outcome === 'stands-in-text')
    return {
      key: findingKey(finding),
      touchedByChange: true,
      standsAtMergeBase: null,
      introducedBy: null,
      origin: 'introduced',
      fix: null,
    };
  const origin = await dependencies.traceOrigin(finding);
  return {
    key: findingKey(finding),
    ...origin,
    origin: decideOrigin(finding, origin),
    fix: await dependencies.checkFix(finding),
  };
}

/**
 * A defect predates the change when the change touched none of its places and the quoted lines stood before. A
 * reviewer that calls it a regression says that the change broke code elsewhere; untouched lines don't refute that.
 */
function decideOrigin(finding: RawFinding, facts: OriginFacts): Origin {
  if (facts.touchedByChange || finding.claim.kind === 'regression') return 'introduced';
  if (facts.standsAtMergeBase === null) return 'unknown';
  return facts.standsAtMergeBase ? 'pre-existing' : 'introduced';
}

function vendorsOf(reviews: readonly Review[]): Map<string, string> {
  return new Map(
    reviews.flatMap(({ reviewer }): [string, string][] =>
      reviewer.type === 'model' ? [[reviewer.id, reviewer.provider]] : [],
    ),
  );
}
