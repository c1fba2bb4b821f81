import { Change } from '../domain/change.ts';
import { readArtifact } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';

/**
 * The change as a run that is continued has it: what people and CI have said since, its reviewers were not told, and
 * what they said without it is paid. What git says of the change is the same, for its commits are.
 */
export async function keepForgeFacts(run: RunDirectory, change: Change): Promise<Change> {
  if (change.pullRequest === null) return change;
  const path = run.file('collect', 'change.json');
  const lookup = await readArtifact({ path, schema: Change, version: 1 });
  if (lookup.outcome === 'absent' || lookup.value.pullRequest === null) return change;
  const { linked: _linked, notices: _notices, decided: _decided, ...ofGit } = change;
  const { branch, base, head, pullRequest, comments, checkRuns, linked, notices, decided } = lookup.value;
  return {
    ...ofGit,
    branch,
    base,
    head,
    pullRequest,
    comments,
    checkRuns,
    ...(linked === undefined ? {} : { linked }),
    ...(decided === undefined ? {} : { decided }),
    ...(notices === undefined ? {} : { notices }),
  };
}
