import { type DeclinedPattern, type DeclineRecord, nameOfPattern } from '../domain/context-suggestion.ts';
import { compareSeverity } from '../domain/vocabulary.ts';
import { compareText } from './compare-text.ts';
import { roundRules } from './round-rules.ts';
import { TextLikeness } from './text-likeness.ts';

/** Likeness from which on two in different files are one, of one category. */
const matchElsewhere = 0.6;
/** Rounds from which on it is again and again. */
const leastTimes = 2;
const mostPatterns = 20;

const lasting =
  /\b(?:by design|on purpose|deliberate(?:ly)?|intentional(?:ly)?|intended|convention|policy|we (?:never|always|don['’]t|do not))\b/i;

/**
 * What a reviewer of the next pull request should know of what people declined; the rule and its cases stand in
 * `context-suggestions.md`. The order of the records does not matter. `note`: the repository's own, null for none.
 */
export function suggestContext({
  records,
  note,
}: {
  records: readonly DeclineRecord[];
  note: string | null;
}): DeclinedPattern[] {
  const known = (names: readonly string[]) =>
    note !== null && names.some((name) => note.includes(nameOfPattern(name)));
  return groupRecords(records)
    .flatMap((group) => toPattern(group) ?? [])
    .filter(({ names }) => !known(names))
    .toSorted((a, b) => b.times - a.times || compareText(keyOf(a), keyOf(b)))
    .slice(0, mostPatterns);
}

function keyOf({ path, title, names }: DeclinedPattern): string {
  return JSON.stringify([path ?? '', title, names]);
}

/** Each record goes to the first group whose first record it is the same as: neighbours never chain. */
function groupRecords(records: readonly DeclineRecord[]): DeclineRecord[][] {
  const sorted = records
    .map((record) => ({ record, key: `${record.at ?? ''} ${JSON.stringify(record)}` }))
    .toSorted((a, b) => compareText(a.key, b.key))
    .map(({ record }) => record);
  const likeness = new TextLikeness(
    sorted.map(({ title, explanation }) => ({ title, text: `${title}\n${explanation}` })),
    roundRules.weights,
  );
  const groups: number[][] = [];
  sorted.forEach((record, at) => {
    const group = groups.find(([first = at]) => {
      const other = sorted[first];
      return other !== undefined && isSame(other, record, () => likeness.between(first, at));
    });
    if (group === undefined) groups.push([at]);
    else group.push(at);
  });
  return groups.map((group) => group.flatMap((at) => sorted[at] ?? []));
}

function isSame(a: DeclineRecord, b: DeclineRecord, likeness: () => number): boolean {
  // In one pull request a name is kept, and no two findings have the same.
  if (a.id !== null && b.id !== null && a.target === b.target) return a.id === b.id;
  if (a.path === b.path) return likeness() >= roundRules.match;
  return a.category === b.category && likeness() >= matchElsewhere;
}

/** null: not worth telling. */
function toPattern(group: readonly DeclineRecord[]): DeclinedPattern | null {
  const since = group.slice(group.findLastIndex(({ how }) => how === 'accepted') + 1);
  const declines = since.filter(({ how }) => how === 'declined');
  const last = declines.at(-1);
  const names = [...new Set(declines.toReversed().flatMap(({ id }) => id ?? []))];
  if (last === undefined || names.length === 0) return null;
  const targets = new Map<string, Set<number | null>>();
  for (const { target, round } of since)
    targets.set(target, (targets.get(target) ?? new Set<number | null>()).add(round));
  const times = [...targets.values()].reduce((sum, rounds) => sum + rounds.size, 0);
  if (times < leastTimes && !lasting.test(last.reason)) return null;
  const { category, title, path, symbol, reason, by, at, url } = last;
  const [severity = last.severity] = since.map((one) => one.severity).toSorted(compareSeverity);
  return {
    names,
    times,
    targets: [...targets].map(([name, rounds]) => ({ name, rounds: [...rounds] })),
    ...{ severity, category, title, path, symbol, reason, by, at, url },
  };
}
