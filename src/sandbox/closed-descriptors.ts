import { readdirSync, readFileSync } from 'node:fs';
import { SandboxError } from '../errors.ts';

const closeOnExec = 0o2000000;
const highest = 4096;

/**
 * What to put in the place of every file that this process got from whoever started it and would hand on: nothing.
 * Entry 0 stands for descriptor `from`.
 */
export function closedDescriptors(from: number): 'ignore'[] {
  const inherited = readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => descriptor >= from && isInherited(descriptor));
  const last = Math.max(from - 1, ...inherited);
  if (last > highest)
    throw new SandboxError(`file descriptor ${last} is open and would be seen by commands`, {
      hint: 'close it before deep-review is started',
    });
  return Array.from({ length: last - from + 1 }, () => 'ignore');
}

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1];
    return (Number.parseInt(flags ?? '0', 8) & closeOnExec) === 0;
  } catch {
    return false;
  }
}
