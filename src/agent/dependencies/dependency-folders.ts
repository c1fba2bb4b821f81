import { constants, type Dirent } from 'node:fs';
import { type FileHandle, open, opendir, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import type { TreeEntry } from '../../git/object-repository.ts';
import { answerLimits } from '../tools/answer-limits.ts';
import type { TextLookup } from '../tools/source-texts.ts';

/** What a path below the folders is. Paths begin with a folder's label. */
export type DependencyLookup =
  | { outcome: 'folders' }
  | { outcome: 'file' | 'folder'; real: string; path: string }
  | { outcome: 'absent' }
  /** A link leads out of the folder, it is neither a file nor a folder, or the machine does not let us look at it. */
  | { outcome: 'refused'; reason: string };

export type DependencyListing =
  | { outcome: 'listed'; entries: DependencyEntry[] }
  /** It has more than can be shown, or the machine does not let us look into it. */
  | { outcome: 'refused'; reason: string };

export interface DependencyEntry {
  name: string;
  /** `nameless`: its name is no UTF-8, so that nobody can ask for it. */
  kind: 'file' | 'folder' | 'link' | 'other' | 'nameless';
}

export interface DependencyWalk {
  files: TreeEntry[];
  /** Not all was walked: there is too much of it. */
  isCut: boolean;
  /** Folders that could not be read, and files and folders whose names are no UTF-8: nothing is known of them. */
  unreadable: string[];
}

const mostEntries = 100_000;
const walkMs = 5_000;

/** Folders of this machine that the user named, read-only, and nothing outside of them. */
export class DependencyFolders {
  /** By label, without links. */
  readonly roots: ReadonlyMap<string, string>;

  private constructor(roots: ReadonlyMap<string, string>) {
    this.roots = roots;
  }

  /** `absent`: those that are no folder here, or that cannot be entered. Two of the same name are told apart by a number. */
  static async open(paths: readonly string[]): Promise<{ folders: DependencyFolders; absent: string[] }> {
    const roots = new Map<string, string>();
    const absent: string[] = [];
    for (const path of paths) {
      const real = await realFolder(path);
      if (real === null) absent.push(path);
      else if (![...roots.values()].includes(real))
        roots.set(freeLabel(basename(real) || 'root', roots), real);
    }
    return { folders: new DependencyFolders(roots), absent };
  }

  async find(path: string): Promise<DependencyLookup> {
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    const [label, ...rest] = names;
    if (label === undefined) return { outcome: 'folders' };
    const root = this.roots.get(label);
    if (root === undefined || path.includes('\0')) return { outcome: 'absent' };
    if (rest.includes('..')) return { outcome: 'refused', reason: 'a path may not go upwards' };
    if (isNameless(path)) return nameless;
    try {
      const real = await realpath(join(root, ...rest));
      if (isNameless(real)) return nameless;
      if (real !== root && !real.startsWith(root === sep ? sep : root + sep))
        return { outcome: 'refused', reason: 'a link in it leads out of the folder' };
      const found = await stat(real);
      const shown = names.join('/');
      if (found.isFile()) return { outcome: 'file', real, path: shown };
      if (found.isDirectory()) return { outcome: 'folder', real, path: shown };
      return { outcome: 'refused', reason: 'it is neither a file nor a folder' };
    } catch (cause) {
      if (!isAbsence(cause)) return { outcome: 'refused', reason: reasonOf(cause) };
      if (rest.length === 0) return { outcome: 'refused', reason: 'the folder itself is gone' };
      return { outcome: 'absent' };
    }
  }

  /** What is in a folder, in order of names. */
  async list(real: string): Promise<DependencyListing> {
    const entries: DependencyEntry[] = [];
    try {
      for await (const entry of await opendir(real)) {
        if (entries.length >= mostEntries) return { outcome: 'refused', reason: 'it has too many entries' };
        entries.push({ name: entry.name, kind: kindOf(entry) });
      }
    } catch (cause) {
      return { outcome: 'refused', reason: reasonOf(cause) };
    }
    return { outcome: 'listed', entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)) };
  }

  /** All files below a folder. Links are not followed, so that it ends; `.git` is passed over. */
  async walk(from: { real: string; path: string }, signal: AbortSignal): Promise<DependencyWalk> {
    const files: TreeEntry[] = [];
    const unreadable: string[] = [];
    const until = performance.now() + walkMs;
    const open = [from];
    let seen = 0;
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      signal.throwIfAborted();
      try {
        for await (const entry of await opendir(folder.real)) {
          seen += 1;
          if (seen > mostEntries || performance.now() > until)
            return { files: inOrder(files), isCut: true, unreadable: unreadable.sort() };
          const path = `${folder.path}/${entry.name}`;
          const kind = kindOf(entry);
          if (kind === 'nameless') unreadable.push(path);
          else if (kind === 'file') files.push({ path, mode: '100644', oid: '' });
          else if (kind === 'folder' && entry.name !== '.git')
            open.push({ real: join(folder.real, entry.name), path });
        }
      } catch (cause) {
        reasonOf(cause);
        unreadable.push(`${folder.path}/`);
      }
    }
    return { files: inOrder(files), isCut: false, unreadable: unreadable.sort() };
  }

  /** A file's text; `unreadable` also for one that has gone or is no plain file any more. */
  async read(path: string): Promise<TextLookup> {
    const found = await this.find(path);
    if (found.outcome === 'refused') return { outcome: 'unreadable', reason: found.reason };
    if (found.outcome !== 'file') return { outcome: 'unreadable', reason: noFile };
    const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
    try {
      const file = await open(found.real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        return await readText(file);
      } finally {
        await file.close();
      }
    } catch (cause) {
      return { outcome: 'unreadable', reason: reasonOf(cause) };
    }
  }
}

