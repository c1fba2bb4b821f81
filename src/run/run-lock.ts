import { readFileSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as z from 'zod';
import { RunDirectoryError } from '../errors.ts';

export interface RunLock {
  release(): Promise<void>;
}

const Holder = z.object({ pid: z.int(), host: z.string(), startedAt: z.string() });
type Holder = z.infer<typeof Holder>;

/**
 * Takes the one lock of a run directory. A lock whose process is gone (killed, machine restarted) is taken over;
 * a live one, or one of another host, is a `RunDirectoryError` that names the holder.
 */
export async function lockRun(path: string): Promise<RunLock> {
  const own: Holder = { pid: process.pid, host: hostname(), startedAt: processStart(process.pid) ?? '' };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await createExclusively(path, own)) return { release: () => rm(path, { force: true }) };
    const holder = await readHolder(path);
    if (holder !== null && isAlive(holder)) {
      throw new RunDirectoryError(`${path} is held by process ${holder.pid} on ${holder.host}`, {
        hint: 'wait for that run to end, or start another with --fresh',
      });
    }
    await rm(path, { force: true });
  }
  throw new RunDirectoryError(`${path} is taken by others again and again`, { hint: 'try again' });
}

async function createExclusively(path: string, holder: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify(holder));
    await file.close();
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw new RunDirectoryError(
      `cannot lock ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { hint: 'check the rights of the folder', cause },
    );
  }
}

/** null for a lock file that is empty or cut off: its writer died between making and filling it. */
async function readHolder(path: string): Promise<Holder | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
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
  const startedAt = processStart(holder.pid);
  return startedAt === null || holder.startedAt === '' || startedAt === holder.startedAt;
}

/** Start time of a process in kernel ticks, which tells a reused process id; null where the system has no /proc. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
