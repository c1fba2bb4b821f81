import { openEventJournal } from '../log.ts';
import { lockRun } from '../run/run-lock.ts';
import type { RunContext } from './run-context.ts';

/**
 * Works on a run under its lock, with every event also in its journal. A run that is stopped is marked cancelled; one
 * that fails keeps no final status, so that the next call continues it.
 */
export async function withRun<T>(context: RunContext, work: (context: RunContext) => Promise<T>): Promise<T> {
  const lock = await lockRun(context.run.file('run.lock'));
  const journal = openEventJournal({
    path: context.run.file('events.jsonl'),
    now: context.clock.now,
    onError: (cause) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      void context.emit({ type: 'notice', level: 'warning', message: `events are not recorded: ${reason}` });
    },
  });
  const recorded: RunContext = {
    ...context,
    emit: async (event) => {
      journal.write(event);
      await context.emit(event);
    },
  };
  try {
    await context.manifest.update((manifest) => ({ ...manifest, status: null }));
    return await work(recorded);
  } catch (cause) {
    if (context.signal.aborted) await markCancelled(recorded);
    throw cause;
  } finally {
    journal.close();
    await lock.release();
  }
}

async function markCancelled(context: RunContext): Promise<void> {
  await context.manifest.update((manifest) => ({
    ...manifest,
    status: 'cancelled',
    wallClockMs: manifest.wallClockMs + context.clock.now() - context.startedAt,
  }));
  await context.emit({ type: 'run-end', status: 'cancelled' });
}
