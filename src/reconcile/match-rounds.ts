import type { Change, EarlierFinding } from '../domain/change.ts';
import type { Clusters } from '../domain/cluster.ts';
import { findingKey, type RawFinding } from '../domain/finding.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import { isGuard } from '../domain/guard.ts';
import type { Location } from '../domain/location.ts';
import type { Review } from '../domain/review.ts';
import type { RoundMatch } from '../domain/round-match.ts';
import { type RoundPair, weighRoundPair } from './round-pair.ts';
import { type RoundRules, roundRules } from './round-rules.ts';
import { type FindingText, TextLikeness } from './text-likeness.ts';

export interface MatchRoundsInput {
  change: Pick<Change, 'earlierRounds' | 'files'>;
  clusters: Clusters;
  reviews: readonly Review[];
  /** Cluster id → name of the function or type around its first place; a cluster without an entry has none. */
  symbols: ReadonlyMap<string, string>;
  /** Stable name of an earlier finding → where its code is, or would be, in this change's commits. */
  places: ReadonlyMap<string, readonly Location[]>;
}

/**
 * Which clusters are findings that earlier rounds published, reworded and moved as they may be. Each earlier finding goes
 * to the cluster most like it, each cluster to one; other clusters that are like enough were split from it. Clusters are
 * matched by what makes two reviewers' findings one: words, files, code and symbols; the order of the input does not matter.
 */
export function matchRounds(input: MatchRoundsInput, rules: RoundRules = roundRules): RoundMatch[] {
  const candidates = bestByPair(listCandidates(input, rules));
  candidates.sort(
    (a, b) =>
      b.score - a.score ||
      Number(b.isSameFingerprint) - Number(a.isSameFingerprint) ||
      compareText(a.earlier.id, b.earlier.id) ||
      numberOf(a.cluster) - numberOf(b.cluster),
  );
  const inherited = new Set<string>();
  const matches = new Map<string, RoundMatch>();
  for (const candidate of candidates) {
    if (matches.has(candidate.cluster) || inherited.has(candidate.earlier.id)) continue;
    inherited.add(candidate.earlier.id);
    matches.set(candidate.cluster, toMatch(candidate, 'same'));
  }
  for (const candidate of candidates)
    if (!matches.has(candidate.cluster)) matches.set(candidate.cluster, toMatch(candidate, 'split'));
  return [...matches.values()].sort((a, b) => numberOf(a.cluster) - numberOf(b.cluster));
}

interface Candidate extends RoundPair {
  cluster: string;
  earlier: EarlierFinding;
}

/** All pairs of a cluster's member and a version of an earlier finding that may be one. */
function listCandidates(input: MatchRoundsInput, rules: RoundRules): Candidate[] {
  const versions = (input.change.earlierRounds ?? []).flatMap(({ findings }) => findings ?? []);
  if (versions.length === 0) return [];
  const members = listMembers(input);
  const likeness = new TextLikeness(
    [
      ...versions.map(textOf),
      ...members.map(({ finding: { claim } }) => textOf({ ...claim, fix: claim.fix.text })),
    ],
    rules.weights,
  );
  const groups = [...versions.map(() => 'earlier'), ...members.map(() => 'now')];
  return likeness.pairs(groups, rules.least).flatMap(({ a, b, score }): Candidate[] => {
    const [earlier, member] = [versions[a], members[b - versions.length]];
    if (earlier === undefined || member === undefined) return [];
    const { finding, cluster, symbol, print } = member;
    if (isGuard(finding.reviewer) !== earlier.isGuards) return [];
    const pair = weighRoundPair({
      earlier,
      finding,
      symbol,
      print,
      likeness: score,
      files: input.change.files,
      places: input.places.get(earlier.id) ?? [],
      rules,
    });
    return isMatch(pair, rules) ? [{ ...pair, cluster, earlier }] : [];
  });
}

/** Unlike words are two defects, on whatever lines; like words alone are one only in one file. */
function isMatch(pair: RoundPair, rules: RoundRules): boolean {
  return (pair.isSameFile || pair.isSameCode) && pair.score >= rules.match;
}

interface ClusterMember {
  cluster: string;
  finding: RawFinding;
  symbol: string;
  print: string;
}

/** In the order of the clusters, whatever the order of the reviews. */
function listMembers({ clusters, reviews, symbols }: MatchRoundsInput): ClusterMember[] {
  const byKey = new Map(
    reviews.flatMap(({ findings }) => findings).map((finding) => [findingKey(finding), finding]),
  );
  const ordered = clusters.clusters.toSorted((a, b) => numberOf(a.id) - numberOf(b.id));
  return ordered.flatMap(({ id, members }) => {
    const symbol = symbols.get(id) ?? '';
    return members.flatMap((key) => {
      const finding = byKey.get(key);
      if (finding === undefined) return [];
      const path = finding.locations[0]?.path ?? '';
      return [
        { cluster: id, finding, symbol, print: fingerprint({ path, symbol, quote: finding.claim.quote }) },
      ];
    });
  });
}

/** Of each cluster and earlier finding their likest versions. */
function bestByPair(candidates: readonly Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = `${candidate.cluster} ${candidate.earlier.id}`;
    const known = best.get(key);
    if (known === undefined || known.score < candidate.score) best.set(key, candidate);
  }
  return [...best.values()];
}

function toMatch(candidate: Candidate, relation: RoundMatch['relation']): RoundMatch {
  const { cluster, earlier, score, isSameSymbol, reason } = candidate;
  const { id, since } = earlier;
  return {
    cluster,
    relation,
    id,
    fingerprint: earlier.fingerprint,
    since,
    score,
    sameSymbol: isSameSymbol,
    reason,
  };
}

/** The quote counts on its own: two defects in one line quote the same. */
function textOf(said: Pick<EarlierFinding, 'title' | 'explanation' | 'scenario' | 'fix'>): FindingText {
  const { title, explanation, scenario, fix } = said;
  return { title, text: [title, explanation, scenario, fix].join('\n') };
}

function numberOf(cluster: string): number {
  return Number(cluster.slice(1));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
