import { squeeze } from './squeeze.ts';

/** One line of a file that is not blank, ready to be compared. */
export interface SourceLine {
  /** From 1, blank lines counted. */
  number: number;
  squeezed: string;
}

/**
 * The text of one file, read once and compared many times. Lines end at LF only, as git counts them; bytes that are
 * no UTF-8 are U+FFFD.
 */
export class SourceText {
  /** As in the file, without the line feed; a last line without one counts. */
  readonly lines: readonly string[];
  /** Lines with anything but white space in them, in order. */
  readonly solid: readonly SourceLine[];
  #positions: Map<string, number[]> | undefined;
  #joined: { text: string; starts: number[] } | undefined;

  constructor(bytes: Buffer) {
    const lines = bytes.toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    this.lines = lines;
    const solid: SourceLine[] = [];
    for (const [index, line] of lines.entries()) {
      const squeezed = squeeze(line);
      if (squeezed !== '') solid.push({ number: index + 1, squeezed });
    }
    this.solid = solid;
  }

  /** Indexes into `solid` of the lines that read so, ascending. */
  positionsOf(squeezed: string): readonly number[] {
    this.#positions ??= indexLines(this.solid);
    return this.#positions.get(squeezed) ?? [];
  }

  /** All solid lines written one behind the other, and where each of them starts in that. */
  get joined(): { text: string; starts: readonly number[] } {
    this.#joined ??= joinLines(this.solid);
    return this.#joined;
  }

  /** Index into `solid` of the line that the joined text has at an offset. */
  indexAt(offset: number): number {
    const { starts } = this.joined;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Line number of an entry of `solid`; throws for an index beyond it. */
  numberAt(index: number): number {
    const line = this.solid[index];
    if (line === undefined) throw new RangeError(`no solid line ${index}`);
    return line.number;
  }
}

function indexLines(solid: readonly SourceLine[]): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  for (const [index, { squeezed }] of solid.entries()) {
    const known = positions.get(squeezed);
    if (known === undefined) positions.set(squeezed, [index]);
    else known.push(index);
  }
  return positions;
}

function joinLines(solid: readonly SourceLine[]): { text: string; starts: number[] } {
  const starts: number[] = [];
  let offset = 0;
  for (const { squeezed } of solid) {
    starts.push(offset);
    offset += squeezed.length;
  }
  return { text: solid.map((line) => line.squeezed).join(''), starts };
}
