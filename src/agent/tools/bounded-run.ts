import { type Context, createContext, Script } from 'node:vm';

export type BoundedRun<T> = { outcome: 'done'; value: T } | { outcome: 'out-of-time' };

const script = new Script('work()');
let context: Context | undefined;

/**
 * Runs synchronous work and breaks it off, wherever it is, when the time is over: linear time does not mean soon.
 * What the work built must then be thrown away. What it throws is thrown on.
 */
export function runBounded<T>(work: () => T, milliseconds: number): BoundedRun<T> {
  context ??= createContext({});
  const results: T[] = [];
  context.work = () => {
    results.push(work());
  };
  try {
    script.runInContext(context, { timeout: Math.max(1, Math.ceil(milliseconds)) });
  } catch (cause) {
    if (isTimeout(cause)) return { outcome: 'out-of-time' };
    throw cause;
  } finally {
    context.work = undefined;
  }
  const [value] = results as [T];
  return { outcome: 'done', value };
}

/** The error may come from another realm, where `instanceof` says nothing. */
function isTimeout(cause: unknown): boolean {
  return (
    typeof cause === 'object' &&
    cause !== null &&
    'code' in cause &&
    cause.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
