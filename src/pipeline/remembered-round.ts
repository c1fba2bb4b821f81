import type { EarlierFinding, EarlierRound, ObjectId } from '../domain/change.ts';
import { isGuard } from '../domain/guard.ts';
import type { HiddenBlock, RememberedFinding } from '../domain/hidden-block.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import type { KnownRounds } from './round-focus.ts';

const mostRounds = 9999;
/** Blocks whose findings are taken besides the newest one's: the oldest, which a forger comes after. */
const mostBlocks = 10;
const longest = 400;
const name = /^[0-9a-f]{4,64}(?:-\d{1,4})?$/;
const print = /^[0-9a-f]{64}$/;

/**
 * The rounds that summary comments of our own account tell of, for where no run is at hand; null for none. Whoever may
 * write as that account can forge them, so they only add: names for findings that are raised again, a list of what was
 * raised, and where to look first. Nothing is declined, fixed, deferred or taken for reviewed by them, and none takes
 * away what another remembers. Blocks come in the order of their comments, the oldest first.
 */
export function toRememberedRounds(blocks: readonly HiddenBlock[], head: ObjectId): KnownRounds | null {
  const byStart = blocks.toSorted((a, b) => compare(a.run.startedAt, b.run.startedAt));
  const newest = byStart.at(-1);
  if (newest === undefined) return null;
  const round = Math.min(newest.round, mostRounds);
  const oldest = blocks.slice(0, mostBlocks);
  const findings = new Map(
    byStart
      .filter((block) => block === newest || oldest.includes(block))
      .flatMap((block) => block.findings.flatMap((one) => toEarlier(one, round)))
      .map((one) => [one.id, one]),
  );
  const earlier: EarlierRound = {
    round,
    head: newest.head,
    mergeBase: newest.mergeBase,
    declined: [],
    findings: [...findings.values()],
    source: 'comment',
  };
  if (newest.head === head) return { round, earlierRounds: [earlier], last: null };
  return {
    round: round + 1,
    earlierRounds: [earlier],
    last: {
      ...{ round, head: newest.head, mergeBase: newest.mergeBase, coverage: [] },
      ...{ complete: false, configDigest: null, isRemembered: true },
    },
  };
}

/**
 * What runs at hand tell, with the round that only a comment tells of behind it: one that began after all of them, as on
 * another machine. `newest`: when the newest of them began.
 */
export function addRemembered(
  known: KnownRounds,
  { blocks, head, newest }: { blocks: readonly HiddenBlock[]; head: ObjectId; newest: string },
): KnownRounds {
  const later = blocks.filter(({ run }) => Date.parse(run.startedAt) > Date.parse(newest));
  const added = toRememberedRounds(later, head);
  const rounds = known.earlierRounds ?? [];
  const isNext = (added?.earlierRounds ?? []).some(({ round }) => rounds.every((one) => one.round < round));
  if (added === null || !isNext) return known;
  return {
    ...added,
    earlierRounds: [...rounds, ...(added.earlierRounds ?? [])],
    last: added.last ?? known.last,
  };
}

/** None where its names are none that we give. */
function toEarlier(finding: RememberedFinding, round: number): EarlierFinding[] {
  const { id, fingerprint, since, label, severity, title, symbol, location, reviewers } = finding;
  if (!name.test(id) || !print.test(fingerprint)) return [];
  const line = (text: string) => makeVisibleLine(text.slice(0, longest));
  return [
    {
      ...{ id, fingerprint, severity, since: Math.min(since, round), symbol: line(symbol) },
      ...{
        label: line(label).slice(0, 10),
        title: line(title),
        explanation: '',
        scenario: '',
        fix: '',
        quote: '',
      },
      locations: location === null ? [] : [location],
      isGuards: reviewers.some(isGuard),
      reviewers: reviewers.slice(0, 20).map(line),
    },
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
