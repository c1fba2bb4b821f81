import { type FindingKey, findingKey, type RawFinding } from '../../domain/finding.ts';
import { balanceLedger, isBalanced, type LedgerEntry } from '../../domain/ledger.ts';
import type { Review } from '../../domain/review.ts';
import type { ReviewerId } from '../../domain/reviewer.ts';
import type { FindingFacts, Verdict } from '../../domain/verdict.ts';
import { severities } from '../../domain/vocabulary.ts';
import { InternalError } from '../../errors.ts';
import type { ReportInput } from './report-input.ts';

/** One raw finding and what became of it. */
export interface Member {
  key: FindingKey;
  finding: RawFinding;
  entry: LedgerEntry;
  facts: FindingFacts | null;
}

/** Members of a cluster that share its end, the one that speaks first. */
export interface MemberGroup {
  /** null for a finding that was moved without having been clustered. */
  cluster: string | null;
  speaker: Member;
  members: Member[];
}

/** What the parts of a report are computed from: the stages' outputs, joined by key. */
export interface RunIndex {
  /** In the run's order; the guard, where it ran, last. */
  reviewers: readonly ReviewerId[];
  /** All raw findings in the order of reviewers, severities and numbers. */
  members: readonly Member[];
  /** Clusters with a kept finding, in the order of their ids. */
  published: readonly MemberGroup[];
  /** Clusters and single findings that left the findings for another section. */
  moved: readonly MemberGroup[];
  verdicts: ReadonlyMap<string, Verdict>;
}

/**
 * Joins the stages' outputs. Throws `InternalError` when the ledger does not hold every raw finding exactly once,
 * or speaks of a cluster that does not exist: then nothing may be printed.
 */
export function indexRun(input: ReportInput): RunIndex {
  const balance = balanceLedger(
    sourcesOf(input).flatMap((review) => review.findings),
    input.ledger,
  );
  if (!isBalanced(balance)) {
    const missing = balance.missing.join(', ') || 'none';
    const surplus = balance.surplus.join(', ') || 'none';
    throw new InternalError(`The ledger is not balanced. Missing: ${missing}. Surplus: ${surplus}.`);
  }
  const members = listMembers(input);
  const byKey = new Map(members.map((member) => [member.key, member]));
  const groups = input.clusters.clusters
    .toSorted((a, b) => clusterNumber(a.id) - clusterNumber(b.id))
    .map((cluster) => ({ cluster: cluster.id, members: cluster.members.map((key) => find(byKey, key)) }));
  const published = groups.flatMap(({ cluster, members: all }) => {
    const [speaker] = all.filter((member) => member.entry.fate.fate === 'kept');
    return speaker === undefined ? [] : [{ cluster, speaker, members: speakFirst(speaker, all) }];
  });
  const moved = listMoved(groups, members);
  requireAllShown(members, [...published, ...moved]);
  return {
    reviewers: sourcesOf(input).map((review) => review.reviewer.id),
    members,
    published,
    moved,
    verdicts: new Map(input.verdicts.verdicts.map((verdict) => [verdict.cluster, verdict])),
  };
}

/** Ids of the reviewers behind the members, in the run's order. */
export function reviewersOf(index: RunIndex, members: readonly Member[]): ReviewerId[] {
  const raised = new Set(members.map((member) => member.entry.reviewer));
  return index.reviewers.filter((reviewer) => raised.has(reviewer));
}

function sourcesOf({ reviews, guard }: ReportInput): readonly Review[] {
  return guard == null ? reviews : [...reviews, guard];
}

function listMembers(input: ReportInput): Member[] {
  const entries = new Map(input.ledger.entries.map((entry) => [entry.key, entry]));
  const facts = new Map(input.verdicts.facts.map((fact) => [fact.key, fact]));
  return sourcesOf(input).flatMap((review) =>
    review.findings.toSorted(compareRawFindings).map((finding) => {
      const key = findingKey(finding);
      return { key, finding, entry: find(entries, key), facts: facts.get(key) ?? null };
    }),
  );
}

/** Sorts one reviewer's findings by the letter and the number of their ids. */
export function compareRawFindings(a: RawFinding, b: RawFinding): number {
  const rank = (finding: RawFinding) =>
    severities.findIndex((severity) => severity.charAt(0).toUpperCase() === finding.id.charAt(0));
  return rank(a) - rank(b) || Number(a.id.slice(1)) - Number(b.id.slice(1));
}

function speakFirst(speaker: Member, all: readonly Member[]): Member[] {
  return [speaker, ...all.filter((member) => member !== speaker && isPartOfPublished(member))];
}

/** A finding that was refuted or withdrawn on its own stays behind; its own reviewer's duplicate is counted once. */
function isPartOfPublished(member: Member): boolean {
  return member.entry.fate.fate === 'merged' || member.entry.fate.fate === 'kept';
}

function listMoved(
  groups: readonly { cluster: string; members: Member[] }[],
  members: readonly Member[],
): MemberGroup[] {
  const clustered = new Set<Member>();
  const moved: MemberGroup[] = [];
  for (const group of groups) {
    for (const member of group.members) clustered.add(member);
    if (group.members.some((member) => member.entry.fate.fate === 'kept')) continue;
    const merged = group.members.filter((member) => member.entry.fate.fate === 'merged');
    for (const speakers of byTarget(group.members)) {
      const [speaker] = speakers;
      if (speaker !== undefined)
        moved.push({ cluster: group.cluster, speaker, members: [...speakers, ...merged.splice(0)] });
    }
  }
  for (const member of members)
    if (member.entry.fate.fate === 'moved' && !clustered.has(member))
      moved.push({ cluster: null, speaker: member, members: [member] });
  return moved;
}

/** Moved members by the section they went to, in the order of the members. */
function byTarget(members: readonly Member[]): Member[][] {
  const targets = new Map<string, Member[]>();
  for (const member of members) {
    if (member.entry.fate.fate !== 'moved') continue;
    const { target } = member.entry.fate;
    targets.set(target, [...(targets.get(target) ?? []), member]);
  }
  return [...targets.values()];
}

function requireAllShown(members: readonly Member[], groups: readonly MemberGroup[]): void {
  const shown = new Set(groups.flatMap((group) => group.members));
  const lost = members.filter((member) => member.entry.fate.fate !== 'dropped' && !shown.has(member));
  if (lost.length > 0)
    throw new InternalError(
      `Findings that were neither dropped nor shown: ${lost.map((member) => member.key).join(', ')}.`,
    );
}

function clusterNumber(id: string): number {
  return Number(id.slice(1));
}

function find<T>(map: ReadonlyMap<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw new InternalError(`No raw finding has the key ${key}.`);
  return value;
}
