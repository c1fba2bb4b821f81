import type { FaultRow } from '../fault-row.ts';
import { type BenchInput, type PostingBench, withBench } from './posting-bench.ts';

/** A row on a bench of its own. */
export interface GithubRow extends Pick<FaultRow, 'fault' | 'name' | 'expected' | 'isHeavy'> {
  input?: BenchInput;
  run: (bench: PostingBench) => Promise<string>;
}

export function toFaultRow({ input = {}, run, ...row }: GithubRow): FaultRow {
  return { ...row, provider: 'github', run: () => withBench(input, run) };
}
