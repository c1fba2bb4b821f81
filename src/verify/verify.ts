import type { Question } from '../agent/challenge/question.ts';
import type { Change } from '../domain/change.ts';
import type { Cluster, Clusters } from '../domain/cluster.ts';
import { findingKey, type RawFinding } from '../domain/finding.ts';
import { balanceLedger, isBalanced, type Ledger } from '../domain/ledger.ts';
import type { Review } from '../domain/review.ts';
import { type ModelReviewer, reviewerName } from '../domain/reviewer.ts';
import type {
  Examination,
  ExaminedBatch,
  FindingFacts,
  FixCheck,
  SupersededVerdict,
  Verdict,
  Verdicts,
} from '../domain/verdict.ts';
import type { Origin, Severity } from '../domain/vocabulary.ts';
import { InternalError } from '../errors.ts';
import { decideSeverity } from './decide-severity.ts';
import { decideVerdict } from './decide-verdict.ts';
import { concludeDeclined, type DeclinedCluster, judgeDeclined, mayDrop } from './judge-declined.ts';
import {
  type ChallengedCluster,
  type EarlierAnswers,
  type ExaminerBatch,
  planChallenge,
  toQuestion,
} from './plan-challenge.ts';
import { writeLedger } from './write-ledger.ts';

/** What the repository says about a finding's places; see `FindingFacts`. */
export type OriginFacts = Pick<FindingFacts, 'touchedByChange' | 'standsAtMergeBase' | 'introducedBy'>;

export interface VerifyDependencies {
  traceOrigin(finding: RawFinding): Promise<OriginFacts>;
  /** null when the finding brings no patch. */
  checkFix(finding: RawFinding): Promise<FixCheck | null>;
  challenge: ChallengeDependencies;
}

/** How findings are put to models that did not raise them. */
export interface ChallengeDependencies {
  /** Model reviewers that can be asked, in the run's order; with none every finding stays as it was raised. */
  examiners: readonly ModelReviewer[];
  /** Whether an egress rule keeps code at one of these places from the examiner's vendor. */
  isKept(examiner: ModelReviewer, findings: readonly RawFinding[]): Promise<boolean>;
  /** Holds the sessions. What goes wrong in one is its status; it rejects only when the user stops the run. */
  examine(batches: readonly ExaminerBatch[]): Promise<ExaminedBatch[]>;
  /** What earlier sittings know of claims, in a run that somebody asked to look at again. Absent: nothing. */
  earlier?: EarlierAnswers & {
    /** Verdicts on a claim that second looks replace, the oldest first. */
    superseded(question: Question): SupersededVerdict[];
  };
}

export interface VerifyInput {
  change: Change;
  reviews: readonly Review[];
  clusters: Clusters;
  /** Clusters that people declined in earlier rounds; absent: none. */
  declined?: readonly DeclinedCluster[];
}

export interface Verification {
  verdicts: Verdicts;
  ledger: Ledger;
}

