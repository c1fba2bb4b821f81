import type { Change } from '../domain/change.ts';
import type { FindingClaim } from '../domain/finding.ts';
import { guardSource } from '../domain/guard.ts';
import { Review } from '../domain/review.ts';
import { isDone } from '../domain/run-outcome.ts';
import { InternalError } from '../errors.ts';
import type { GuardFinding } from '../guard/write-claims.ts';
import { type ProgramFindings, runProgram } from '../review/run-program.ts';
import { digest } from '../run/digest.ts';
import { readArtifact } from '../run/read-artifact.ts';
import type { RunContext } from './run-context.ts';
import { readPatch } from './stage-collect.ts';

/** `review/guard.json`: what the guard says of the change. Made in every run, whoever reviews; needs no key. */
export async function guardReview(context: RunContext, change: Change, again: boolean): Promise<void> {
  const inputDigest = digest(context.toolVersion, change);
  const found = again ? null : await readKept(context);
  if (found !== null && isDone(found) && found.inputDigest === inputDigest) return;
  const known = new Map<FindingClaim, GuardFinding>();
  const review = await runProgram({
    reviewer: guardSource,
    produce: async (signal) => {
      const { runGuard } = await import('../guard/run-guard.ts');
      const patch = await readPatch(context);
      const output = await runGuard({ change, patch, repository: context.repository, signal });
      for (const finding of output.findings) known.set(finding.claim, finding);
      return toProgramFindings(output);
    },
    check: async (claim) => {
      const finding = known.get(claim);
      if (finding === undefined) throw new InternalError('the guard has no place for its own finding');
      return finding;
    },
    signal: context.signal,
    emit: context.emit,
    clock: context.clock,
  });
  if (review.status !== 'completed' && !context.signal.aborted)
    await context.emit({
      type: 'notice',
      level: 'warning',
      message: `the guard did not come to its end: ${review.cause?.message ?? review.status}`,
    });
  const kept = { ...review, inputDigest };
  await context.run.memory.write(guardFile(context), `${JSON.stringify(kept, null, 2)}\n`);
}

/** As `guardReview`, where no guard looked at this change yet: reviewers that ran apart had none beside them. */
export async function requireGuard(context: RunContext, change: Change): Promise<void> {
  const found = await readKept(context);
  if (found?.inputDigest !== digest(context.toolVersion, change)) await guardReview(context, change, true);
}

/** What the guard found in this run; null when no version that has one made it. */
export async function readGuard(context: RunContext): Promise<Review | null> {
  const review = await readKept(context);
  if (review === null) return null;
  const { inputDigest: _, ...rest } = review;
  return rest;
}

async function readKept(context: RunContext): Promise<Review | null> {
  const lookup = await readArtifact({
    path: guardFile(context),
    memory: context.run.memory,
    schema: Review,
    version: 1,
  });
  return lookup.outcome === 'absent' ? null : lookup.value;
}

function guardFile(context: RunContext): string {
  return context.run.file('review', `${guardSource.id}.json`);
}

function toProgramFindings(output: {
  findings: readonly GuardFinding[];
  filesRead: string[];
  leftOut: number;
}): ProgramFindings {
  const { findings, filesRead, leftOut } = output;
  const more = leftOut === 0 ? '' : ` ${leftOut} more findings were left out.`;
  return {
    claims: findings.map(({ claim }) => claim),
    filesRead,
    finish: {
      summary: `Looked for what is hidden in the change and for what speaks to reviewers: ${findings.length} findings.${more}`,
      designObservations: [],
      testing: '',
      documentation: '',
      commits: '',
      acknowledged: [],
      unresolvedFeedback: [],
      coverage: [],
      contextUpdates: [],
    },
  };
}
