import { commitOf, Decisions } from '../domain/decisions.ts';
import { RunDirectoryError } from '../errors.ts';
import { readArtifact } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import { writeFileAtomically } from '../run/write-file.ts';

const noDecisions: Decisions = { schemaVersion: 1, decisions: [] };

/** What was decided on a run's findings so far; nothing where its file is proved not to exist. */
export async function readDecisions(run: RunDirectory): Promise<Decisions> {
  const path = decisionsFile(run);
  const lookup = await readArtifact({ path, schema: Decisions, version: 1 });
  if (lookup.outcome === 'absent') return noDecisions;
  for (const { finding, commit, decidedAt } of lookup.value.decisions) {
    const isWhole = commit === null || commitOf({ commit }) !== null;
    if (isWhole && decidedAt !== undefined) continue;
    const missing = isWhole ? 'does not say when' : `names no whole commit: ${commit}`;
    throw new RunDirectoryError(`${path}: the decision on ${finding} ${missing}`, {
      hint: 'mend the file, or remove it and decide again',
    });
  }
  return lookup.value;
}

/** Writes the file whole or not at all. */
export function writeDecisions(run: RunDirectory, decisions: Decisions): Promise<void> {
  return writeFileAtomically(decisionsFile(run), `${JSON.stringify(decisions, null, 2)}\n`);
}

export function decisionsFile(run: RunDirectory): string {
  return run.file('resolve', 'decisions.json');
}
