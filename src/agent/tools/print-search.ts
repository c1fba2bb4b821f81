import { answerLimits } from './answer-limits.ts';
import type { TextMatch } from './find-in-text.ts';
import { count, cutLine, numbered } from './line-text.ts';
import { show } from './path-text.ts';
import type { FileMatches, SearchLimits, SearchResult } from './search-files.ts';

const namedFiles = 40;

/** The answer of a search: how much there is of everything first, then the lines, then what is not among them. */
export function printSearch(
  result: SearchResult,
  about: { label: string; entries: number; limits: SearchLimits },
): string {
  const { body, shown } = printMatches(result.files);
  const total = result.stopped?.why === 'too-many-matches' ? 'At least ' : '';
  const heading =
    result.count === 0
      ? `No match at ${about.label} in ${count(result.searched, 'file')} searched.`
      : `${total}${count(result.count, 'match', 'matches')} in ${count(result.files.length, 'file')} at ${about.label} (${count(result.searched, 'file')} searched)${shown < result.count ? `, the first ${shown} of them:` : ':'}`;
  return [heading, ...body, ...notes(result, about, shown)].join('\n');
}

function printMatches(files: readonly FileMatches[]): { body: string[]; shown: number } {
  const body: string[] = [];
  let length = 0;
  let shown = 0;
  for (const file of files) {
    if (file.matches.length === 0) break;
    let reached: number | null = null;
    for (const line of linesOf(file.matches)) {
      const printed = [
        ...(reached === null ? ['', show(file.path)] : []),
        ...(reached !== null && line.inContext && line.number > reached + 1 ? ['     --'] : []),
        ...line.printed,
      ];
      length += printed.reduce((sum, one) => sum + one.length + 1, 0);
      if (length > answerLimits.answerLength) return { body, shown };
      body.push(...printed);
      shown += line.begins;
      reached = line.number;
    }
  }
  return { body, shown };
}

interface PrintedLine {
  number: number;
  printed: string[];
  /** Matches that begin here: 1 or 0. */
  begins: number;
  /** Whether lines around matches were asked for. */
  inContext: boolean;
}

/** Every line of a file's matches once, in order; what matches beats what only surrounds a match. */
function linesOf(matches: readonly TextMatch[]): PrintedLine[] {
  const lines = new Map<number, PrintedLine>();
  const surround = (number: number, text: string) => {
    if (!lines.has(number))
      lines.set(number, {
        number,
        printed: [numbered(number, shorten(text), '-')],
        begins: 0,
        inContext: true,
      });
  };
  for (const match of matches) {
    const inContext = match.before.length + match.after.length > 0;
    for (const [index, text] of match.lines.entries()) {
      const number = match.line + index;
      const printed = [numbered(number, index === 0 ? aroundMatch(text, match) : shorten(text))];
      const rest = match.lastLine - number;
      if (index === match.lines.length - 1 && rest > 0)
        printed.push(`       [the match goes on for ${count(rest, 'more line')}]`);
      lines.set(number, { number, printed, begins: index === 0 ? 1 : 0, inContext });
    }
  }
  for (const match of matches) {
    for (const [index, text] of match.before.entries())
      surround(match.line - match.before.length + index, text);
    for (const [index, text] of match.after.entries()) surround(match.lastLine + 1 + index, text);
  }
  return [...lines.values()].sort((a, b) => a.number - b.number);
}

function shorten(line: string): string {
  const { text, rest } = cutLine(line, 0, answerLimits.matchLength);
  return rest === 0 ? text : `${text}[${count(rest, 'more character')}]`;
}

/** Of a long line, the part where the match is. */
function aroundMatch(line: string, match: TextMatch): string {
  const room = answerLimits.matchLength;
  const from = match.column + Math.min(match.length, room) <= room ? 0 : Math.max(0, match.column - room / 4);
  const { text, rest } = cutLine(line, from, room);
  const before = from === 0 ? '' : `[from column ${from + 1}]`;
  return `${before}${text}${rest === 0 ? '' : `[${count(rest, 'more character')}]`}`;
}

function notes(
  result: SearchResult,
  about: { entries: number; limits: SearchLimits },
  shown: number,
): string[] {
  const lines: string[] = [];
  if (shown < result.count)
    lines.push('', `[${hiddenMatches(result, shown)}; narrow the pattern, path or glob]`);
  if (result.binary.length > 0)
    lines.push(`[not searched: ${count(result.binary.length, 'binary file')}: ${names(result.binary)}]`);
  if (result.tooLarge.length > 0)
    lines.push(
      `[not searched: ${count(result.tooLarge.length, 'file')} over ${count(answerLimits.fileBytes, 'byte')}: ${names(result.tooLarge)}]`,
    );
  if (result.withheld.length > 0)
    lines.push(
      `[not searched: ${count(result.withheld.length, 'file')} kept from you by the egress rule: ${names(result.withheld)}: this is no proof of absence]`,
    );
  if (result.unreadable.length > 0)
    lines.push(
      `[not searched: ${count(result.unreadable.length, 'file')} that cannot be read: ${names(result.unreadable)}: this is no proof of absence]`,
    );
  if (result.costly.length > 0)
    lines.push(
      `[not searched, because the pattern takes too long there: ${names(result.costly)}: this is no proof of absence]`,
    );
  if (result.stopped !== null) {
    const { binary, tooLarge, withheld, unreadable } = result;
    const unread = binary.length + tooLarge.length + withheld.length + unreadable.length;
    const done = result.searched + unread + result.costly.length;
    const open = about.entries - done;
    const why =
      result.stopped.why === 'out-of-time'
        ? `the search took too long; it was stopped in ${show(result.stopped.path)}`
        : `${count(about.limits.counted, 'match', 'matches')} were reached in ${show(result.stopped.path)}`;
    lines.push(`[${why}; ${count(open, 'file')} not searched: this is no proof of absence]`);
  }
  return lines;
}

/** Files of the matches that are not shown, with how many each has. */
function hiddenMatches(result: SearchResult, shown: number): string {
  let left = shown;
  const hidden: string[] = [];
  let files = 0;
  for (const file of result.files) {
    const here = Math.min(left, file.matches.length);
    left -= here;
    if (file.count === here) continue;
    files += 1;
    if (hidden.length < namedFiles) hidden.push(`${show(file.path)} (${file.count - here})`);
  }
  const more = files - hidden.length;
  return `left out: ${hidden.join(', ')}${more > 0 ? ` and ${count(more, 'more file')}` : ''}`;
}

function names(paths: readonly string[]): string {
  const more = paths.length - namedFiles;
  const named = paths.slice(0, namedFiles).map(show).join(', ');
  return more > 0 ? `${named} and ${more.toLocaleString('en-US')} more` : named;
}
