import { makeVisible } from '../domain/visible-text.ts';

const plainAscii = /^[\t\x20-\x7e\r]*$/;

/** White space that `makeVisible` shows as a mark: lone carriage returns, line and paragraph separators, a BOM. */
const spaceMarks = /⟦U\+(?:000B|000C|000D|0085|2028|2029|FEFF)⟧/g;

const typographic: readonly [RegExp, string][] = [
  [/[“”„‟]/g, '"'],
  [/[‘’‚‛]/g, "'"],
  [/[‐‑‒–—−]/g, '-'],
  [/…/g, '...'],
];

/**
 * The form in which a quoted line and a line of a file are compared: without any white space, hidden characters as
 * the marks a reviewer was shown, composed Unicode, typewriter quotes and dashes. Doing it twice changes nothing.
 */
export function squeeze(line: string): string {
  if (plainAscii.test(line)) return line.replace(/\s+/g, '');
  let text = makeVisible(line).replace(spaceMarks, '').replace(/\s+/g, '').normalize('NFC');
  for (const [pattern, plain] of typographic) text = text.replace(pattern, plain);
  return text;
}

/** Letters and digits of a text: how much there is in it to be told apart by. */
export function contentLength(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}
