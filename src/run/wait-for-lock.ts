import { setTimeout as wait } from 'node:timers/promises';
import { RunDirectoryError } from '../errors.ts';
import { type LockHolder, type RunLock, tryLock } from './run-lock.ts';

export interface WaitForLockOptions {
  /** Milliseconds. */
  patienceMs: number;
  signal: AbortSignal;
  /** Told once when somebody has it. */
  onWait: (holder: LockHolder) => void | Promise<void>;
}

const pauseMs = 100;

/** As `lockRun`, after everybody who had it before; a `RunDirectoryError` names who still has it at the end. */
export async function waitForLock(path: string, options: WaitForLockOptions): Promise<RunLock> {
  const { patienceMs, signal, onWait } = options;
  const until = performance.now() + patienceMs;
  let isToldOf = false;
  for (;;) {
    signal.throwIfAborted();
    const lock = await tryLock(path);
    if ('release' in lock) return lock;
    if (performance.now() >= until)
      throw new RunDirectoryError(
        `${path} has been held by process ${lock.pid} on ${lock.host} for over ${patienceMs / 1000} seconds`,
        { hint: 'wait for that process to end; where it is gone, remove the file' },
      );
    if (!isToldOf) await onWait(lock);
    isToldOf = true;
    await wait(pauseMs, undefined, { signal }).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw cause;
    });
  }
}
