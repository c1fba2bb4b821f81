import { makeVisible } from '../../domain/visible-text.ts';

/** Lines as git counts them: they end at LF only, and a last one without it counts. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** `   12| text`: what stands before the bar is no part of the line. */
export function numbered(line: number | null, text: string, mark = '|'): string {
  return `${line === null ? '' : line}`.padStart(6) + mark + text;
}

/** A piece of a line, never half a character, its hidden characters made visible. */
export function cutLine(line: string, from: number, length: number): { text: string; rest: number } {
  const start = startsInPair(line, from) ? from - 1 : from;
  const end = startsInPair(line, start + length) ? start + length + 1 : start + length;
  return { text: makeVisible(line.slice(start, end)), rest: Math.max(0, line.length - end) };
}

function startsInPair(line: string, at: number): boolean {
  return /[\udc00-\udfff]/.test(line.charAt(at)) && /[\ud800-\udbff]/.test(line.charAt(at - 1));
}

/** `1 file`, `20,000 files`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? noun : plural}`;
}
