import { totalmem } from 'node:os';

/** What one command may use. Its time is a limit of its own. */
export interface SandboxLimits {
  /** Bytes of memory of all its processes together. */
  memory: number;
  /** Bytes it may keep in files, the copy of the commit included. They lie in memory. */
  disk: number;
  /** Processes and threads together. */
  processes: number;
  /** Files and folders it may make, in the copy and in /tmp. */
  files: number;
}

const gibibyte = 2 ** 30;

/** For this machine: at most half of its memory for processes and a quarter for files. */
export function defaultSandboxLimits(memory: number = totalmem()): SandboxLimits {
  return {
    memory: Math.min(4 * gibibyte, Math.floor(memory / 2)),
    disk: Math.min(2 * gibibyte, Math.floor(memory / 4)),
    processes: 1024,
    files: 500_000,
  };
}
