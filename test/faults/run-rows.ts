import type { FaultRow } from './fault-row.ts';

/** What came of a row. */
export interface RowResult {
  row: FaultRow;
  isGreen: boolean;
  /** The outcome in words, or what the row threw. */
  got: string;
  /** Milliseconds. */
  durationMs: number;
}

export interface RunRowsOptions {
  /** Rows at work at the same time. */
  atOnce: number;
  /** Time for one row, in milliseconds, thrice for a heavy one; one that takes longer is red and is told to stop. */
  boundMs: number;
  onResult?: (result: RowResult) => void;
}

/** Runs rows many at once, heavy ones one by one after them. Results come in the order of the rows. */
export async function runRows(rows: readonly FaultRow[], options: RunRowsOptions): Promise<RowResult[]> {
  const results = new Map<FaultRow, RowResult>();
  const work = async (queue: FaultRow[], boundMs: number) => {
    for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
      const result = await runRow(row, boundMs);
      results.set(row, result);
      options.onResult?.(result);
    }
  };
  const light = rows.filter((row) => row.isHeavy !== true);
  await Promise.all(Array.from({ length: options.atOnce }, () => work(light, options.boundMs)));
  const heavy = rows.filter((row) => row.isHeavy === true);
  await work(heavy, 3 * options.boundMs);
  return rows.flatMap((row) => results.get(row) ?? []);
}

async function runRow(row: FaultRow, boundMs: number): Promise<RowResult> {
  const started = performance.now();
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<string>((resolve) => {
    timer = setTimeout(() => {
      resolve(`no outcome within ${boundMs / 1000} s`);
      controller.abort(new Error('the time of the row is over'));
    }, boundMs);
  });
  const outcome = row.run(controller.signal).catch((error: unknown) => {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return `threw ${text}`;
  });
  const got = await Promise.race([outcome, bound]);
  clearTimeout(timer);
  return { row, got, isGreen: got === row.expected, durationMs: performance.now() - started };
}
