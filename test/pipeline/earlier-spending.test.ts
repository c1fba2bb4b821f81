import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatRecord, type TranscriptRecord } from '../../src/agent/transcript.ts';
import { readEarlierSpending } from '../../src/pipeline/earlier-spending.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const noUsage = { input: 1, cacheRead: 0, cacheWrite: 0, output: 1, reasoning: null };
const turn = (costUsd: number | null, bookedUsd: number | null = costUsd): TranscriptRecord => ({
  type: 'turn',
  turn: 1,
  parts: [],
  finishReason: { unified: 'stop', raw: 'stop' },
  usage: noUsage,
  costUsd,
  bookedUsd,
  requestId: null,
  modelId: null,
  durationMs: 1,
});
const end: TranscriptRecord = {
  type: 'end',
  status: 'completed',
  cause: null,
  usage: noUsage,
  costUsd: 1,
  durationMs: 1,
};

test('what earlier sittings cost is added up from their transcripts', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'claude.transcript.jsonl');
  const nothing = { costUsd: 0, bookedUsd: 0, lostRequests: { count: 0, mostUsd: 0 } };
  expect(await readEarlierSpending(path)).toEqual(nothing);
  for (const [at, cost] of [0.5, 0.25, 0.125].entries()) {
    const file = at === 0 ? path : path.replace('.jsonl', `.${at}.jsonl`);
    writeFileSync(file, formatRecord(turn(cost)) + formatRecord(end));
  }
  expect(await readEarlierSpending(path)).toEqual({ ...nothing, costUsd: 0.875, bookedUsd: 0.875 });
});

test('a sitting that was killed may have lost a request, and a turn without a price makes the sum unknown', async () => {
  const path = join(temporaryDirectory(), 'claude.transcript.jsonl');
  writeFileSync(path, formatRecord(turn(0.5)));
  appendFileSync(path, formatRecord(turn(0.5)).slice(0, 40));
  expect(await readEarlierSpending(path)).toEqual({
    costUsd: 0.5,
    bookedUsd: 0.5,
    lostRequests: { count: 1, mostUsd: null },
  });
  const lost: TranscriptRecord = {
    type: 'request-error',
    turn: 2,
    cause: { code: 'network', message: 'it broke off', retryable: true },
    bookedUsd: 2,
  };
  writeFileSync(path, formatRecord(turn(null, 0.75)) + formatRecord(end));
  expect(await readEarlierSpending(path)).toEqual({
    costUsd: null,
    bookedUsd: 0.75,
    lostRequests: { count: 0, mostUsd: 0 },
  });
  writeFileSync(path, formatRecord(turn(0.5)) + formatRecord(lost) + formatRecord(end));
  expect(await readEarlierSpending(path)).toEqual({
    costUsd: 0.5,
    bookedUsd: 2.5,
    lostRequests: { count: 1, mostUsd: 2 },
  });
});

test('a stranger’s transcript refills no budget and holds nobody up', async () => {
  const path = join(temporaryDirectory(), 'claude.transcript.jsonl');
  writeFileSync(path, `${JSON.stringify({ ...turn(0.5), costUsd: -1000 })}\n`);
  await expect(readEarlierSpending(path)).rejects.toThrow('line 1 of the transcript is no record of one');
  rmSync(path);
  execFileSync('mkfifo', [path]);
  await expect(readEarlierSpending(path)).rejects.toThrow(/no plain file/);
});