const nameless: DependencyLookup = { outcome: 'refused', reason: 'its name is no UTF-8' };
const noFile = 'it is no plain file any more';

async function readText(file: FileHandle): Promise<TextLookup> {
  const found = await file.stat();
  if (!found.isFile()) return { outcome: 'unreadable', reason: noFile };
  if (found.size > answerLimits.fileBytes) return { outcome: 'too-large', size: found.size };
  // One more than it has: a file that grows, or has no size, is noticed.
  const bytes = Buffer.alloc(found.size === 0 ? 65_537 : found.size + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    length += bytesRead;
    if (bytesRead === 0 || length === bytes.length) break;
  }
  if (length === bytes.length) return { outcome: 'too-large', size: length };
  const content = bytes.subarray(0, length);
  if (content.subarray(0, 8000).includes(0)) return { outcome: 'binary', size: length };
  return { outcome: 'text', text: content.toString('utf8').replaceAll('\r\n', '\n') };
}

async function realFolder(path: string): Promise<string | null> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isDirectory() ? real : null;
  } catch (cause) {
    reasonOf(cause);
    return null;
  }
}

/** A name whose bytes are no UTF-8 is given to us with U+FFFD in it, and cannot be asked for by that. */
function isNameless(name: string): boolean {
  return name.includes('\uFFFD');
}

function kindOf(entry: Dirent): DependencyEntry['kind'] {
  if (isNameless(entry.name)) return 'nameless';
  if (entry.isSymbolicLink()) return 'link';
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other';
}

/** What the machine says; anything but its answer is a mistake of ours, and thrown on. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error && 'code' in cause && 'syscall' in cause)) throw cause;
  return `it cannot be read (${String(cause.code)})`;
}

function freeLabel(name: string, taken: ReadonlyMap<string, string>): string {
  let label = name;
  for (let number = 2; taken.has(label); number += 1) label = `${name}-${number}`;
  return label;
}

function inOrder(files: TreeEntry[]): TreeEntry[] {
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isAbsence(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code);
}
