import type { Change, RoundFocus } from '../../domain/change.ts';
import type { PublishedFinding } from '../../domain/report.ts';

/** From the round after so many on, the stopping rule holds. */
const roundsBefore = 2;
/** Lines around what changed that count as changed, too. */
const nearLines = 3;

/**
 * The stopping rule: stable names of findings that are in the report and are not posted. After two rounds whose runs are
 * at hand only criticals are, and importants that an earlier round raised or that are about code changed since the last
 * review. Rounds that only a comment tells of do not count: whoever forges one silences nothing.
 */
export function listDeferred(
  findings: readonly PublishedFinding[],
  { earlierRounds, round, focus }: Pick<Change, 'earlierRounds' | 'round' | 'focus'>,
): string[] {
  const proved = (earlierRounds ?? []).filter((one) => one.round < round && one.source !== 'comment');
  if (proved.length < roundsBefore) return [];
  return findings.filter((finding) => !isPosted(finding, focus)).map(({ shortId }) => shortId);
}

function isPosted(
  { severity, history, locations }: PublishedFinding,
  focus: RoundFocus | undefined,
): boolean {
  if (severity !== 'important') return severity === 'critical';
  if (history !== undefined || locations.length === 0 || focus === undefined) return true;
  // Where nobody knows what changed, everything may have.
  if (focus.whole?.code === 'head-unknown' || focus.whole?.code === 'head-gone') return true;
  return locations.some(({ path, side, startLine, endLine }) =>
    focus.changed.some(
      (file) =>
        file.path === path &&
        (side === 'base' ||
          file.lines.length === 0 ||
          file.lines.some(({ start, end }) => startLine <= end + nearLines && start - nearLines <= endLine)),
    ),
  );
}
