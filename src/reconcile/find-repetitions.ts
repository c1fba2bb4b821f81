import { type FindingKey, findingKey, type RawFinding } from '../domain/finding.ts';
import { isGuard } from '../domain/guard.ts';
import { locationsOverlap } from '../domain/location.ts';
import { comparePlaces } from './compare-places.ts';
import { type ReconcileRules, reconcileRules } from './rules.ts';
import type { TextLikeness } from './text-likeness.ts';
import type { Speakers } from './weigh-pairs.ts';

/** A finding of a defect that its own reviewer reported before. */
export interface Repetition {
  /** The earlier one. */
  a: FindingKey;
  b: FindingKey;
  score: number;
  reason: string;
}

/** How many findings of its own a finding is compared with, on shared lines. */
const mostRepetitions = 200;
/** How many places of one finding are looked at, and how many findings that stand there. */
const mostPlaces = 50;

type RepetitionRules = Pick<ReconcileRules, 'repetition' | 'merge'>;

/**
 * What a reviewer says twice. Two findings of one reviewer have to be alike and to point at the same lines, for a
 * reviewer lists places on purpose; or to stand at places that another reviewer's finding, alike to both, names as those
 * of one defect.
 */
export function findRepetitions(
  findings: readonly RawFinding[],
  likeness: TextLikeness,
  rules: RepetitionRules = reconcileRules,
): Repetition[] {
  return [...onSharedLines(findings, likeness, rules), ...atPlacesOfOne(findings, likeness, rules)];
}

/** Who says each finding, and what of it is said before. */
export function speakersOf(findings: readonly RawFinding[], repetitions: readonly Repetition[]): Speakers {
  const places = new Map(findings.map((finding, at) => [findingKey(finding), at]));
  const statements = findings.map((_, at) => at);
  for (const { a, b } of repetitions) {
    const [one, other] = [statements[places.get(a) ?? -1], statements[places.get(b) ?? -1]];
    if (one === undefined || other === undefined || one === other) continue;
    const [first, second] = [Math.min(one, other), Math.max(one, other)];
    for (let at = second; at < statements.length; at += 1)
      if (statements[at] === second) statements[at] = first;
  }
  return { reviewers: findings.map(({ reviewer }) => reviewer), statements };
}

/** Each finding with the first one that it repeats. */
function onSharedLines(
  findings: readonly RawFinding[],
  likeness: TextLikeness,
  { repetition }: RepetitionRules,
): Repetition[] {
  const firsts = new Map<string, number[]>();
  return findings.flatMap((finding, at): Repetition[] => {
    if (isGuard(finding.reviewer)) return [];
    const key = `${finding.reviewer}\n${finding.locations[0]?.path ?? ''}`;
    const before = firsts.get(key) ?? [];
    firsts.set(key, before);
    for (const first of before.slice(-mostRepetitions)) {
      const other = findings[first];
      if (other === undefined || comparePlaces(other.locations, finding.locations) !== 'overlap') continue;
      const score = likeness.between(first, at);
      if (score >= repetition)
        return [linkOf(other, finding, { score, reason: 'said twice by one reviewer' })];
    }
    before.push(at);
    return [];
  });
}

/** Of each finding that names several places: those of another reviewer that stand there, with the first of them. */
function atPlacesOfOne(
  findings: readonly RawFinding[],
  likeness: TextLikeness,
  { repetition, merge }: RepetitionRules,
): Repetition[] {
  const byPath = new Map<string, number[]>();
  findings.forEach(({ reviewer, locations }, at) => {
    if (isGuard(reviewer)) return;
    for (const path of new Set(locations.map((one) => one.path)))
      byPath.set(path, [...(byPath.get(path) ?? []), at]);
  });
  return findings.flatMap((whole, at): Repetition[] => {
    if (isGuard(whole.reviewer) || whole.locations.length < 2) return [];
    const places = whole.locations.slice(0, mostPlaces);
    const parts = [...new Set(places.flatMap(({ path }) => byPath.get(path) ?? []))]
      .sort((x, y) => x - y)
      .filter((part) => {
        const { reviewer, locations = [] } = findings[part] ?? {};
        const standsThere = locations.some((one) => places.some((place) => locationsOverlap(one, place)));
        return reviewer !== whole.reviewer && standsThere && likeness.between(at, part) >= merge;
      })
      .slice(0, mostPlaces);
    return parts.flatMap((part, number): Repetition[] => {
      const finding = findings[part];
      const first = parts.slice(0, number).find((one) => findings[one]?.reviewer === finding?.reviewer);
      const other = first === undefined ? undefined : findings[first];
      if (first === undefined || other === undefined || finding === undefined) return [];
      const score = likeness.between(first, part);
      if (score < repetition) return [];
      return [linkOf(other, finding, { score, reason: `places of one defect to ${whole.reviewer}` })];
    });
  });
}

function linkOf(
  first: RawFinding,
  second: RawFinding,
  { score, reason }: { score: number; reason: string },
): Repetition {
  const alike = `${Math.round(score * 100)} % alike`;
  return { a: findingKey(first), b: findingKey(second), score, reason: `${reason}, ${alike}` };
}
