import { answerLimits } from './answer-limits.ts';
import { count, cutLine, numbered, splitLines } from './line-text.ts';

export type Shown = { outcome: 'shown' | 'beyond'; text: string };

export interface WantedLines {
  startLine?: number | undefined;
  endLine?: number | undefined;
  startColumn?: number | undefined;
}

/** Numbered lines of a text, as many as fit into an answer, and which call of `tool` shows the rest. */
export function showLines(text: string, wanted: WantedLines, tool: string): Shown {
  if (text === '') return { outcome: 'shown', text: 'is empty.' };
  const lines = splitLines(text);
  const ends = lineEnds(lines);
  const [start, end] = order(wanted, lines.length);
  const total = count(lines.length, 'line');
  if (start > lines.length)
    return { outcome: 'beyond', text: `has ${total}; there is no line ${start.toLocaleString('en-US')}.` };
  const body: string[] = [];
  let length = 0;
  let last = start - 1;
  for (let line = start; line <= Math.min(end, start + answerLimits.lines - 1); line += 1) {
    const shown = showLine(ends.strip(lines[line - 1] ?? ''), {
      number: line,
      startColumn: wanted.startColumn,
      tool,
    });
    if (length + shown.length > answerLimits.answerLength && body.length > 0) break;
    body.push(shown);
    length += shown.length + 1;
    last = line;
  }
  const heading = `${start === last ? `line ${start}` : `lines ${start}-${last}`} of ${lines.length}${ends.remark}`;
  const notes: string[] = [];
  if (last < end)
    notes.push(
      `[${count(end - last, 'line')} up to line ${end} left out here: ${tool} with startLine ${last + 1}]`,
    );
  if (last === lines.length && !text.endsWith('\n')) notes.push('[no line feed at the end of the file]');
  return { outcome: 'shown', text: [`${heading}:`, ...body, ...notes].join('\n') };
}

/** Reversed ends are swapped, a missing one is the file's, the end stays in the file. */
function order({ startLine, endLine }: WantedLines, lines: number): [start: number, end: number] {
  const [a, b] = [startLine ?? 1, endLine ?? lines];
  if (startLine !== undefined && endLine !== undefined && a > b) return [b, Math.min(a, lines)];
  return [a, Math.max(Math.min(b, lines), Math.min(a, lines))];
}

function showLine(
  line: string,
  about: { number: number; startColumn: number | undefined; tool: string },
): string {
  const { number, startColumn = 1, tool } = about;
  if (startColumn > 1 && startColumn > line.length) return numbered(number, '', '|');
  const { text, rest } = cutLine(line, startColumn - 1, answerLimits.lineLength);
  const before = startColumn > 1 ? `[from column ${startColumn}]` : '';
  if (rest === 0) return numbered(number, before + text);
  const next = line.length - rest + 1;
  return numbered(
    number,
    `${before}${text}[${count(rest, 'more character')} in this line: ${tool} with startLine ${number}, endLine ${number}, startColumn ${next}]`,
  );
}

/** Where all lines end in CR LF the CR says nothing and is not shown; a lone or a mixed one is. */
function lineEnds(lines: readonly string[]): { strip: (line: string) => string; remark: string } {
  const withReturn = lines.filter((line) => line.endsWith('\r')).length;
  if (withReturn === 0 || withReturn < lines.length - 1)
    return {
      strip: (line) => line,
      remark: withReturn === 0 ? '' : ' (CR LF and LF line ends are mixed; a CR is shown)',
    };
  return { strip: (line) => line.replace(/\r$/, ''), remark: ' (CR LF line ends)' };
}
