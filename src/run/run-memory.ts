import { StorageError } from '../errors.ts';
import { writeFileAtomically } from './write-file.ts';

/**
 * What the disk would not take of a run, kept until the process ends, so that work that was paid for is not lost to a
 * full disk. Whoever reads a file of the run looks here first.
 */
export class RunMemory {
  /** By absolute path. */
  readonly files = new Map<string, string | Uint8Array>();
  /** To be handed over in place of the run, whether they were written or not; by absolute path. */
  readonly answers = new Map<string, string>();
  private isOpen = false;
  private firstFailure: Error | null = null;

  /** From now on a file that cannot be written is kept here; before, writing it rejects. */
  open(): void {
    this.isOpen = true;
  }

  /** As `writeFileAtomically`; once open, never rejects. */
  async write(path: string, content: string | Uint8Array): Promise<void> {
    try {
      await writeFileAtomically(path, content);
      this.files.delete(path);
    } catch (cause) {
      if (!this.isOpen) throw cause;
      this.files.set(path, content);
      this.firstFailure ??= cause instanceof Error ? cause : new Error(String(cause));
    }
  }

  /** Tries again to write what is kept. What the disk still does not take is a `StorageError` that carries it. */
  async flush(): Promise<void> {
    for (const [path, content] of [...this.files]) await this.write(path, content);
    if (this.files.size === 0) return;
    const count = this.files.size === 1 ? 'one file' : `${this.files.size} files`;
    throw new StorageError(`${count} of the run could not be written: ${this.firstFailure?.message ?? ''}`, {
      hint: 'free some space and run the same command again: what stands on the disk is not paid for again',
      cause: this.firstFailure,
      rescued: new Map([...this.files, ...this.answers]),
    });
  }
}
