import type { Duplicates } from '../domain/duplicates.ts';
import { reviewerName } from '../domain/reviewer.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';

/** What a report says on its face of pairs of findings that were to be compared and were not: a sentence for each cause. */
export function duplicatesNotices({ batches, unasked }: Duplicates): string[] {
  const answered = new Set(batches.flatMap(({ answers }) => answers.map(keyOf)));
  const groups = new Map<string, { asked: string; why: string; pairs: string[]; open: Set<string> }>();
  const invented = new Map<string, number>();
  batches.forEach(({ session, answers }, at) => {
    const { asked, status, cause, pairs } = session;
    if (session.invented > 0) invented.set(asked, (invented.get(asked) ?? 0) + session.invented);
    if (status === 'completed' || answers.length === pairs.length) return;
    const why = makeVisibleLine(`${status}: ${cause?.message ?? 'no cause was given'}`).replace(/\.$/, '');
    const group = groups.get(`${asked} ${why}`) ?? { asked, why, pairs: [], open: new Set() };
    const later = new Set(batches.slice(at + 1).flatMap((one) => one.session.pairs.map(keyOf)));
    for (const key of pairs.map(keyOf)) {
      group.pairs.push(key);
      // What another model was asked in its place is that one's to answer for.
      if (!answered.has(key) && !later.has(key)) group.open.add(key);
    }
    groups.set(`${asked} ${why}`, group);
  });
  const kept = unasked.filter(({ reason }) => reason === 'egress').length;
  const tooMany = unasked.length - kept;
  return [
    ...[...groups.values()].map(
      ({ asked, why, pairs, open }) =>
        `${reviewerName(asked)} was asked whether ${wordPairs(pairs.length)} of findings are one defect and did not end (${why}): ${open.size === 0 ? 'another model answered' : `${wordPairs(open.size)} stayed apart`}.`,
    ),
    ...[...invented].map(
      ([asked, number]) =>
        `${reviewerName(asked)} answered on ${wordPairs(number)} of findings that nobody had asked about: dropped.`,
    ),
    ...(kept === 0
      ? []
      : [
          `Egress rules keep ${wordPairs(kept)} of findings from every model of the run: ${wordPairs(kept)} stayed apart.`,
        ]),
    ...(tooMany === 0
      ? []
      : [
          `More pairs of findings might be one defect than a run asks about: ${wordPairs(tooMany)} stayed apart.`,
        ]),
  ];
}

function keyOf({ a, b }: { a: string; b: string }): string {
  return `${a}\n${b}`;
}

function wordPairs(number: number): string {
  return `${number} pair${number === 1 ? '' : 's'}`;
}
