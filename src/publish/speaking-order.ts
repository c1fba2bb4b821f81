import type { ObjectId } from '../domain/change.ts';
import type { Publication } from '../domain/publication.ts';

/** A run as a summary comment names it. */
export interface Speaker {
  run: Publication['run'];
  /** The head that it reviewed. */
  head: ObjectId;
}

/**
 * Negative where `a` speaks before `b`, whose word then stands. A run that reviewed today's head speaks after one that
 * did not, whenever it started: an old run that is started again says nothing about the new code. Then the later start
 * counts, and the id where both started at once. Of one run the report speaks last that was made anew more often; 0 for
 * the same.
 */
export function compareSpeakers(a: Speaker, b: Speaker, today: ObjectId): number {
  const current = Number(a.head === today) - Number(b.head === today);
  if (current !== 0) return current;
  const [startA, startB] = [startOf(a), startOf(b)];
  if (startA !== startB) return startA < startB ? -1 : 1;
  if (a.run.id === b.run.id) return (a.run.looks ?? 0) - (b.run.looks ?? 0);
  return a.run.id < b.run.id ? -1 : 1;
}

/** A start that is no time is before all others. */
function startOf({ run }: Speaker): number {
  const start = Date.parse(run.startedAt);
  return Number.isNaN(start) ? Number.NEGATIVE_INFINITY : start;
}
