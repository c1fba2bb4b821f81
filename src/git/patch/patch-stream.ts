import type { FileDiff } from '../../domain/change.ts';
import { NameStyle } from './name-style.ts';
import { parseSections } from './parse-patch.ts';
import type { FilePatch } from './patch.ts';
import { toFileDiffs } from './to-file-diffs.ts';

/** Begins a section, and no other line of a patch: those of files have a letter before them, or no blank in them. */
const sectionMark = Buffer.from('\ndiff --git ');
/** So much of a mark can lie before a piece. */
const seamLength = sectionMark.length - 1;

/**
 * `toFileDiffs(parsePatch(…))` of a patch that comes in pieces, read while git still prints the rest. Throws as
 * `parsePatch` does.
 */
export class PatchStream {
  readonly #style = new NameStyle();
  readonly #files: FileDiff[] = [];
  /** Number of the first line that was not read yet. */
  #line = 1;
  #pending: Buffer[] = [];
  /** The last bytes that came: a mark may be cut in two. */
  #seam: Buffer = Buffer.alloc(0);
  /** A file's removal that was read last: a change of type is that and an addition. */
  #held: FilePatch[] = [];

  push(piece: Buffer): void {
    const start = this.#findLastSection(piece);
    const seam = piece.length < seamLength ? Buffer.concat([this.#seam, piece]) : piece;
    this.#seam = seam.subarray(-seamLength);
    if (start === null) {
      this.#pending.push(piece);
      return;
    }
    const bytes = Buffer.concat([...this.#pending, piece]);
    const end = bytes.length - piece.length + start;
    this.#read(bytes.subarray(0, end));
    this.#pending = [bytes.subarray(end)];
  }

  /** Where the last section starts of which the piece holds the beginning's end, counted from the piece's own start. */
  #findLastSection(piece: Buffer): number | null {
    const within = piece.lastIndexOf(sectionMark);
    if (within >= 0) return within + 1;
    const joint = Buffer.concat([this.#seam, piece.subarray(0, seamLength)]);
    const across = joint.lastIndexOf(sectionMark);
    return across < 0 ? null : across + 1 - this.#seam.length;
  }

  /** All files; no more pieces come. */
  end(): FileDiff[] {
    this.#read(Buffer.concat(this.#pending.splice(0)));
    this.#files.push(...toFileDiffs({ quotePath: true, files: this.#held.splice(0) }));
    return this.#files;
  }

  #read(bytes: Buffer): void {
    const { files, line } = parseSections(bytes, {
      line: this.#line,
      style: this.#style,
      texts: 'dropped',
    });
    this.#line = line;
    const known = [...this.#held, ...files];
    this.#held = known.at(-1)?.change === 'removed' ? known.splice(-1) : [];
    for (const file of toFileDiffs({ quotePath: true, files: known })) this.#files.push(file);
  }
}
