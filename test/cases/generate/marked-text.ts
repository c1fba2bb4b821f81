import type { EditBlock } from './parse-archive.ts';

/** One line of a file and the markers that stood at its end. */
export interface MarkedLine {
  text: string;
  marks: string[];
}

/** A file of which some lines are named, so that nobody has to count them. */
export type MarkedText = readonly MarkedLine[];

/** Reads text in which lines end with ` ⟦name⟧`. A line feed ends each line, the last too. */
export function readMarked(text: string): MarkedText {
  return text.replace(/\n$/, '').split('\n').map(readLine);
}

/** The text as it is committed: without markers. */
export function withoutMarks(lines: MarkedText): string {
  return lines.map(({ text }) => `${text}\n`).join('');
}

/** Puts the new lines in the place of the old ones. Throws when the old ones stand there not once, or not only once. */
export function applyBlocks(lines: MarkedText, blocks: readonly EditBlock[], name: string): MarkedText {
  return blocks.reduce((current, block) => applyBlock(current, block, name), lines);
}

function applyBlock(lines: MarkedText, block: EditBlock, name: string): MarkedText {
  const old = block.old.map(readLine);
  const starts = lines
    .map((_, index) => index)
    .filter((index) => old.every(({ text }, offset) => lines[index + offset]?.text === text));
  const [start] = starts;
  if (start === undefined || starts.length > 1 || old.length === 0)
    throw new SyntaxError(`${name}: the old lines stand there ${starts.length} times: ${old[0]?.text ?? ''}`);
  return [...lines.slice(0, start), ...block.new.map(readLine), ...lines.slice(start + old.length)];
}

function readLine(line: string): MarkedLine {
  const marks: string[] = [];
  let text = line;
  for (let match = / ?⟦([\w-]+)⟧$/.exec(text); match !== null; match = / ?⟦([\w-]+)⟧$/.exec(text)) {
    marks.unshift(match[1] ?? '');
    text = text.slice(0, match.index);
  }
  return { text, marks };
}
