import { basename, dirname } from 'node:path';
import type { Question } from '../agent/challenge/question.ts';
import type { Change } from '../domain/change.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import { ExaminedBatch } from '../domain/verdict.ts';
import { digest } from '../run/digest.ts';
import { listFolder } from '../run/list-folder.ts';
import { readArtifact } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import type { ExaminerBatch } from '../verify/plan-challenge.ts';
import { type RunContext, recordUnit } from './run-context.ts';

/** `codex-1`: what a session's files are named. */
export function batchFile({
  examiner,
  batch,
}: Pick<ExaminerBatch, 'batch'> & { examiner: Pick<ModelReviewer, 'id'> }): string {
  return `${examiner.id}-${batch}`;
}

export function transcriptFile(
  context: Pick<RunContext, 'run'>,
  batch: Pick<ExaminerBatch, 'batch'> & { examiner: Pick<ModelReviewer, 'id'> },
): string {
  return context.run.file('verify', `${batchFile(batch)}.transcript.jsonl`);
}

/** A session of an earlier sitting on the same questions that is as good as another one would be; else null. */
export async function findExamined(
  context: RunContext,
  change: Change,
  batch: ExaminerBatch,
): Promise<ExaminedBatch | null> {
  const path = context.run.file('verify', `${batchFile(batch)}.json`);
  const lookup = await readArtifact({
    path,
    schema: ExaminedBatch,
    version: 1,
    memory: context.run.memory,
  });
  if (lookup.outcome === 'absent') return null;
  const wanted = finishedDigest(context, change, batch, lookup.value);
  return wanted !== null && lookup.value.inputDigest === wanted ? lookup.value : null;
}

/** `verify/<examiner>-<batch>.json`; a session that need not be held again is recorded as a unit of the run. */
export async function keepExamined(
  context: RunContext,
  change: Change,
  batch: ExaminerBatch,
  examined: ExaminedBatch,
): Promise<void> {
  const inputDigest = finishedDigest(context, change, batch, examined);
  const questions = batch.questions.map((one) => ({ cluster: one.cluster, digest: questionDigest(one) }));
  const kept = { ...examined, questions, ...(inputDigest === null ? {} : { inputDigest }) };
  const name = `${batchFile(batch)}.json`;
  await context.run.memory.write(context.run.file('verify', name), `${JSON.stringify(kept, null, 2)}\n`);
  if (inputDigest !== null) await recordUnit(context, `verify/${name}`, inputDigest);
}

/** The same claim, whatever its number in a session and the number of its cluster. */
export function questionDigest({ statement, locations, quote, absent, scenario }: Question): string {
  return digest(statement, locations, quote, absent, scenario);
}

/** All sessions of examiners that the run has a file of, by examiner and number. */
export async function readExamined(
  run: RunDirectory,
  examiners: readonly ModelReviewer[],
): Promise<ExaminedBatch[]> {
  const names = [...(await listFolder(run.file('verify'))), ...namesInMemory(run)];
  const found: ExaminedBatch[] = [];
  for (const { id } of examiners) {
    const numbers = names.flatMap((name) => {
      const [, examiner, number] = /^(.+)-(\d{1,4})\.json$/.exec(name) ?? [];
      return examiner === id ? [Number(number)] : [];
    });
    for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
      const path = run.file('verify', `${id}-${number}.json`);
      const lookup = await readArtifact({ path, schema: ExaminedBatch, version: 1, memory: run.memory });
      if (lookup.outcome === 'found') found.push(lookup.value);
    }
  }
  return found;
}

/** What the disk would not take. */
function namesInMemory({ memory, file }: RunDirectory): string[] {
  const folder = file('verify');
  return [...memory.files.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path));
}

/** Under which digest a session counts as finished; null for one that is to be held again. */
function finishedDigest(
  context: RunContext,
  change: Change,
  batch: ExaminerBatch,
  { session }: ExaminedBatch,
): string | null {
  const { toolVersion, config } = context;
  const asked = digest(toolVersion, change, batch.examiner, batch.questions, config.egress);
  if (session.status === 'completed') return asked;
  if (session.status !== 'partial') return null;
  const { budget, maxTokens } = config;
  return digest(asked, [budget.usd, budget.reviewerMinutes, maxTokens.get(batch.examiner.id) ?? null]);
}
