import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Resident memory at its highest. */
export interface Peaks {
  /** Of the process itself: MiB. */
  own: number;
  /** Of the largest git process below it: MiB. */
  git: number;
}

/** The kernel keeps the highest mark itself, so the last reading before the end is enough. */
export async function watchMemory(child: ChildProcess): Promise<Peaks> {
  const peaks: Peaks = { own: 0, git: 0 };
  while (child.exitCode === null && child.signalCode === null) {
    peaks.own = Math.max(peaks.own, peakOf(child.pid ?? 0) ?? 0);
    for (const pid of childrenOf(child.pid ?? 0))
      if (read(`/proc/${pid}/comm`) === 'git\n') peaks.git = Math.max(peaks.git, peakOf(pid) ?? 0);
    await wait(20);
  }
  return peaks;
}

function peakOf(pid: number): number | null {
  const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) / 1024;
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/** Empty for a process that is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
