import { randomBytes } from 'node:crypto';
import { constants, readFileSync } from 'node:fs';
import { copyFile, link, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as z from 'zod';
import { isOutOfSpace, RunDirectoryError, StorageError } from '../errors.ts';

export interface RunLock {
  release(): Promise<void>;
}

/** Who has a lock. */
export interface LockHolder {
  pid: number;
  host: string;
}

const Holder = z.object({
  pid: z.int(),
  host: z.string(),
  startedAt: z.string(),
  /** Number of the lock's own file: a copy of the folder, as on another machine, has another. Absent: not known. */
  file: z.string().optional(),
});
type Holder = z.infer<typeof Holder>;

/**
 * Takes the one lock of a run directory. A lock whose process is gone (killed, machine restarted) is taken over, and so
 * is one that came here with a copy of the folder; a live one, or one of another host that shares the folder, is a
 * `RunDirectoryError` that names the holder, at once.
 */
export async function lockRun(path: string): Promise<RunLock> {
  const lock = await tryLock(path);
  if ('release' in lock) return lock;
  throw heldBy(path, lock);
}

/** Throws as `lockRun` does when somebody has a lock, without taking it. */
export async function requireUnlocked(path: string): Promise<void> {
  const holder = await findHolder(path);
  if (holder !== null) throw heldBy(path, holder);
}

function heldBy(path: string, { pid, host }: LockHolder): RunDirectoryError {
  return new RunDirectoryError(`${path} is held by process ${pid} on ${host}`, {
    hint: 'wait for that run to end, or start another with --fresh; where that process is gone, remove the file',
  });
}

/** null: nobody has it, also where the file of one that is gone, or a copy of it, stands there. */
async function findHolder(path: string, text?: string): Promise<LockHolder | null> {
  const holder = parseHolder(text ?? (await readFile(path, 'utf8').catch(() => '')));
  if (holder === null || !isAlive(holder) || (await isCopy(path, holder))) return null;
  return { pid: holder.pid, host: holder.host };
}

/** As `lockRun`; a lock that stands resolves to its holder. */
export async function tryLock(path: string): Promise<RunLock | LockHolder> {
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    startedAt: processStart(process.pid)?.ticks ?? '',
  };
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeDraft(draft, own);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (await putInPlace(draft, path)) return { release: () => rm(path, { force: true }) };
      const text = await readFile(path, 'utf8').catch(() => '');
      const holder = await findHolder(path, text);
      if (holder !== null) return holder;
      await takeAway(path, text);
    }
  } catch (cause) {
    const Kind = isOutOfSpace(cause) ? StorageError : RunDirectoryError;
    throw new Kind(`cannot lock ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: 'check the rights of the folder, and its free space',
      cause,
    });
  } finally {
    await rm(draft, { force: true });
  }
  throw new RunDirectoryError(`${path} is taken by others again and again`, { hint: 'try again' });
}

async function writeDraft(path: string, own: Holder): Promise<void> {
  const file = await open(path, 'wx');
  try {
    const { ino } = await file.stat({ bigint: true });
    await file.writeFile(JSON.stringify({ ...own, file: String(ino) }));
  } finally {
    await file.close();
  }
}

/** Whether a lock is not the file that its holder made. */
async function isCopy(path: string, { file }: Holder): Promise<boolean> {
  if (file === undefined) return false;
  const entry = await stat(path, { bigint: true }).catch(() => null);
  return entry !== null && String(entry.ino) !== file;
}

/** Gives the draft the lock's name in one step: a lock is never seen empty. Says whether the name was free. */
async function putInPlace(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    if (code === 'EEXIST') return false;
    // A file system without hard links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw cause;
    await forgetFile(draft);
    return copyFile(draft, path, constants.COPYFILE_EXCL).then(
      () => true,
      (second: unknown) => {
        if (second instanceof Error && 'code' in second && second.code === 'EEXIST') return false;
        throw second;
      },
    );
  }
}

/** What is copied into place is another file than the draft. */
async function forgetFile(draft: string): Promise<void> {
  const holder = parseHolder(await readFile(draft, 'utf8'));
  if (holder === null) return;
  const { file: _, ...rest } = holder;
  await writeFile(draft, JSON.stringify(rest));
}

/** Removes a dead lock; one that somebody else put in its place meanwhile is put back. */
async function takeAway(path: string, dead: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return;
    throw cause;
  }
  if ((await readFile(aside, 'utf8').catch(() => dead)) !== dead) await putInPlace(aside, path);
  await rm(aside, { force: true });
}

/** null for a lock file that is cut off: its machine died while it was written. */
function parseHolder(text: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
  const now = processStart(holder.pid);
  if (now === null) return true;
  return !now.isDead && (holder.startedAt === '' || now.ticks === holder.startedAt);
}

/**
 * Start time of a process in kernel ticks, which tells a reused process id, and whether it has ended and only waits
 * to be collected; null where the system has no /proc.
 */
function processStart(pid: number): { ticks: string; isDead: boolean } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { ticks: fields[19] ?? '', isDead: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return null;
  }
}
