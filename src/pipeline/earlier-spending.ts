import { existsSync } from 'node:fs';
import { parseTranscript } from '../agent/transcript.ts';
import { noLostRequests, sumLostRequests, sumUsd } from '../domain/cost.ts';
import type { Review } from '../domain/review.ts';
import { readPlainFile } from '../run/read-artifact.ts';

export interface SessionCost {
  /** USD; null when a turn's price is unknown. */
  costUsd: number | null;
  lostRequests: Review['lostRequests'];
}

/** What earlier sittings of one reviewer in the same run cost, as far as their transcripts tell. */
export interface EarlierSpending extends SessionCost {
  /** What their budget was charged: with what broke off, or was not counted, at its most. USD. */
  bookedUsd: number;
}

/** Adds up the transcripts of a reviewer that stand in the run already; to be asked before a new one is opened. */
export async function readEarlierSpending(path: string): Promise<EarlierSpending> {
  const total: EarlierSpending = { costUsd: 0, bookedUsd: 0, lostRequests: noLostRequests };
  for (const file of existingTranscripts(path)) {
    const { records } = parseTranscript((await readPlainFile(file)) ?? '');
    for (const record of records) {
      if (record.type === 'turn') {
        total.costUsd = sumUsd([total.costUsd, record.costUsd]);
        total.bookedUsd += record.bookedUsd ?? record.costUsd ?? 0;
      }
      if (record.type !== 'request-error' || record.bookedUsd === null) continue;
      total.bookedUsd += record.bookedUsd;
      addLost(total, record.bookedUsd);
    }
    const last = records.at(-1);
    // One that was killed: whether a request was under way, and what it cost, nobody knows.
    if (last !== undefined && last.type !== 'end') addLost(total, null);
  }
  return total;
}

function addLost(total: EarlierSpending, mostUsd: number | null): void {
  total.lostRequests = sumLostRequests([total.lostRequests, { count: 1, mostUsd }]);
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
export function withEarlier(session: SessionCost, earlier: SessionCost): SessionCost {
  return {
    costUsd: sumUsd([session.costUsd, earlier.costUsd]),
    lostRequests: sumLostRequests([session.lostRequests, earlier.lostRequests]),
  };
}
