import { basename, dirname } from 'node:path';
import { CancelledError } from '../errors.ts';
import { openEventJournal } from '../log.ts';
import { lockJob } from '../run/lock-job.ts';
import { makeFolder } from '../run/make-folder.ts';
import { nameJob } from '../run/run-job.ts';
import type { RunWork } from './run-context.ts';

/**
 * Works on a run under its lock, with every event also in its journal, a stage that runs by itself in one of its own. A run that the user stopped is marked
 * cancelled, one that fails failed; the next call continues both.
 */
export async function withRun<Work extends RunWork, T>(
  context: Work,
  work: (context: Work) => Promise<T>,
): Promise<T> {
  const { run, job = null } = context;
  const lock = await lockJob(run, job);
  const events = job === null ? run.file('events.jsonl') : run.file('jobs', `${nameJob(job)}.events.jsonl`);
  if (job !== null) await makeFolder(dirname(events));
  const journal = openEventJournal({
    path: events,
    now: context.clock.now,
    onError: (cause) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      void context.emit({ type: 'notice', level: 'warning', message: `events are not recorded: ${reason}` });
    },
  });
  const recorded: Work = {
    ...context,
    emit: async (event) => {
      journal.write(event);
      await context.emit(event);
    },
  };
  try {
    await context.manifest.update((manifest) => ({ ...manifest, status: null }));
    if (journal.wasTorn) {
      const message = `${basename(events)}: the last line was cut off when an earlier sitting was killed; it is ignored`;
      await recorded.emit({ type: 'notice', level: 'info', message });
    }
    const result = await work(recorded);
    await context.run.memory.flush();
    return result;
  } catch (cause) {
    const reason = context.signal.aborted ? context.signal.reason : cause;
    await markEnded(recorded, reason instanceof CancelledError ? 'cancelled' : 'failed');
    throw cause;
  } finally {
    journal.close();
    await lock.release();
  }
}

/** Adds what this sitting worked to the time of the run. */
export function addWorkTime({ manifest, clock, startedAt }: RunWork): Promise<void> {
  return manifest.update((content) => ({
    ...content,
    wallClockMs: content.wallClockMs + clock.now() - startedAt,
  }));
}

/** What ended the run counts, also when the mark itself cannot be written: the run then looks like a killed one. */
async function markEnded(context: RunWork, status: 'cancelled' | 'failed'): Promise<void> {
  const marked = context.manifest.update((manifest) => ({
    ...manifest,
    status,
    wallClockMs: manifest.wallClockMs + context.clock.now() - context.startedAt,
  }));
  await marked.catch((cause: unknown) =>
    context.emit({ type: 'notice', level: 'warning', message: `run.json is out of date: ${String(cause)}` }),
  );
  await context.emit({ type: 'run-end', status });
}
