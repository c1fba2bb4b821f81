import type { LineRange } from '../../domain/location.ts';
import { maskSecrets } from '../../domain/secret-shapes.ts';
import { makeVisibleLine } from '../../domain/visible-text.ts';
import { plural } from '../text/words.ts';
import type { Excerpt, SourceLine } from './source-reader.ts';

export interface ShownLine {
  number: number;
  /** Visible characters only, tabs kept; shortened with a note of how much is left out. */
  text: string;
  /** Whether the finding names this line. */
  cited: boolean;
}

/** Consecutive lines, or a place where lines were left out and why. */
export interface ShownPart {
  /** Empty for lines; else a sentence such as `40 lines not shown`. */
  gap: string;
  lines: ShownLine[];
}

export interface ShownExcerpt {
  /** Empty when code is shown; else why there is none. */
  missing: string;
  parts: ShownPart[];
}

const mostLines = 60;
const linesBeforeGap = 40;
const linesAfterGap = 15;
const longestLine = 500;

/** What of an excerpt is shown: all of up to 60 lines, else its beginning and end with the gap counted. */
export function showExcerpt(excerpt: Excerpt, cited: readonly LineRange[]): ShownExcerpt {
  if (excerpt.outcome === 'absent') return { missing: `Not found: ${excerpt.message}.`, parts: [] };
  if (excerpt.outcome === 'unavailable')
    return { missing: `The code could not be shown: ${excerpt.message}.`, parts: [] };
  const lines = excerpt.lines.map((line) => showLine(line, cited));
  if (lines.length <= mostLines) return { missing: '', parts: [{ gap: '', lines }] };
  const hidden = lines.length - linesBeforeGap - linesAfterGap;
  return {
    missing: '',
    parts: [
      { gap: '', lines: lines.slice(0, linesBeforeGap) },
      { gap: `${plural(hidden, 'line')} not shown`, lines: [] },
      { gap: '', lines: lines.slice(lines.length - linesAfterGap) },
    ],
  };
}

function showLine({ number, text }: SourceLine, cited: readonly LineRange[]): ShownLine {
  return {
    number,
    text: showCode(text),
    cited: cited.some(({ start, end }) => number >= start && number <= end),
  };
}

/** One line of code with every hidden character made visible, tabs kept, and of what looks like a secret four characters. */
export function showCode(code: string): string {
  const line = maskSecrets(code);
  const short =
    line.length <= longestLine
      ? line
      : `${line.slice(0, longestLine).replace(/[\ud800-\udbff]$/, '')} … ${plural(line.length - longestLine, 'more character')}`;
  return short.split('\t').map(makeVisibleLine).join('\t');
}
