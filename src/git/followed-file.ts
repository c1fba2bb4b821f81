import type { FileHandle } from 'node:fs/promises';

/** Bytes there is room for at first. */
const firstBytes = 2 ** 20;
/** Milliseconds until a file that had nothing more is looked at again. */
const pauseMs = 4;

/** A file that another process writes, read from its start while it grows. */
export class FollowedFile {
  readonly #handle: FileHandle;
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  #size = 0;
  #isWritten = false;
  #isAbandoned = false;
  #wake: () => void = () => undefined;
  readonly #most: number;

  /** The caller closes the handle. `most`: bytes that are wanted at most; hardly more than that is read. */
  constructor(handle: FileHandle, most: number) {
    this.#handle = handle;
    this.#most = most;
  }

  /** Nothing more is written: what is there is all. */
  end(): void {
    this.#isWritten = true;
    this.#wake();
  }

  /** Nobody wants more of it. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#wake();
  }

  /**
   * Tells each piece in turn, and all of it in one piece when the last one was told after `end`; what it resolves to is
   * cut off where it was abandoned. Rejects with what `onPiece` throws.
   */
  async read(onPiece: (piece: Buffer) => void): Promise<Buffer> {
    while (!this.#isAbandoned) {
      // Asked before the look: only what is looked at after the last write is surely all.
      const isLast = this.#isWritten;
      if (this.#size === this.#bytes.length) this.#makeRoom();
      const room = this.#bytes.length - this.#size;
      const { bytesRead } = await this.#handle.read(this.#bytes, this.#size, room, this.#size);
      if (bytesRead > 0) {
        this.#size += bytesRead;
        onPiece(this.#bytes.subarray(this.#size - bytesRead, this.#size));
      } else if (isLast) break;
      if (bytesRead < room && !this.#isWritten) await this.#pause();
    }
    return this.#bytes.subarray(0, this.#size);
  }

  /** Pieces that were told stay what they are. Room that is not used yet costs no memory. */
  #makeRoom(): void {
    const { length } = this.#bytes;
    const larger = Buffer.allocUnsafeSlow(
      Math.min(2 * length, Math.max(this.#most + 1, length + firstBytes)),
    );
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
