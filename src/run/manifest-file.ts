import type { RunManifest } from '../domain/run.ts';
import { type RunDirectory, writeManifest } from './run-directory.ts';

/** The run's `run.json` and its content in memory. Updates are written one after the other, in the order asked. */
export class ManifestFile {
  private readonly run: RunDirectory;
  private content: RunManifest;
  private queue: Promise<void> = Promise.resolve();

  constructor(run: RunDirectory, content: RunManifest) {
    this.run = run;
    this.content = content;
  }

  get current(): RunManifest {
    return this.content;
  }

  /** Resolves when the update, and all before it, are on disk. */
  update(change: (manifest: RunManifest) => RunManifest): Promise<void> {
    this.content = change(this.content);
    const snapshot = this.content;
    const written = this.queue.then(() => writeManifest(this.run, snapshot));
    this.queue = written.catch(() => undefined);
    return written;
  }
}
