import { Consolidation } from '../domain/consolidation.ts';
import { digest } from '../run/digest.ts';
import { readArtifact } from '../run/read-artifact.ts';
import type { Assign, WrittenConsolidation } from './consolidation-assignment.ts';
import { type RunContext, recordUnit } from './run-context.ts';

const name = 'consolidation.json';

export function transcriptFile({ run }: Pick<RunContext, 'run'>): string {
  return run.file('reconcile', 'consolidation.transcript.jsonl');
}

/** What an earlier sitting came to, when another session on the same figures would not do better; else null. */
export async function findConsolidation(context: RunContext, assign: Assign): Promise<Consolidation | null> {
  const path = context.run.file('reconcile', name);
  const lookup = await readArtifact({ path, schema: Consolidation, version: 1, memory: context.run.memory });
  if (lookup.outcome === 'absent' || lookup.value.inputDigest === undefined) return null;
  const writer = context.reviewers.find(({ id }) => id === lookup.value.writer);
  if (writer?.type !== 'model') return null;
  const consolidation = lookup.value;
  const wanted = finishedDigest(context, { consolidation, writer, assignment: await assign(writer) });
  return wanted === consolidation.inputDigest ? consolidation : null;
}

/** Writes `reconcile/consolidation.json`; what need not be written again is recorded as a unit of the run. */
export async function keepConsolidation(context: RunContext, written: WrittenConsolidation): Promise<void> {
  const inputDigest = finishedDigest(context, written);
  const { consolidation } = written;
  const kept = inputDigest === null ? consolidation : { ...consolidation, inputDigest };
  await context.run.memory.write(context.run.file('reconcile', name), `${JSON.stringify(kept, null, 2)}\n`);
  if (inputDigest !== null) await recordUnit(context, `reconcile/${name}`, inputDigest);
}

/** Under which digest a session counts as finished; null for one that is to be held again. */
function finishedDigest(
  { toolVersion, config }: RunContext,
  { consolidation, writer, assignment }: WrittenConsolidation,
): string | null {
  const { status } = consolidation.session;
  const asked = digest(toolVersion, writer, assignment.brief);
  if (status === 'completed') return asked;
  if (status !== 'partial') return null;
  const { budget, maxTokens } = config;
  return digest(asked, [budget.usd, budget.reviewerMinutes, maxTokens.get(writer.id) ?? null]);
}
