import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/** Those at work: whoever ends this process ends them. */
const living = new Set<ChildProcess>();

/** Starts a program as the head of a process group of its own, so that nothing it starts can be left behind. */
export function startGroup(program: string, argv: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(program, [...argv], { ...options, detached: process.platform !== 'win32' });
  if (living.size === 0) process.once('exit', killAll);
  living.add(child);
  const forget = () => {
    living.delete(child);
    if (living.size === 0) process.off('exit', killAll);
  };
  child.once('exit', forget).once('error', forget);
  return child;
}

/** Ends a program and all it started, at once. Nothing happens to one that never started or is gone with its group. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause;
  }
}

function killAll(): void {
  for (const child of living) killGroup(child);
}
