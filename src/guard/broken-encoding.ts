import type { AddedText } from './added-text.ts';

/** Longer forms of characters that have a shorter one, and halves of surrogate pairs: no encoder writes them. */
const impossible =
  /[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]|\xed[\xa0-\xbf][\x80-\xbf]|\xf0[\x80-\x8f][\x80-\xbf]{2}/;
const strict = new TextDecoder('utf-8', { fatal: true });

/**
 * Numbers of added lines with byte sequences that only a decoder of bad will or bad make accepts. Files in another
 * encoding are left alone: all their other bytes would have to be UTF-8.
 */
export function findBrokenEncoding({ runs }: AddedText): number[] {
  const lines = runs.flatMap((run) => run.lines);
  const broken = lines.filter(({ bytes }) => impossible.test(bytes));
  if (broken.length === 0) return [];
  const everywhere = new RegExp(impossible.source, 'g');
  const rest = lines.map(({ bytes }) => bytes.replace(everywhere, '')).join('\n');
  try {
    strict.decode(Buffer.from(rest, 'latin1'));
  } catch {
    return [];
  }
  return broken.map(({ number }) => number);
}
