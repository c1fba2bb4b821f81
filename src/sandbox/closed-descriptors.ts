import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { SandboxError } from '../errors.ts';

export interface ClosedDescriptors {
  /** For `spawn`: what a child gets in the place of each descriptor; the first entry is for the one asked from. */
  stdio: (number | 'ignore')[];
  /** To be called once the child was started. */
  release(): void;
}

const closeOnExec = 0o2000000;
const highest = 4096;

/**
 * Puts nothing in the place of every file that this process got from whoever started it and would hand on. Node's own
 * `ignore` does not: it leaves such a descriptor as it is.
 */
export function closedDescriptors(from: number): ClosedDescriptors {
  const inherited = readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => descriptor >= from && isInherited(descriptor));
  const last = Math.max(from - 1, ...inherited);
  if (last > highest)
    throw new SandboxError(`file descriptor ${last} is open and would be seen by commands`, {
      hint: 'close it before deep-review is started',
    });
  const nothing = openSync('/dev/null', 'r');
  return {
    stdio: Array.from({ length: last - from + 1 }, (_, index) =>
      inherited.includes(from + index) ? nothing : 'ignore',
    ),
    release: () => closeSync(nothing),
  };
}

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1];
    return (Number.parseInt(flags ?? '0', 8) & closeOnExec) === 0;
  } catch {
    return false;
  }
}
