import { type FindingKey, findingKey, type RawFinding } from '../domain/finding.ts';
import { isGuard } from '../domain/guard.ts';
import { comparePlaces } from './compare-places.ts';
import { type ReconcileRules, reconcileRules } from './rules.ts';
import type { LikePair, TextLikeness } from './text-likeness.ts';
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
/** How many places of one finding are looked at. */
const mostPlaces = 50;

export interface Likenesses {
  likeness: TextLikeness;
  /** Those of different reviewers. */
  pairs: readonly LikePair[];
}

type RepetitionRules = Pick<ReconcileRules, 'repetition' | 'merge'>;

/**
 * What a reviewer says twice. Two findings of one reviewer have to be alike and to point at the same lines, for a
 * reviewer lists places on purpose; or to stand at places that another reviewer's finding, alike to both, names as those
 * of one defect.
 */
export function findRepetitions(
  findings: readonly RawFinding[],
  likenesses: Likenesses,
  rules: RepetitionRules = reconcileRules,
): Repetition[] {
  return [
    ...onSharedLines(findings, likenesses.likeness, rules),
    ...atPlacesOfOne(findings, likenesses, rules),
  ];
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
  { likeness, pairs }: Likenesses,
  { repetition, merge }: RepetitionRules,
): Repetition[] {
  const partsOf = new Map<number, number[]>();
  const note = (whole: number, part: number) => {
    const [one, other] = [findings[whole], findings[part]];
    if (one === undefined || other === undefined || one.locations.length < 2) return;
    const places = one.locations.slice(0, mostPlaces);
    if (comparePlaces(places, other.locations.slice(0, mostPlaces)) !== 'overlap') return;
    const parts = partsOf.get(whole) ?? [];
    partsOf.set(whole, parts);
    parts.push(part);
  };
  for (const { a, b, score } of pairs) {
    if (score < merge) continue;
    note(a, b);
    note(b, a);
  }
  return [...partsOf]
    .sort(([x], [y]) => x - y)
    .flatMap(([whole, parts]) => {
      const firsts = new Map<string, number>();
      return parts
        .sort((x, y) => x - y)
        .flatMap((part): Repetition[] => {
          const finding = findings[part] as RawFinding;
          const first = firsts.get(finding.reviewer);
          if (first === undefined) {
            firsts.set(finding.reviewer, part);
            return [];
          }
          const score = likeness.between(first, part);
          if (score < repetition) return [];
          const reason = `places of one defect to ${findings[whole]?.reviewer}`;
          return [linkOf(findings[first] as RawFinding, finding, { score, reason })];
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
