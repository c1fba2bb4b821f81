import { makeVisibleLine } from '../../domain/visible-text.ts';
import { type ShownPart, showCode } from '../source/excerpt-view.ts';
import { languageOf } from '../text/languages.ts';
import { plural } from '../text/words.ts';
import type { Highlighter } from './highlighter.ts';

/** One line of a code box. `html` is safe; a line with a `gap` stands for those left out. */
export interface CodeLine {
  gap: string;
  number: number;
  cited: boolean;
  added: boolean;
  removed: boolean;
  /** A line of a patch that is about it rather than in it: file names, `@@`. */
  head: boolean;
  html: string;
}

const mostLines = 400;
const linesBeforeGap = 300;

/** An excerpt's lines, each part highlighted by itself. */
export function excerptLines(
  parts: readonly ShownPart[],
  language: string,
  highlighter: Highlighter,
): CodeLine[] {
  return parts.flatMap(({ gap, lines }) => {
    if (gap !== '') return [gapLine(gap)];
    const html = highlighter.lines(
      lines.map((line) => line.text),
      language,
    );
    return lines.map(({ number, cited }, at) => codeLine({ number, cited, html: html[at] ?? '' }));
  });
}

/**
 * Any text as code: quotes as they were handed in, code blocks of prose. Long lines and long blocks are cut, and say so,
 * unless it is to be `whole`.
 */
export function blockLines(
  text: string,
  language: string,
  highlighter: Highlighter,
  whole = false,
): CodeLine[] {
  const lines = splitLines(text).map(whole ? showWhole : showCode);
  const html = highlighter.lines(lines, language);
  const shown = lines.map((_, at) => codeLine({ number: at + 1, html: html[at] ?? '' }));
  return whole ? shown : withGap(shown);
}

/** A unified diff; the code in it is highlighted as the language of the file it patches. */
export function diffLines(diff: string, highlighter: Highlighter, whole = false): CodeLine[] {
  const lines = splitLines(diff);
  const path = lines
    .map((line) => /^\+\+\+ (?:b\/)?(\S+)/.exec(line)?.[1])
    .find((name) => name !== undefined);
  const isHead = lines.map(isHeadLine);
  const show = whole ? showWhole : showCode;
  const bodies = lines.map((line, at) => show(isHead[at] ? line : line.slice(1)));
  const html = highlighter.lines(
    bodies.map((body, at) => (isHead[at] ? '' : body)),
    languageOf(path ?? ''),
  );
  const plain = highlighter.lines(bodies, '');
  const shown = lines.map((line, at) =>
    codeLine({
      number: at + 1,
      added: !isHead[at] && line.startsWith('+'),
      removed: !isHead[at] && line.startsWith('-'),
      head: isHead[at] ?? false,
      html: (isHead[at] ? plain[at] : html[at]) ?? '',
    }),
  );
  return whole ? shown : withGap(shown);
}

/** Whether the lines shown give back the patch as it was handed in: nothing left out, shortened or made visible. */
export function showsWholePatch(diff: string): boolean {
  const lines = diff.replace(/\n$/, '').split('\n');
  return lines.length <= mostLines && lines.every((line) => showCode(line) === line);
}

/** File names, `@@`, and whatever else is no line of the patch: none of its characters is a mark. */
function isHeadLine(line: string): boolean {
  return /^(?:[^+\- ]|--- |\+\+\+ )/.test(line);
}

/** One line as it is, with hidden characters made visible, tabs kept. */
function showWhole(line: string): string {
  return line.split('\t').map(makeVisibleLine).join('\t');
}

function splitLines(text: string): string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function withGap(lines: readonly CodeLine[]): CodeLine[] {
  if (lines.length <= mostLines) return [...lines];
  const after = mostLines - linesBeforeGap;
  return [
    ...lines.slice(0, linesBeforeGap),
    gapLine(`${plural(lines.length - mostLines, 'line')} not shown`),
    ...lines.slice(-after),
  ];
}

function codeLine(fields: Partial<CodeLine> & { number: number; html: string }): CodeLine {
  return { gap: '', cited: false, added: false, removed: false, head: false, ...fields };
}

function gapLine(gap: string): CodeLine {
  return codeLine({ gap, number: 0, html: '' });
}