/**
 * Gathers the facts about every accepted finding, puts claims to models that did not raise them, gives each cluster a
 * verdict and one severity, and writes the ledger. Throws `InternalError` when a raw finding would be lost: nothing is reported then.
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
  const challenged = input.clusters.clusters.map((cluster): ChallengedCluster => {
    const members = cluster.members.flatMap((key) => byKey.get(key) ?? []);
    return {
      cluster,
      members,
      raisedBy: new Set(members.flatMap((member) => vendors.get(member.reviewer) ?? [])),
    };
  });
  const declines = judgeAll(input.declined ?? [], challenged);
  const open = challenged.filter(({ cluster }) => declines.get(cluster.id)?.isSettled !== true);
  const { examined, unasked } = await putToExaminers(open, dependencies.challenge);
  const examinations = collectExaminations(examined);
  const verdicts = challenged.map((one): Verdict => {
    const { cluster, members, raisedBy } = one;
    const answers = examinations.get(cluster.id) ?? [];
    const { verdict, evidence, reason } = decideVerdict({
      raisedBy,
      examinations: answers,
      vendorOf: (examiner) => vendors.get(examiner),
      silence:
        unasked.get(cluster.id) ?? declines.get(cluster.id)?.silence ?? describeSilence(cluster, examined),
    });
    const decision = decideSeverity({
      ratings: members.map((member) => ({ reviewer: member.reviewer, severity: member.claim.severity })),
      examined: answers.flatMap(({ examiner, answer, severity }) =>
        severity === null || answer === 'refute' ? [] : [{ reviewer: examiner, severity }],
      ),
      verdict,
      evidence,
      origin: factsByKey.get(cluster.members[0] ?? '')?.origin ?? 'unknown',
    });
    const declined = declines.get(cluster.id)?.conclude(decision.severity);
    const superseded = dependencies.challenge.earlier?.superseded(toQuestion(one, 0)) ?? [];
    return {
      cluster: cluster.id,
      verdict,
      evidence,
      severity: decision.severity,
      severityReason: decision.reason,
      examinations: answers,
      verdictReason: reason,
      ...(declined === undefined ? {} : { declined }),
      ...(superseded.length === 0 ? {} : { superseded }),
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
  const sessions = examined.map(({ session }) => session);
  return { verdicts: { schemaVersion: 1, verdicts, facts, sessions }, ledger };
}

interface Decline {
  /** It is dropped however it would be rated, so that nobody has to be asked. */
  isSettled: boolean;
  /** Why nobody was asked; absent where somebody may be. */
  silence?: string;
  conclude(severity: Severity): NonNullable<Verdict['declined']>;
}

/** By cluster. */
function judgeAll(
  declined: readonly DeclinedCluster[],
  clusters: readonly ChallengedCluster[],
): Map<string, Decline> {
  const members = new Map(clusters.map((one) => [one.cluster.id, one.members]));
  return new Map(
    declined.map((one): [string, Decline] => {
      const raised = members.get(one.match.cluster) ?? [];
      const judgement = judgeDeclined(one, raised);
      const isSettled =
        judgement.stands && raised.every(({ claim }) => mayDrop(one.declined, claim.severity));
      return [
        one.match.cluster,
        {
          isSettled,
          ...(isSettled ? { silence: `${judgement.why}; nobody was asked` } : {}),
          conclude: (severity) => concludeDeclined(one, judgement, severity),
        },
      ];
    }),
  );
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

async function putToExaminers(
  clusters: readonly ChallengedCluster[],
  { examiners, isKept, examine, earlier }: ChallengeDependencies,
): Promise<{ examined: ExaminedBatch[]; unasked: ReadonlyMap<string, string> }> {
  const kept = new Set<string>();
  for (const examiner of examiners)
    for (const { cluster, members } of clusters)
      if (await isKept(examiner, members)) kept.add(`${examiner.id} ${cluster.id}`);
  const { batches, unasked } = planChallenge({
    clusters,
    examiners,
    isKept: (examiner, cluster) => kept.has(`${examiner.id} ${cluster}`),
    ...(earlier === undefined ? {} : { earlier }),
  });
  // What earlier sittings cost counts, also where nothing is left to be asked.
  const isDone = batches.length === 0 && earlier === undefined;
  return { examined: isDone ? [] : await examine(batches), unasked };
}

function collectExaminations(examined: readonly ExaminedBatch[]): Map<string, Examination[]> {
  const all = new Map<string, Examination[]>();
  for (const { cluster, examination } of examined.flatMap((batch) => batch.examinations))
    all.set(cluster, [...(all.get(cluster) ?? []), examination]);
  return all;
}

/** Why nobody answered who was asked. */
function describeSilence({ id }: Cluster, examined: readonly ExaminedBatch[]): string {
  const asked = examined
    .filter(({ session }) => session.clusters.includes(id))
    .map(({ session }) => `${reviewerName(session.examiner)} (${session.cause?.message ?? session.status})`);
  return asked.length === 0
    ? 'its quote stands; no examiner was asked'
    : `its quote stands; asked without an answer: ${asked.join(', ')}`;
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
