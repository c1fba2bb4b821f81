import type { HeldSession } from '../domain/held-session.ts';
import type { Report } from '../domain/report.ts';
import type { RunManifest } from '../domain/run.ts';
import type { WorkSession } from '../domain/run-time.ts';

/** A session as it is kept, with what it was held for and by whom. */
export type TimedSession = Pick<WorkSession, 'work' | 'reviewer'> &
  Pick<HeldSession, 'status' | 'startedAt' | 'durationMs'>;

/** When the stages and the sessions that are no reviews were worked on, for the report's timeline. */
export function listRunTimes(
  { stages }: Pick<RunManifest, 'stages'>,
  sessions: readonly TimedSession[],
): Required<Pick<Report['run'], 'stages' | 'sessions'>> {
  return {
    stages: stages.flatMap(({ stage, startedAt, durationMs }) =>
      durationMs === null || stage === 'render' || stage === 'publish'
        ? []
        : [{ stage, startedAt, durationMs }],
    ),
    sessions: sessions.map(({ work, reviewer, status, startedAt, durationMs }) => ({
      work,
      reviewer,
      status,
      startedAt,
      durationMs,
    })),
  };
}
