import type { FileDiff } from '../../domain/change.ts';
import { NameStyle } from './name-style.ts';
import { parseSections } from './parse-patch.ts';
import type { FilePatch } from './patch.ts';
import { toFileDiffs } from './to-file-diffs.ts';

/** Begins a section, and no other line of a patch: those of files have a letter before them, or no blank in them. */
const sectionMark = Buffer.from('\ndiff --git ');
/** git prints pieces of a few KiB, and each look copies what it looks through. */
const usualBatch = 128 * 1024;

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
  /** Bytes in `#pending`. */
  #unread = 0;
  /** Whether a section begins behind the start of `#pending`, and the end of it, in which the mark of one may begin. */
  #hasMark = false;
  #tail: Buffer = Buffer.alloc(0);
  readonly #batch: number;
  /** A file's removal that was read last: a change of type is that and an addition. */
  #held: FilePatch[] = [];

  /** `batch`: bytes that are gathered before they are read. */
  constructor(batch = usualBatch) {
    this.#batch = batch;
  }

  /** Keeps the piece until its section has come to its end: only then is anything copied, however long it is. */
  push(piece: Buffer): void {
    this.#pending.push(piece);
    this.#unread += piece.length;
    const overlap = sectionMark.length - 1;
    this.#hasMark ||=
      piece.includes(sectionMark) ||
      Buffer.concat([this.#tail, piece.subarray(0, overlap)]).includes(sectionMark);
    this.#tail =
      piece.length < overlap
        ? Buffer.concat([this.#tail, piece]).subarray(-overlap)
        : piece.subarray(-overlap);
    if (!this.#hasMark || this.#unread < this.#batch) return;
    const bytes = Buffer.concat(this.#pending, this.#unread);
    const end = bytes.lastIndexOf(sectionMark) + 1;
    this.#read(bytes.subarray(0, end));
    this.#pending = [bytes.subarray(end)];
    this.#unread = bytes.length - end;
    this.#hasMark = false;
  }

  /** The files that were read since they were last taken. */
  take(): FileDiff[] {
    return this.#files.splice(0);
  }

  /** The files that were not taken yet; no more pieces come. */
  end(): FileDiff[] {
    this.#read(Buffer.concat(this.#pending.splice(0)));
    this.#files.push(...toFileDiffs({ quotePath: true, files: this.#held.splice(0) }));
    return this.take();
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
