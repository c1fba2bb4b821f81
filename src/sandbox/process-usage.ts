import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import type { KilledFor } from '../domain/command.ts';
import { sourceFolder } from './bubblewrap-arguments.ts';
import type { SandboxLimits } from './sandbox-limits.ts';

/** Below this share of free memory the machine itself is in danger, whatever a command's own part is. */
const leastFree = 1 / 32;

export type UsageLook =
  | { outcome: 'seen'; exceeded: Exclude<KilledFor, 'time'> | null }
  /** Not ready yet, on their way out, or hidden from us. */
  | { outcome: 'unseen'; cause: unknown };

export interface UsageQuestion {
  /** The first process in the sandbox. */
  init: ProcessIdentity;
  limits: SandboxLimits;
  /** What `sharedMemory` said before the command began. */
  sharedBefore: number;
}

/** Which limit the processes of a sandbox are over. */
export function lookAtUsage({ init, limits, sharedBefore }: UsageQuestion): UsageLook {
  try {
    const exceeded = exceededLimit(`/proc/${init.id}/root`, limits);
    // Memory behind a descriptor belongs to no process: only the machine's sum tells of it.
    const isHidden = sharedMemory() - sharedBefore > limits.memory + 2 * limits.disk;
    return { outcome: 'seen', exceeded: exceeded ?? (isHidden ? 'memory' : null) };
  } catch (cause) {
    return { outcome: 'unseen', cause };
  }
}

/** Bytes of memory on this machine that files without a disk and shared pieces take. */
export function sharedMemory(): number {
  return 1024 * field(readStatus('/proc/meminfo'), 'Shmem');
}

function exceededLimit(root: string, limits: SandboxLimits): Exclude<KilledFor, 'time'> | null {
  const ids = readdirSync(`${root}/proc`).filter((name) => /^\d+$/.test(name));
  if (countFiles(root) > limits.files) return 'files';
  if (ids.length > limits.processes) return 'processes';
  const used = { memory: 0, threads: 0 };
  for (const id of ids) {
    const status = readStatus(`${root}/proc/${id}/status`);
    used.threads += field(status, 'Threads');
    used.memory += 1024 * (field(status, 'RssAnon') + field(status, 'RssShmem'));
  }
  if (used.threads > limits.processes) return 'processes';
  if (used.memory > limits.memory || isMachineShort()) return 'memory';
  return null;
}

/** A process that cannot be taken for a later one of the same id. */
export interface ProcessIdentity {
  id: number;
  /** In ticks of the kernel since the machine's start. */
  startedAt: string;
}

/** null when there is no such process. */
export function identifyProcess(id: number): ProcessIdentity | null {
  const startedAt = statusFields(id)[19];
  return startedAt === undefined ? null : { id, startedAt };
}

/** A process that has ended and waits to be collected counts as gone. */
export function isGone({ id, startedAt }: ProcessIdentity): boolean {
  const fields = statusFields(id);
  return fields[19] !== startedAt || fields[0] === 'Z' || fields[0] === 'X';
}

/** Whether it has nothing to do but wait. */
export function isAsleep({ id, startedAt }: ProcessIdentity): boolean {
  const fields = statusFields(id);
  return fields[19] === startedAt && fields[0] === 'S';
}

/** Ends it, unless it has gone. */
export function killProcess(target: ProcessIdentity): void {
  if (isGone(target)) return;
  try {
    process.kill(target.id, 'SIGKILL');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause;
  }
}

/** From its state on; see proc(5). */
function statusFields(id: number): string[] {
  const status = readStatus(`/proc/${id}/stat`);
  return status === '' ? [] : status.slice(status.lastIndexOf(')') + 2).split(' ');
}

function countFiles(root: string): number {
  return [sourceFolder, '/tmp', '/dev/shm'].reduce((sum, folder) => {
    const { files, ffree } = statfsSync(root + folder);
    return sum + files - ffree;
  }, 0);
}

function isMachineShort(): boolean {
  const memory = readStatus('/proc/meminfo');
  const total = field(memory, 'MemTotal');
  return total > 0 && field(memory, 'MemAvailable') < total * leastFree;
}

function field(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

/** Empty when the process has gone meanwhile. */
function readStatus(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
