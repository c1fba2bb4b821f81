import type { Change, DeclinedFinding, EarlierFinding, EarlierRound } from '../domain/change.ts';
import type { EarlierOutcome, EarlierReason, SettledFinding } from '../domain/earlier-outcome.ts';
import type { Ledger } from '../domain/ledger.ts';
import { formatLocation, type Location } from '../domain/location.ts';
import type { Review } from '../domain/review.ts';
import { reviewerName } from '../domain/reviewer.ts';
import type { RoundMatch } from '../domain/round-match.ts';
import type { RunStatus } from '../domain/vocabulary.ts';
import type { EarlierCode } from '../evidence/compare-earlier-code.ts';
import { findUncovered } from './find-uncovered.ts';

export interface SettleInput {
  change: Pick<Change, 'earlierRounds' | 'round' | 'files'>;
  status: RunStatus;
  /** Every one of the run, the guard's too. */
  reviews: readonly Review[];
  matches: readonly RoundMatch[];
  ledger: Ledger;
  /** Stable name of an earlier finding → what became of its code since the newest round that published it. */
  code: ReadonlyMap<string, EarlierCode>;
  /** Cluster → where it is raised now. */
  places: ReadonlyMap<string, readonly Location[]>;
}

interface Earlier {
  round: EarlierRound;
  finding: EarlierFinding;
  declined: { round: number; by: DeclinedFinding } | null;
}

type Settled = Pick<SettledFinding, 'outcome' | 'why' | 'reason'> & { cluster?: string };

/**
 * What became of each finding that an earlier round published, by the rules of `earlier-findings.md`: exactly one entry
 * each, the newest round first, then in that report's order. What a later round proved to be fixed is settled, unless it
 * is raised again.
 */
export function settleEarlierFindings(input: SettleInput): SettledFinding[] {
  return listEarlier(input).map((earlier) => {
    const { round, finding } = earlier;
    const { cluster = null, ...settled } = settle(earlier, input);
    const { id, label, severity, title, since, locations } = finding;
    const code = input.code.get(id);
    const now = code === undefined || code.outcome === 'unknown' ? undefined : code.places[0];
    const location = now ?? locations[0] ?? null;
    return { id, label, severity, title, round: round.round, since, location, ...settled, cluster };
  });
}

/** By stable name their newest version. */
export function listEarlier(input: Pick<SettleInput, 'change' | 'matches'>): Earlier[] {
  const { change, matches } = input;
  const rounds = (change.earlierRounds ?? []).filter(({ round }) => round < change.round);
  const newest = new Map<string, Earlier>();
  const matched = new Set(matches.map(({ id }) => id));
  for (const round of rounds) {
    for (const finding of round.findings ?? [])
      newest.set(finding.id, { round, finding, declined: newest.get(finding.id)?.declined ?? null });
    for (const by of round.declined) {
      const known = by.id === undefined ? undefined : newest.get(by.id);
      if (known !== undefined) known.declined = { round: round.round, by };
    }
    for (const id of round.fixed ?? []) if (!matched.has(id)) newest.delete(id);
  }
  return rounds.toReversed().flatMap((round) => [...newest.values()].filter((one) => one.round === round));
}

function settle(earlier: Earlier, input: SettleInput): Settled {
  const code = input.code.get(earlier.finding.id) ?? { outcome: 'unknown', why: 'it was not compared' };
  const raised = findRaised(earlier, input, code);
  if (raised !== null) return raised;
  if (earlier.declined !== null) {
    const { round, by } = earlier.declined;
    const who = by.by === null ? '' : ` by ${by.by}`;
    return settled('declined', 'declined', `declined in round ${round}${who}: ${inOneLine(by.reason)}`);
  }
  const doubt = findDoubt(earlier, input, code);
  if (doubt !== null) return doubt;
  const names = (earlier.finding.reviewers ?? []).map(reviewerName).join(', ');
  return settled(
    'fixed',
    'not-raised-and-changed',
    `its code changed, and ${names} looked and did not raise it`,
  );
}

