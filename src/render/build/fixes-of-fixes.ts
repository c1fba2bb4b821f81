import type { Change } from '../../domain/change.ts';
import type { EarlierReason, SettledFinding } from '../../domain/earlier-outcome.ts';
import { formatLocation, type LineRange, type Location, rangesOverlap } from '../../domain/location.ts';
import type { PublishedFinding } from '../../domain/report.ts';

/** Reasons that are given only where the code changed and nobody raised the finding. */
const changed: readonly EarlierReason[] = [
  'not-raised-and-changed',
  'run-incomplete',
  'reviewer-unknown',
  'reviewer-missing',
  'not-covered',
];

/** Lines from where an earlier finding stood within which what was written since belongs to its fix. */
const nearLines = 3;

/** Findings, each with the earlier finding of the round before whose fix wrote lines that it is about. */
export function linkFixes(
  findings: readonly PublishedFinding[],
  { change, earlierFindings = [] }: { change: Change; earlierFindings?: readonly SettledFinding[] },
): PublishedFinding[] {
  const { focus } = change;
  const mended = earlierFindings.filter(({ why, round }) => changed.includes(why) && round === focus?.round);
  if (focus === undefined || mended.length === 0) return [...findings];
  const written = new Map(focus.changed.map(({ path, lines }) => [path, lines]));
  return findings.map((finding) => {
    if (finding.history !== undefined) return finding;
    const places = finding.locations.filter((place) => isWritten(place, written.get(place.path) ?? []));
    const before = mended.find(({ location }) => places.some((place) => areNear(place, location)));
    return before === undefined ? finding : { ...finding, onFixOf: { id: before.id, round: before.round } };
  });
}

/** What is said where the fix of a fix has brought the next finding. */
export function noticeFixesOfFixes(
  findings: readonly PublishedFinding[],
  { earlierRounds }: Pick<Change, 'earlierRounds'>,
): string[] {
  const known = new Map(
    (earlierRounds ?? []).flatMap(({ findings: all = [] }) => all.map((one) => [one.id, one])),
  );
  return findings.flatMap(({ label, shortId, onFixOf, locations: [place] }) => {
    const first = onFixOf === undefined ? undefined : known.get(onFixOf.id)?.onFixOf;
    if (onFixOf === undefined || first === undefined || place === undefined) return [];
    return [
      `A fix of a fix at ${formatLocation(place)}: what mended ${first} brought ${onFixOf.id}, and what mended that brought ${label}·${shortId}. Look at the design there before the next fix.`,
    ];
  });
}

function isWritten({ side, startLine, endLine }: Location, lines: readonly LineRange[]): boolean {
  return side === 'head' && lines.some((range) => rangesOverlap(range, { start: startLine, end: endLine }));
}

function areNear(place: Location, other: Location | null): boolean {
  return (
    other !== null &&
    other.path === place.path &&
    other.side === place.side &&
    place.startLine - other.endLine <= nearLines &&
    other.startLine - place.endLine <= nearLines
  );
}
