import { join } from 'node:path';
import { readEnvironment } from '../../src/config.ts';
import type { Emit } from '../../src/domain/event.ts';
import { type ReviewOutcome, runReview } from '../../src/pipeline.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import { createSampleRepository } from '../support/sample-repository.ts';
import { demoReviewers, recordedNotice, recordedSessions, serverVariables } from './recorded-sessions.ts';

export interface ReviewSampleInput {
  /** An empty folder for the sample repository and what the tool keeps of it. */
  folder: string;
  /** Where the run goes. */
  out: string;
  clock: { now(): number; date(): Date };
  /** Said on the report's face beside that the sessions are recorded. */
  notices?: readonly string[];
  emit: Emit;
  signal: AbortSignal;
}

/** Reviews the sample repository with the recorded sessions of three models and the built-in checks, offline. */
export async function reviewSample(
  input: ReviewSampleInput,
): Promise<{ outcome: ReviewOutcome; repository: string }> {
  const { folder, out, clock, notices = [], emit, signal } = input;
  const server = await startModelServer({ script: recordedSessions() });
  try {
    const sample = createSampleRepository(join(folder, 'berth'));
    const outcome = await runReview(
      {
        workingDirectory: sample.path,
        target: { kind: 'range', range: 'main..keep-alive' },
        flags: { reviewers: demoReviewers, models: new Map(), efforts: new Map(), failOn: 'never' },
        configPath: null,
        withoutConfig: true,
        sarif: [],
        out,
        fresh: true,
        from: null,
        notices: [recordedNotice, ...notices],
        replay: null,
      },
      {
        environment: readEnvironment({
          ...process.env,
          ...serverVariables(server.url),
          XDG_CACHE_HOME: join(folder, 'cache'),
        }),
        emit,
        signal,
        clock,
      },
    );
    return { outcome, repository: sample.path };
  } finally {
    await server.close();
  }
}
