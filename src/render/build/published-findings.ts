import { fingerprint, shortIds } from '../../domain/fingerprint.ts';
import { type Location, locationsOverlap } from '../../domain/location.ts';
import type { FindingHistory, PublishedFinding } from '../../domain/report.ts';
import type { RoundMatch } from '../../domain/round-match.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { compareSeverity, type Severity, severityLetter } from '../../domain/vocabulary.ts';
import { InternalError } from '../../errors.ts';
import type { ReportInput } from './report-input.ts';
import { type Member, type MemberGroup, type RunIndex, reviewersOf } from './run-index.ts';

type Unnamed = Omit<PublishedFinding, 'label' | 'shortId'>;

/** Published findings, the most severe first, then the surest, then by place; labels count within the severity. */
export function listPublishedFindings(input: ReportInput, index: RunIndex): PublishedFinding[] {
  const unnamed = index.published
    .map((group) => describeGroup(input, index, group))
    .toSorted(compareFindings);
  const names = nameFindings(input, unnamed);
  const counts: Record<Severity, number> = { critical: 0, important: 0, suggestion: 0 };
  return unnamed.map((finding, at) => {
    counts[finding.severity] += 1;
    return {
      label: `${severityLetter(finding.severity)}${counts[finding.severity]}`,
      shortId: names[at] ?? finding.fingerprint,
      ...finding,
    };
  });
}

/** A name that an earlier round gave is kept by the finding that it was matched to, and never means another. */
function nameFindings({ change, roundMatches = [] }: ReportInput, unnamed: readonly Unnamed[]): string[] {
  const matched = new Map(
    roundMatches.filter(({ relation }) => relation === 'same').map(({ cluster, id }) => [cluster, id]),
  );
  const inherited = new Map(
    unnamed.flatMap(({ cluster }, at): [number, string][] => {
      const id = matched.get(cluster);
      return id === undefined ? [] : [[at, id]];
    }),
  );
  const taken = new Set(
    (change.earlierRounds ?? []).flatMap(({ findings }) => findings ?? []).map(({ id }) => id),
  );
  return shortIds(
    unnamed.map(({ fingerprint: print }) => print),
    { inherited, taken },
  );
}

function describeGroup(input: ReportInput, index: RunIndex, group: MemberGroup): Unnamed {
  const cluster = group.cluster ?? '';
  const verdict = index.verdicts.get(cluster);
  const { claim } = group.speaker.finding;
  const locations = mergeLocations(group.members);
  const [first] = locations;
  if (verdict === undefined)
    throw new InternalError(`The cluster ${cluster} is published without a verdict.`);
  const { gate } = group.speaker.finding;
  const about = gate.outcome === 'stands-in-text' ? gate.text : null;
  const place = first?.path ?? about;
  if (place === null) throw new InternalError(`The cluster ${cluster} is published without a place.`);
  const symbol = input.symbols.get(cluster) ?? '';
  const match = input.roundMatches?.find((one) => one.cluster === cluster);
  return {
    fingerprint:
      match?.relation === 'same'
        ? match.fingerprint
        : fingerprint({ path: place, symbol, quote: claim.quote }),
    cluster,
    severity: verdict.severity,
    severityReason: verdict.severityReason,
    kind: claim.kind,
    category: claim.category,
    title: claim.title,
    locations,
    ...(about === null ? {} : { about }),
    ...(symbol === '' ? {} : { symbol }),
    quote: claim.quote,
    absent: claim.absent,
    explanation: claim.explanation,
    scenario: claim.scenario,
    fix: chooseFix(group.members),
    reviewers: reviewersOf(index, group.members),
    members: group.members.map((member) => member.key),
    verdict: verdict.verdict,
    verdictReason: verdict.verdictReason,
    evidence: verdict.evidence,
    examinations: verdict.examinations.toSorted(
      (a, b) => examinerRank(index, a.examiner) - examinerRank(index, b.examiner),
    ),
    origin: group.speaker.facts?.origin ?? 'unknown',
    introducedBy: group.speaker.facts?.introducedBy ?? null,
    ...(match === undefined || !isEarlier(match, verdict, input.change.round)
      ? {}
      : { history: toHistory(match, verdict) }),
  };
}

/** A run that repeats its own round has nothing to tell of it. */
function isEarlier({ since }: RoundMatch, { declined }: Verdict, round: number): boolean {
  return since < round || declined !== undefined;
}

function toHistory({ relation, id, since }: RoundMatch, { declined }: Verdict): FindingHistory {
  if (declined === undefined || declined.round === null) return { relation, id, since, declined: null };
  const { round, reason, why } = declined;
  return { relation, id, since, declined: { round, reason, why } };
}

/** Examiners answer in any order; they are shown in the run's. */
function examinerRank(index: RunIndex, examiner: string): number {
  return index.reviewers.indexOf(examiner);
}

/** The speaker's places first; a later place that overlaps one already there says nothing new. */
function mergeLocations(members: readonly Member[]): Location[] {
  const merged: Location[] = [];
  for (const location of members.flatMap((member) => member.finding.locations))
    if (!merged.some((known) => locationsOverlap(known, location))) merged.push(location);
  return merged;
}

/** The first fix whose patch applies, else the first with any content, members in their order. */
function chooseFix(members: readonly Member[]): PublishedFinding['fix'] {
  const fixes = members.map(({ finding, facts }) => ({ ...finding.claim.fix, check: facts?.fix ?? null }));
  const applying = fixes.find((fix) => fix.diff.trim() !== '' && fix.check?.applies === true);
  const any = fixes.find((fix) => fix.diff.trim() !== '' || fix.text.trim() !== '');
  const fix = applying ?? any ?? { text: '', diff: '', check: null };
  return { text: fix.text, diff: fix.diff, check: fix.check };
}

/** What was examined comes before what nobody settled. */
const sureness: readonly PublishedFinding['verdict'][] = ['confirmed', 'uncertain', 'unexamined', 'refuted'];

function compareFindings(a: Unnamed, b: Unnamed): number {
  const [x] = a.locations;
  const [y] = b.locations;
  return (
    compareSeverity(a.severity, b.severity) ||
    sureness.indexOf(a.verdict) - sureness.indexOf(b.verdict) ||
    compareText(x?.path ?? '', y?.path ?? '') ||
    (x?.startLine ?? 0) - (y?.startLine ?? 0) ||
    (x?.endLine ?? 0) - (y?.endLine ?? 0) ||
    compareText(x?.side ?? '', y?.side ?? '') ||
    Number(a.cluster.slice(1)) - Number(b.cluster.slice(1))
  );
}

/** By UTF-16 unit, the same in every locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