/** Where this run raised it again, whatever it was taken for. */
function findRaised({ finding }: Earlier, input: SettleInput, code: EarlierCode): Settled | null {
  const matches = input.matches
    .filter(({ id }) => id === finding.id)
    .toSorted((a, b) => Number(a.relation === 'split') - Number(b.relation === 'split'));
  if (matches.length === 0) return null;
  const fates = matches.map((match) => ({ match, fate: fateOf(match.cluster, input.ledger) }));
  const published = fates.find(({ fate }) => fate?.fate === 'kept');
  if (published !== undefined) {
    const { cluster } = published.match;
    const place = placeElsewhere(finding, code, input.places.get(cluster) ?? []);
    return place === null
      ? { ...settled('still-present', 'raised-again', 'raised again'), cluster }
      : { ...settled('moved', 'raised-elsewhere', `raised again at ${formatLocation(place)}`), cluster };
  }
  const [{ match, fate } = { match: undefined, fate: undefined }] = fates;
  if (match === undefined || fate == null)
    return settled('unknown', 'dropped-now', 'raised again, and not kept');
  const { cluster } = match;
  if (fate.fate === 'moved')
    return {
      ...settled('still-present', 'observed-again', `raised again, as ${wordTarget(fate.target)}`),
      cluster,
    };
  // Whoever declined it is named by the decline itself.
  if (fate.fate === 'dropped' && fate.reason === 'declined') return null;
  return fate.fate === 'dropped' && fate.reason === 'refuted'
    ? { ...settled('unknown', 'refuted-now', 'raised again, and refuted this time'), cluster }
    : { ...settled('unknown', 'dropped-now', 'raised again, and not kept'), cluster };
}

/** Why it is not proved to be fixed, though nobody raised it; null when it is. */
function findDoubt({ finding, round }: Earlier, input: SettleInput, code: EarlierCode): Settled | null {
  const doubt = (why: EarlierReason, reason: string) =>
    settled('unknown', why, `not raised this time, but ${reason}`);
  if (round.source === 'comment')
    return doubt('round-in-comment', `round ${round.round} is known from a comment only`);
  if (finding.locations.length === 0) return doubt('no-place', 'it is about a text that is in no file');
  if (code.outcome === 'unknown') return doubt('code-unknown', 'whether its code changed could not be read');
  if (code.outcome === 'stands') return doubt('code-stands', 'its code stands as it did');
  if (input.status !== 'complete') return doubt('run-incomplete', `this run is ${input.status}`);
  const reviewers = finding.reviewers ?? [];
  if (reviewers.length === 0) return doubt('reviewer-unknown', 'who raised it is not known');
  const completed = new Map(
    input.reviews.filter(({ status }) => status === 'completed').map((one) => [one.reviewer.id, one]),
  );
  const missing = reviewers.filter((id) => !completed.has(id));
  if (missing.length > 0)
    return doubt(
      'reviewer-missing',
      `${missing.map(reviewerName).join(', ')}, who raised it, did not review`,
    );
  for (const id of reviewers) {
    const path = findUncovered(completed.get(id), finding, code.places, input.change.files);
    if (path !== null)
      return doubt('not-covered', `${reviewerName(id)}, who raised it, did not open ${path}`);
  }
  return null;
}

function fateOf(cluster: string, { entries }: Ledger) {
  const fates = entries.filter((entry) => entry.cluster === cluster).map(({ fate }) => fate);
  const rank = ['kept', 'moved', 'dropped', 'merged'];
  return fates.toSorted((a, b) => rank.indexOf(a.fate) - rank.indexOf(b.fate))[0] ?? null;
}

/** Where it is raised now, when that is not where its code stood: in another file, or moved within its own. */
function placeElsewhere(
  { locations: [then] }: EarlierFinding,
  code: EarlierCode,
  [now]: readonly Location[],
): Location | null {
  if (then === undefined || now === undefined) return null;
  if (now.path !== then.path) return now;
  const followed = code.outcome === 'unknown' ? undefined : code.places[0];
  return followed !== undefined && followed.startLine !== then.startLine ? now : null;
}

function wordTarget(target: string): string {
  return target === 'design-observation' ? 'a design observation' : target;
}

function settled(outcome: EarlierOutcome, why: EarlierReason, reason: string): Settled {
  return { outcome, why, reason };
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
}
