import type { ContextNote, DeclinedPattern } from '../../domain/context-suggestion.ts';
import { makeVisibleLine } from '../../domain/visible-text.ts';
import { codeSpan } from '../text/code-span.ts';
import { joinWords, plural } from '../text/words.ts';

const most = { title: 160, reason: 400, name: 100 };

/**
 * What people declined as a line for the repository's own notes. Whatever others wrote stands in a code span, where it is
 * nothing but text, and the reason as somebody's words.
 */
export function toDeclinedNote(declined: DeclinedPattern): ContextNote {
  const { category, path, symbol, title, times, targets, by, at, reason } = declined;
  const place = path === null ? '' : ` in ${quote(path, most.name)}`;
  const around = symbol === '' ? '' : ` (${quote(symbol, most.name)})`;
  const where = targets.slice(0, 5).map(({ name, rounds }) => `${wordTarget(name)}${wordRounds(rounds)}`);
  const others = targets.length > 5 ? [plural(targets.length - 5, 'more')] : [];
  const [day] = /^\d{4}-\d{2}-\d{2}(?=T)/.exec(at ?? '') ?? [];
  const who = `${by === null ? '' : ` by ${wordName(by)}`}${day === undefined ? '' : ` on ${day}`}`;
  const often =
    times === 1
      ? `once, in ${joinWords(where)},${who}`
      : `${times} times, in ${joinWords([...where, ...others])}; the last time${who},`;
  return {
    rule: `Declined before: ${category}${place}${around}: ${quote(title, most.title)}`,
    why: `Raised and declined ${often} in these words: ${quote(reason, most.reason)}`,
    reviewers: [],
    declined,
  };
}

function quote(text: string, limit: number): string {
  const line = makeVisibleLine(text.replace(/\s+/g, ' ').trim());
  const kept = line.slice(0, limit).replace(/[\ud800-\udbff]$/, '');
  return codeSpan(kept.length < line.length ? `${kept}…` : line);
}

function wordTarget(name: string): string {
  return /^pull request \d+$/.test(name) ? name : quote(name, most.name);
}

/** A login is plain, as long as it is one. */
function wordName(name: string): string {
  return /^[a-z\d](?:[a-z\d-]{0,38})$/i.test(name) ? name : quote(name, most.name);
}

function wordRounds(rounds: readonly (number | null)[]): string {
  const known = rounds.flatMap((round) => round ?? []);
  const words = [
    ...(known.length < rounds.length ? ['an earlier one'] : []),
    ...known.toSorted((a, b) => a - b).map((round) => `${round}`),
  ];
  return ` (${words.length === 1 && known.length === 1 ? 'round' : 'rounds'} ${joinWords(words)})`;
}
