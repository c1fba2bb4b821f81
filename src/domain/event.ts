import type { Cause } from './cause.ts';
import type { CheckAnnotation } from './publication.ts';
import type { ReviewerId } from './reviewer.ts';
import type { ReviewStatus, RunStatus, Severity } from './vocabulary.ts';

export type StageName = 'collect' | 'review' | 'reconcile' | 'verify' | 'render' | 'publish';

export const stageNames: readonly StageName[] = [
  'collect',
  'review',
  'reconcile',
  'verify',
  'render',
  'publish',
];

/**
 * What happens during a run. Written to `events.jsonl` and shown on stderr. Names are noun-action;
 * `atMs` is milliseconds since the run's start on a monotonic clock.
 */
export type RunEvent =
  | { type: 'run-start'; runId: string; target: string; resumed: boolean }
  | { type: 'run-end'; status: RunStatus }
  | { type: 'stage-start'; stage: StageName }
  | { type: 'stage-end'; stage: StageName; durationMs: number; reused: boolean }
  | { type: 'reviewer-start'; reviewer: ReviewerId }
  | {
      type: 'reviewer-progress';
      reviewer: ReviewerId;
      turn: number;
      toolCalls: number;
      inputTokens: number | null;
      outputTokens: number | null;
      costUsd: number | null;
      activity: string;
    }
  | {
      type: 'reviewer-end';
      reviewer: ReviewerId;
      status: ReviewStatus;
      cause: Cause | null;
      findings: number;
      /** Of these, taken back by the reviewer itself. */
      withdrawn: number;
    }
  | {
      type: 'finding-report';
      reviewer: ReviewerId;
      id: string;
      severity: Severity;
      title: string;
      outcome: 'stands' | 're-anchored' | 'stands-in-text' | 'refused';
    }
  | { type: 'finding-withdraw'; reviewer: ReviewerId; id: string; reason: string }
  /** Shown by a runner of CI beside the line, where nothing could be posted there. */
  | { type: 'annotation'; annotation: CheckAnnotation }
  | { type: 'notice'; level: 'info' | 'warning'; message: string };

/** Receives events. Must not throw; awaited by those who emit. */
export type Emit = (event: RunEvent) => void | Promise<void>;
