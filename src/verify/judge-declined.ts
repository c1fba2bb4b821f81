import type { DeclinedFinding } from '../domain/change.ts';
import type { RawFinding } from '../domain/finding.ts';
import type { Location } from '../domain/location.ts';
import type { RoundMatch } from '../domain/round-match.ts';
import type { Verdict } from '../domain/verdict.ts';
import { compareSeverity, type Severity } from '../domain/vocabulary.ts';
import type { EarlierCode } from '../evidence/compare-earlier-code.ts';

/** A cluster that is, or was split from, a finding which people declined. */
export interface DeclinedCluster {
  match: Pick<RoundMatch, 'cluster' | 'id' | 'sameSymbol'>;
  /** Round of the decision; null for an earlier one that is not known. */
  round: number | null;
  declined: Pick<DeclinedFinding, 'severity' | 'reason'>;
  /** What became of the code since. */
  code: EarlierCode;
}

export interface DeclinedJudgement {
  /** Whether the decline still speaks of what is raised now, at whatever severity. */
  stands: boolean;
  why: string;
}

/** Lines from the declined code within which a finding is still about it. */
const nearLines = 30;

/** A decline stands while the code it was about does, and for that code alone. Unknown is no reason to drop anything. */
export function judgeDeclined(one: DeclinedCluster, members: readonly RawFinding[]): DeclinedJudgement {
  const { code, round, match } = one;
  const declined = declinedIn(round);
  if (code.outcome === 'changed') return { stands: false, why: `${declined}; its code changed since` };
  if (code.outcome === 'unknown')
    return { stands: false, why: `${declined}; whether its code changed since could not be read` };
  if (!match.sameSymbol && !areNear(members, code.places))
    return { stands: false, why: `${declined} for other lines` };
  return { stands: true, why: `${declined}, and its code stands as it did` };
}

/** Whether a decline drops what is rated so: it silences a critical only if what was declined was critical, too. */
export function mayDrop(declined: Pick<DeclinedFinding, 'severity'>, severity: Severity): boolean {
  return severity !== 'critical' || compareSeverity(declined.severity, severity) <= 0;
}

/** What the verdict says of it, once the severity is known. */
export function concludeDeclined(
  one: DeclinedCluster,
  judgement: DeclinedJudgement,
  severity: Severity,
): NonNullable<Verdict['declined']> {
  const { round, declined, match } = one;
  const holds = judgement.stands && mayDrop(declined, severity);
  const why =
    judgement.stands && !holds
      ? `${declinedIn(round)} as ${declined.severity}; it is ${severity} now`
      : judgement.why;
  return { round, id: match.id, reason: declined.reason, holds, why };
}

function declinedIn(round: number | null): string {
  return round === null ? 'declined in a comment on an earlier round' : `declined in round ${round}`;
}

function areNear(members: readonly RawFinding[], places: readonly Location[]): boolean {
  // A text that is in no file was matched by the text itself.
  if (places.length === 0) return members.every(({ locations }) => locations.length === 0);
  return members.some(({ locations }) =>
    locations.some((own) =>
      places.some(
        (place) =>
          place.path === own.path &&
          place.side === own.side &&
          own.startLine - place.endLine <= nearLines &&
          place.startLine - own.endLine <= nearLines,
      ),
    ),
  );
}
