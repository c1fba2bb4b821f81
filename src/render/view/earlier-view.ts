import { type EarlierOutcome, earlierOutcomes, type SettledFinding } from '../../domain/earlier-outcome.ts';
import { formatLocation } from '../../domain/location.ts';
import type { Report } from '../../domain/report.ts';
import { joinWords, plural, shorten } from '../text/words.ts';
import { viewTitle } from './finding-view.ts';

/** What became of the findings of earlier rounds. */
export interface EarlierView {
  /** `Of 5 findings of earlier rounds: 1 fixed, 2 still present, 2 unknown.` */
  sentence: string;
  counts: { outcome: EarlierOutcome; count: number; word: string }[];
  /** Those that need somebody first, and what is settled last. */
  rows: EarlierRow[];
  /** `3 more findings`; empty when all are shown. */
  more: string;
}

export interface EarlierRow {
  outcome: EarlierOutcome;
  word: string;
  /** `I1·a3f9`, as in that round's report. */
  name: string;
  title: string;
  round: number;
  place: string;
  /** Label in this report, `I2`; empty where it is not published now. */
  now: string;
  reason: string;
}

const words: Record<EarlierOutcome, string> = {
  'still-present': 'still present',
  moved: 'moved',
  unknown: 'unknown',
  declined: 'declined',
  fixed: 'fixed',
};

/** What reads first: what was got rid of, then what is left. */
const order: readonly EarlierOutcome[] = ['fixed', 'still-present', 'moved', 'declined', 'unknown'];

/** null where no earlier round is known, or none had a finding. */
export function viewEarlier(report: Report, mostRows = Number.POSITIVE_INFINITY): EarlierView | null {
  const earlier = report.earlierFindings ?? [];
  if (earlier.length === 0) return null;
  const counts = order.flatMap((outcome) => {
    const count = earlier.filter((one) => one.outcome === outcome).length;
    return count === 0 ? [] : [{ outcome, count, word: words[outcome] }];
  });
  const labels = new Map(report.findings.map(({ cluster, label }) => [cluster, label]));
  const rows = earlierOutcomes.flatMap((outcome) => earlier.filter((one) => one.outcome === outcome));
  return {
    sentence: `Of ${plural(earlier.length, 'finding')} of earlier rounds: ${joinWords(counts.map(({ count, word }) => `${count} ${word}`))}.`,
    counts,
    rows: rows.slice(0, mostRows).map((one) => viewRow(one, labels)),
    more: rows.length > mostRows ? plural(rows.length - mostRows, 'more finding') : '',
  };
}

function viewRow(
  { outcome, label, id, title, round, location, cluster, reason }: SettledFinding,
  labels: ReadonlyMap<string, string>,
): EarlierRow {
  return {
    outcome,
    word: words[outcome],
    name: `${shorten(label, 10)}·${shorten(id, 40)}`,
    title: shorten(viewTitle(title), 200),
    round,
    place: location === null ? '' : shorten(formatLocation(location), 200),
    now: cluster === null ? '' : (labels.get(cluster) ?? ''),
    reason: shorten(reason, 500),
  };
}
