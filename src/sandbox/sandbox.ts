import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxError } from '../errors.ts';
import { bubblewrapArguments, type CacheMount, madeUpFiles, sourceFolder } from './bubblewrap-arguments.ts';
import { type ContainedEnd, runContained } from './run-contained.ts';
import type { SandboxLimits } from './sandbox-limits.ts';
import { type TreeFile, type WrittenTree, writeTree } from './write-tree.ts';

export interface SandboxOptions {
  /** Absolute path of bubblewrap; see `findBubblewrap`. */
  program: string;
  /** A folder of ours that nobody else may enter; made when absent, removed by `close`. */
  directory: string;
  limits: SandboxLimits;
  caches: readonly CacheMount[];
}

export interface SandboxRun {
  /** For the shell. From the user's own configuration, never from a model or a repository. */
  command: string;
  /** Milliseconds. */
  timeoutMs: number;
  /** Id of the commit whose files it runs on. */
  commit: string;
  /** All files of that commit; asked once for each commit. */
  files: () => Promise<readonly TreeFile[]>;
  signal?: AbortSignal | undefined;
}

export interface SandboxEnd extends ContainedEnd {
  tree: WrittenTree;
}

const mostFiles = 200_000;

/**
 * Runs commands on a commit's files: no network, nothing of this machine but its programs and the named caches, a
 * copy of the files of its own for each command. A commit's files are written once.
 */
export class Sandbox {
  private readonly options: SandboxOptions;
  private readonly copies = new Map<string, Promise<WrittenTree>>();
  private prepared: Promise<void> | null = null;

  constructor(options: SandboxOptions) {
    this.options = options;
  }

  /** `SandboxError` when there is no answer about the command; rejects with the signal's reason when aborted. */
  async run({ command, timeoutMs, commit, files, signal }: SandboxRun): Promise<SandboxEnd> {
    if (!/^[0-9a-f]{40,64}$/.test(commit)) throw new SandboxError(`not a commit: ${commit}`);
    this.prepared ??= this.prepare();
    await this.prepared;
    const tree = await this.copyOf(commit, files, signal);
    const { program, directory, limits, caches } = this.options;
    const argv = bubblewrapArguments({
      copy: join(directory, commit),
      systemFiles: directory,
      caches,
      limits,
      command,
    });
    return { ...(await runContained({ program, argv, timeoutMs, limits, signal })), tree };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.copies.values());
    await rm(this.options.directory, { recursive: true, force: true, maxRetries: 3 });
  }

  private async prepare(): Promise<void> {
    const { directory } = this.options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const { name, text } of madeUpFiles) await writeFile(join(directory, name), text);
  }

  /** A copy that was not finished is removed, and made again when it is asked for again. */
  private copyOf(
    commit: string,
    files: SandboxRun['files'],
    signal: AbortSignal | undefined,
  ): Promise<WrittenTree> {
    const known = this.copies.get(commit);
    if (known !== undefined) return known;
    const folder = join(this.options.directory, commit);
    const copy = (async () => {
      try {
        const listed = await files();
        await mkdir(folder, { mode: 0o700 });
        const { limits, caches } = this.options;
        const mounts = caches.flatMap(({ to }) =>
          to.startsWith(`${sourceFolder}/`) ? [to.slice(sourceFolder.length + 1)] : [],
        );
        return await writeTree(listed, folder, { files: mostFiles, bytes: limits.disk, mounts }, signal);
      } catch (cause) {
        this.copies.delete(commit);
        await rm(folder, { recursive: true, force: true });
        throw cause;
      }
    })();
    this.copies.set(commit, copy);
    return copy;
  }
}
