import { scanLines } from '../read/scan-lines.ts';

/** A stretch of Markdown to be shown, or a heading between two of them. */
export interface ProsePart {
  /** 0 for text; else the level of the heading as written. */
  level: number;
  markdown: string;
}

/** A part is cut at the next good place from here on, and at any line outside of code when it gets too long. */
const wantedLength = 6000;
const longestPart = 12_000;

/**
 * Cuts Markdown at its headings and, where it is long, between blocks, so that reading it takes time in proportion to its
 * length. Every line is in a part but blank ones at a cut, and the rule between this section and the next.
 */
export function splitProse(markdown: string): ProsePart[] {
  const parts: ProsePart[] = [];
  let lines: string[] = [];
  let length = 0;
  const flush = () => {
    if (lines.some((line) => line.trim() !== '')) parts.push({ level: 0, markdown: lines.join('\n') });
    lines = [];
    length = 0;
  };
  let before = 'blank';
  for (const { kind, text, level, heading } of scanLines(markdown)) {
    if (kind === 'heading') {
      flush();
      if (heading !== '') parts.push({ level, markdown: heading });
    } else {
      const startsBlock = before === 'blank' && /^[^\s>*+\-\d|]/.test(text);
      const isOutside = kind !== 'code' && !(kind === 'fence' && before === 'code');
      if ((startsBlock && length > wantedLength) || (isOutside && length > longestPart)) flush();
      lines.push(text);
      length += text.length + 1;
    }
    before = kind;
  }
  while (isLoose(lines.at(-1) ?? 'end')) lines.pop();
  flush();
  return parts;
}

function isLoose(line: string): boolean {
  return line.trim() === '' || /^ {0,3}-{3,}[ \t]*$/.test(line);
}
