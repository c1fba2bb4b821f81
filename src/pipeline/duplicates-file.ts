import { readdir } from 'node:fs/promises';
import type { Change } from '../domain/change.ts';
import { noLostRequests, sumLostRequests, sumUsd } from '../domain/cost.ts';
import { Duplicates, type DuplicatesBatch } from '../domain/duplicates.ts';
import type { HeldSession } from '../domain/held-session.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import type { PairBatch } from '../reconcile/batch-pairs.ts';
import { digest } from '../run/digest.ts';
import { readArtifact } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import { readEarlierSpending } from './earlier-spending.ts';
import { type RunContext, recordUnit } from './run-context.ts';

export const noDuplicates: Duplicates = {
  schemaVersion: 1,
  batches: [],
  unasked: [],
  abandoned: { costUsd: 0, lostRequests: noLostRequests },
};

/** `reconcile/duplicates.json` of a run; one that has none asked nobody. */
export async function readDuplicatesFile(run: RunDirectory): Promise<Duplicates> {
  const path = run.file('reconcile', 'duplicates.json');
  const lookup = await readArtifact({ path, schema: Duplicates, version: 1, memory: run.memory });
  return lookup.outcome === 'absent' ? noDuplicates : lookup.value;
}

/** Writes it; sessions that need not be held again are recorded as one unit of the run. */
export async function writeDuplicatesFile(context: RunContext, duplicates: Duplicates): Promise<void> {
  const { run } = context;
  await run.memory.write(
    run.file('reconcile', 'duplicates.json'),
    `${JSON.stringify(duplicates, null, 2)}\n`,
  );
  const finished = duplicates.batches.flatMap(({ inputDigest }) => inputDigest ?? []);
  if (finished.length > 0) await recordUnit(context, 'reconcile/duplicates.json', digest(finished));
}

/** `duplicates-1`: what a session's transcript is named. */
export function sessionFile(batch: number): string {
  return `duplicates-${batch}`;
}

export function duplicatesTranscript({ run }: Pick<RunContext, 'run'>, batch: number): string {
  return run.file('reconcile', `${sessionFile(batch)}.transcript.jsonl`);
}

/** Under which digest a session counts as finished, whoever was asked; null for one that is to be held again. */
export function finishedDigest(
  context: RunContext,
  input: { change: Change; batch: PairBatch; asked: Pick<ModelReviewer, 'id'>; held: HeldSession },
): string | null {
  const { toolVersion, config } = context;
  const { change, batch, asked, held } = input;
  const question = digest(toolVersion, change, batch, config.egress);
  if (held.status === 'completed') return question;
  if (held.status !== 'partial') return null;
  const { budget, maxTokens } = config;
  return digest(question, asked.id, [budget.usd, budget.reviewerMinutes, maxTokens.get(asked.id) ?? null]);
}

/** Numbers of all sessions that any sitting of the run began. */
export async function listSessionNumbers({ run }: Pick<RunContext, 'run'>): Promise<number[]> {
  const names = await readdir(run.file('reconcile')).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  });
  const numbers = names.flatMap((name) => {
    const number = /^duplicates-(\d{1,6})\.transcript(?:\.\d+)?\.jsonl$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** What sessions of earlier sittings cost that are not among these any more. */
export async function sumAbandoned(
  context: RunContext,
  batches: readonly DuplicatesBatch[],
): Promise<Duplicates['abandoned']> {
  const kept = new Set(batches.map(({ session }) => session.batch));
  const gone = (await listSessionNumbers(context)).filter((number) => !kept.has(number));
  const spent = await Promise.all(
    gone.map((number) => readEarlierSpending(duplicatesTranscript(context, number))),
  );
  return {
    costUsd: sumUsd(spent.map(({ costUsd }) => costUsd)),
    lostRequests: sumLostRequests(spent.map(({ lostRequests }) => lostRequests)),
  };
}
