import type { Cluster, Clusters } from '../domain/cluster.ts';
import { type FindingKey, findingKey, type RawFinding } from '../domain/finding.ts';
import type { Ledger, LedgerEntry } from '../domain/ledger.ts';
import type { Review } from '../domain/review.ts';
import type { FindingFacts, Verdict } from '../domain/verdict.ts';

export interface WriteLedgerInput {
  reviews: readonly Review[];
  clusters: Clusters;
  /** One for each cluster. */
  verdicts: readonly Verdict[];
  facts: ReadonlyMap<FindingKey, FindingFacts>;
}

/** Gives each raw finding its one fate, with the reason in plain words, in the order the reviewers reported. */
export function writeLedger(input: WriteLedgerInput): Ledger {
  const clusterOf = new Map<FindingKey, Cluster>();
  for (const cluster of input.clusters.clusters)
    for (const key of cluster.members) clusterOf.set(key, cluster);
  const verdictOf = new Map(input.verdicts.map((verdict) => [verdict.cluster, verdict]));
  const raw = input.reviews.flatMap((review) => review.findings);
  const byKey = new Map(raw.map((finding) => [findingKey(finding), finding]));
  const entries = raw.map((finding): LedgerEntry => {
    const key = findingKey(finding);
    const cluster = clusterOf.get(key);
    const verdict = cluster === undefined ? undefined : verdictOf.get(cluster.id);
    const common = {
      key,
      reviewer: finding.reviewer,
      id: finding.id,
      title: finding.claim.title,
      severity: finding.claim.severity,
      cluster: cluster?.id ?? null,
      finalSeverity: null,
      ...supersededOf(verdict),
    };
    if (finding.withdrawn !== null)
      return {
        ...common,
        fate: { fate: 'dropped', reason: 'withdrawn' },
        reason: finding.withdrawn,
      };
    if (finding.gate.outcome === 'refused' || cluster === undefined || verdict === undefined)
      return {
        ...common,
        fate: { fate: 'dropped', reason: 'evidence-not-found' },
        reason: finding.gate.message.split('\n')[0] ?? finding.gate.message,
      };
    return { ...common, ...placeInCluster(finding, cluster, verdict, { byKey, facts: input.facts }) };
  });
  return { schemaVersion: 1, entries };
}

function supersededOf(verdict: Verdict | undefined): Pick<LedgerEntry, 'superseded'> {
  if (verdict?.superseded === undefined) return {};
  return {
    superseded: verdict.superseded.map(({ at, by, verdict: value, severity, verdictReason }) => ({
      ...{ at, by, verdict: value, severity, reason: verdictReason },
    })),
  };
}

interface Lookups {
  byKey: ReadonlyMap<FindingKey, RawFinding>;
  facts: ReadonlyMap<FindingKey, FindingFacts>;
}

function placeInCluster(
  finding: RawFinding,
  cluster: Cluster,
  verdict: Verdict,
  lookups: Lookups,
): Pick<LedgerEntry, 'fate' | 'reason' | 'finalSeverity'> {
  const key = findingKey(finding);
  const speaker = cluster.members[0] ?? key;
  if (key !== speaker) {
    const repeatsItself = isEarlierMemberOfSameReviewer(finding, cluster, lookups.byKey);
    if (repeatsItself)
      return {
        fate: { fate: 'dropped', reason: 'self-duplicate' },
        finalSeverity: null,
        reason: `the same reviewer reported this defect before, see ${speaker}`,
      };
    if (verdict.verdict === 'refuted') return refuted(verdict);
    if (verdict.declined?.holds === true) return declined(verdict.declined);
    const moved = isPreExisting(cluster, verdict, lookups.facts);
    return {
      fate: { fate: 'merged', into: speaker },
      finalSeverity: moved ? null : verdict.severity,
      reason: `describes the same defect as ${speaker}${answerNote(key, cluster)}${severityNote(finding, verdict, moved)}`,
    };
  }
  if (verdict.verdict === 'refuted') return refuted(verdict);
  if (verdict.declined?.holds === true) return declined(verdict.declined);
  if (isPreExisting(cluster, verdict, lookups.facts))
    return {
      fate: { fate: 'moved', target: 'design-observation' },
      finalSeverity: null,
      reason: 'the change touches none of its lines and they stood before: it predates the change',
    };
  return {
    fate: { fate: 'kept' },
    finalSeverity: verdict.severity,
    reason:
      finding.claim.severity === verdict.severity
        ? verdict.verdictReason
        : `${verdict.severityReason}; ${verdict.verdictReason}`,
  };
}

function refuted(verdict: Verdict): Pick<LedgerEntry, 'fate' | 'reason' | 'finalSeverity'> {
  return { fate: { fate: 'dropped', reason: 'refuted' }, finalSeverity: null, reason: verdict.verdictReason };
}

function declined({
  round,
  reason,
}: NonNullable<Verdict['declined']>): Pick<LedgerEntry, 'fate' | 'reason' | 'finalSeverity'> {
  const which = round === null ? {} : { round };
  return { fate: { fate: 'dropped', reason: 'declined', ...which }, finalSeverity: null, reason };
}

/** Whether another finding of the same reviewer stands before it in the cluster. */
function isEarlierMemberOfSameReviewer(
  finding: RawFinding,
  cluster: Cluster,
  byKey: ReadonlyMap<FindingKey, RawFinding>,
): boolean {
  const before = cluster.members.slice(0, cluster.members.indexOf(findingKey(finding)));
  return before.some((key) => byKey.get(key)?.reviewer === finding.reviewer);
}

/** A defect that stood before goes to the design observations, unless it is critical. */
function isPreExisting(
  cluster: Cluster,
  verdict: Verdict,
  facts: ReadonlyMap<FindingKey, FindingFacts>,
): boolean {
  if (verdict.severity === 'critical' || verdict.verdict === 'refuted') return false;
  return cluster.members.every((key) => facts.get(key)?.origin === 'pre-existing');
}

function severityNote(finding: RawFinding, verdict: Verdict, moved: boolean): string {
  return moved || finding.claim.severity === verdict.severity ? '' : `; ${verdict.severityReason}`;
}

/** Whom one had to ask to know that it is the same. */
function answerNote(key: FindingKey, { links }: Cluster): string {
  const link = links.find(({ a, b, answeredBy }) => answeredBy !== undefined && (a === key || b === key));
  if (link === undefined) return '';
  const other = link.a === key ? link.b : link.a;
  return ` (${link.answeredBy} was asked about it and ${other}, and called them one)`;
}
