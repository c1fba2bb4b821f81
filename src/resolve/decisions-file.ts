import { commitOf, Decisions } from '../domain/decisions.ts';
import { RunDirectoryError } from '../errors.ts';
import { readArtifact, readPlainFile } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import { isSealedContent, sealContent } from '../run/run-seal.ts';
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

/** Writes the file whole or not at all, and remembers that this user's program did. */
export async function writeDecisions(
  run: RunDirectory,
  decisions: Decisions,
  cacheDirectory: string,
): Promise<void> {
  const content = `${JSON.stringify(decisions, null, 2)}\n`;
  await writeFileAtomically(decisionsFile(run), content);
  await sealContent(run, { name: 'decisions', content }, cacheDirectory);
}

/**
 * Refuses decisions that this user did not take down here, or that were changed since: a branch that is checked out can
 * bring a file into a run's folder, and what it declines would be silenced. No file is fine.
 */
export async function requireOwnDecisions(run: RunDirectory, cacheDirectory: string): Promise<void> {
  const path = decisionsFile(run);
  const content = await readPlainFile(path);
  if (content === null || (await isSealedContent(run, { name: 'decisions', content }, cacheDirectory)))
    return;
  throw new RunDirectoryError(`${path} is not as this program wrote it`, {
    hint: 'read it; if it is yours, move it away and take it with "resolve RUN --from FILE"',
  });
}

export function decisionsFile(run: RunDirectory): string {
  return run.file('resolve', 'decisions.json');
}
