import { constants } from 'node:fs';
import { lstat, mkdir, open, symlink } from 'node:fs/promises';
import { decodePath } from '../domain/git-path.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { SandboxError } from '../errors.ts';
import { refusePath, staysInside } from './tree-names.ts';

/** One file of a commit: any bytes may be in its path, and others wrote it. */
export interface TreeFile {
  path: Uint8Array;
  /** Six octal digits, as git has them: 120000 is a symbolic link, 160000 a submodule. */
  mode: string;
  /** Its content as git keeps it, through no filter; null when it is too large to be read. */
  read(): Promise<Uint8Array | null>;
}

export interface TreeLimits {
  files: number;
  /** Of all files together. */
  bytes: number;
  /** Places below the folder where commands see something else, without a slash at the end; absent for none. */
  mounts?: readonly string[];
}

export interface WrittenTree {
  files: number;
  bytes: number;
  /** A line for each file that is missing or was written as something else. */
  differences: string[];
}

const readAtOnce = 8;

/**
 * Writes files into a folder that exists, is empty and belongs to nobody else. Nothing outside of it is touched,
 * whatever the paths and links are: folders first, then files that must not exist yet, links last, so that no link is
 * ever on a way. What can't be written is left out and said. `SandboxError` over a limit.
 */
export async function writeTree(
  files: readonly TreeFile[],
  folder: string,
  limits: TreeLimits,
  signal?: AbortSignal,
): Promise<WrittenTree> {
  if (files.length > limits.files)
    throw new SandboxError(`the commit has ${files.length} files, over the limit of ${limits.files}`);
  const writer = new TreeWriter(folder, limits);
  const accepted = files.filter((file) => writer.accept(file));
  for (const file of accepted) {
    signal?.throwIfAborted();
    await writer.makeFolders(file);
  }
  const isLink = ({ mode }: TreeFile) => mode === '120000';
  await inParallel(
    accepted.filter((file) => !isLink(file)),
    signal,
    (file) => writer.writeFile(file),
  );
  await inParallel(accepted.filter(isLink), signal, (file) => writer.writeLink(file));
  return writer.result;
}

class TreeWriter {
  readonly result: WrittenTree = { files: 0, bytes: 0, differences: [] };
  private readonly root: Buffer;
  private readonly limits: TreeLimits;
  /** As byte strings (latin1). */
  private readonly mounts: readonly string[];
  /** Folders that exist, as byte strings (latin1). */
  private readonly folders = new Set<string>(['']);

  constructor(folder: string, limits: TreeLimits) {
    this.root = Buffer.from(`${folder}/`);
    this.limits = limits;
    this.mounts = (limits.mounts ?? []).map((mount) => Buffer.from(mount).toString('latin1'));
  }

  accept(file: TreeFile): boolean {
    const reason = refusePath(file.path) ?? this.refuseMounted(file);
    if (reason !== null) this.leaveOut(file, reason);
    return reason === null;
  }

  /** Written there, it would be in the way of the mount, or the mount in its own. */
  private refuseMounted({ path, mode }: TreeFile): string | null {
    const name = Buffer.from(path).toString('latin1');
    for (const mount of this.mounts) {
      if (name === mount || name.startsWith(`${mount}/`)) return 'one of the caches is shown in its place';
      if (mode !== '160000' && mount.startsWith(`${name}/`)) return 'one of the caches is shown below it';
    }
    return null;
  }

  async makeFolders({ path, mode }: TreeFile): Promise<void> {
    const names = Buffer.from(path).toString('latin1').split('/');
    if (mode !== '160000') names.pop();
    for (let length = 1; length <= names.length; length += 1) {
      const name = names.slice(0, length).join('/');
      if (this.folders.has(name)) continue;
      await mkdir(this.place(Buffer.from(name, 'latin1')), { mode: 0o700 }).catch(async (cause: unknown) => {
        // A file system without case has made it under another spelling; there are no links yet.
        const found = await lstat(this.place(Buffer.from(name, 'latin1'))).catch(() => null);
        if (found?.isDirectory() !== true) throw this.explain(cause);
      });
      this.folders.add(name);
    }
  }

  async writeFile(file: TreeFile): Promise<void> {
    if (file.mode === '160000') {
      this.differ(file, 'a submodule: its folder is empty');
      return;
    }
    const bytes = await this.content(file);
    if (bytes === null) return;
    await this.create(file, bytes, file.mode === '100755' ? 0o755 : 0o644);
  }

  async writeLink(file: TreeFile): Promise<void> {
    const target = await this.content(file);
    if (target === null) return;
    if (!staysInside(file.path, target)) {
      this.differ(file, 'a link that may lead outside: written as a text file');
      await this.create(file, target, 0o644);
      return;
    }
    await symlink(Buffer.from(target), this.place(file.path)).then(
      () => {
        this.result.files += 1;
      },
      (cause: unknown) => this.clash(file, cause),
    );
  }

  private async content(file: TreeFile): Promise<Uint8Array | null> {
    const bytes = await file.read();
    if (bytes === null) {
      this.leaveOut(file, 'it is too large');
      return null;
    }
    this.result.bytes += bytes.length;
    if (this.result.bytes > this.limits.bytes)
      throw new SandboxError(`the commit’s files have over ${this.limits.bytes} bytes, the limit of a copy`, {
        hint: 'raise sandbox.diskMegabytes in your config.yml',
      });
    return bytes;
  }

  private async create(file: TreeFile, bytes: Uint8Array, mode: number): Promise<void> {
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
    try {
      const handle = await open(this.place(file.path), O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, mode);
      try {
        await handle.writeFile(bytes);
      } finally {
        await handle.close();
      }
      this.result.files += 1;
    } catch (cause) {
      this.clash(file, cause);
    }
  }

  private clash(file: TreeFile, cause: unknown): void {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    if (code !== 'EEXIST' && code !== 'EISDIR' && code !== 'EILSEQ') throw this.explain(cause);
    this.leaveOut(file, 'its name is taken by another one');
  }

  private leaveOut(file: TreeFile, reason: string): void {
    this.differ(file, `left out, because ${reason}`);
  }

  private differ(file: TreeFile, what: string): void {
    const path = makeVisibleLine(decodePath(file.path));
    this.result.differences.push(`${path.length > 200 ? `${path.slice(0, 200)}…` : path}: ${what}`);
  }

  private place(path: Uint8Array): Buffer {
    return Buffer.concat([this.root, path]);
  }

  private explain(cause: unknown): SandboxError {
    const message = cause instanceof Error ? cause.message : String(cause);
    return new SandboxError(`the copy of the commit’s files could not be written: ${message}`, {
      hint: 'free some space in the cache folder',
      cause,
    });
  }
}

/** The first failure stops all and is thrown once nothing is under way any more. */
async function inParallel(
  files: readonly TreeFile[],
  signal: AbortSignal | undefined,
  work: (file: TreeFile) => Promise<void>,
): Promise<void> {
  const queue = files.values();
  let failed = false;
  const workers = Array.from({ length: readAtOnce }, async () => {
    for (const file of queue) {
      if (failed) return;
      try {
        signal?.throwIfAborted();
        await work(file);
      } catch (cause) {
        failed = true;
        throw cause;
      }
    }
  });
  const broken = (await Promise.allSettled(workers)).find((end) => end.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
}
