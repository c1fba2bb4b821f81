import type { RunManifest } from '../domain/run.ts';
import { type RunDirectory, writeManifest } from './run-directory.ts';

/** The run's `run.json` and its content in memory. Updates are written one after the other, in the order asked. */
export class ManifestFile {
  private content: RunManifest;
  private readonly save: (content: RunManifest) => Promise<void>;
  private queue: Promise<void> = Promise.resolve();

  /** `save`: where it is kept; default: in `run.json`. */
  constructor(
    run: RunDirectory,
    content: RunManifest,
    save: (content: RunManifest) => Promise<void> = (manifest) => writeManifest(run, manifest),
  ) {
    this.content = content;
    this.save = save;
  }

  get current(): RunManifest {
    return this.content;
  }

  /** Resolves when the update, and all before it, are on disk. */
  update(change: (manifest: RunManifest) => RunManifest): Promise<void> {
    this.content = change(this.content);
    const snapshot = this.content;
    const written = this.queue.then(() => this.save(snapshot));
    this.queue = written.catch(() => undefined);
    return written;
  }
}
