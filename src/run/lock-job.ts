import { listFolder } from './list-folder.ts';
import { makeFolder } from './make-folder.ts';
import type { RunDirectory } from './run-directory.ts';
import { type JobName, nameJob } from './run-job.ts';
import { lockRun, type RunLock, requireUnlocked } from './run-lock.ts';

/**
 * Locks a run for one job, null for a whole review. Single reviewers may be at work beside each other; everything else
 * is alone. Whoever is in the way is named in a `RunDirectoryError`.
 */
export async function lockJob(run: RunDirectory, job: JobName | null): Promise<RunLock> {
  const whole = run.file('run.lock');
  if (job === null || job.reviewer === null) {
    const lock = await lockRun(whole);
    return refuseIf(lock, async () => {
      for (const path of await reviewerLocks(run)) await requireUnlocked(path);
    });
  }
  await makeFolder(run.file('jobs'));
  const lock = await lockRun(run.file('jobs', `${nameJob(job)}.lock`));
  return refuseIf(lock, () => requireUnlocked(whole));
}

/** Both sides take their own lock first and look at the other's then: of two that meet, at least one gives way. */
async function refuseIf(lock: RunLock, look: () => Promise<void>): Promise<RunLock> {
  try {
    await look();
    return lock;
  } catch (cause) {
    await lock.release();
    throw cause;
  }
}

async function reviewerLocks(run: RunDirectory): Promise<string[]> {
  const names = await listFolder(run.file('jobs'));
  return names.filter((name) => name.endsWith('.lock')).map((name) => run.file('jobs', name));
}
