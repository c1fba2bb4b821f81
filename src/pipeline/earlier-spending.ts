import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseTranscript } from '../agent/transcript.ts';
import type { Review } from '../domain/review.ts';

/** What earlier sittings of one reviewer in the same run cost, as far as their transcripts tell. */
export interface EarlierSpending {
  /** USD; null when a turn's price is unknown. */
  costUsd: number | null;
  lostRequests: Review['lostRequests'];
}

/** Adds up the transcripts of a reviewer that stand in the run already; to be asked before a new one is opened. */
export async function readEarlierSpending(path: string): Promise<EarlierSpending> {
  const total: EarlierSpending = { costUsd: 0, lostRequests: { count: 0, mostUsd: 0 } };
  for (const file of existingTranscripts(path)) {
    const { records } = parseTranscript(await readFile(file, 'utf8'));
    for (const record of records)
      if (record.type === 'turn')
        total.costUsd =
          total.costUsd === null || record.costUsd === null ? null : total.costUsd + record.costUsd;
    const last = records.at(-1);
    if (last === undefined || last.type === 'end') continue;
    // It was killed: whether a request was under way, and what it cost, nobody knows.
    total.lostRequests = { count: total.lostRequests.count + 1, mostUsd: null };
  }
  return total;
}

function existingTranscripts(path: string): string[] {
  const files = existsSync(path) ? [path] : [];
  for (let number = 1; existsSync(numbered(path, number)); number += 1) files.push(numbered(path, number));
  return files;
}

function numbered(path: string, number: number): string {
  return path.replace(/\.jsonl$/, `.${number}.jsonl`);
}

/** What a session cost over all sittings. */
export function withEarlier(session: EarlierSpending, earlier: EarlierSpending): EarlierSpending {
  const add = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);
  return {
    costUsd: add(session.costUsd, earlier.costUsd),
    lostRequests: {
      count: session.lostRequests.count + earlier.lostRequests.count,
      mostUsd: add(session.lostRequests.mostUsd, earlier.lostRequests.mostUsd),
    },
  };
}
