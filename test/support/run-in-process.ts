import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../src/config.ts';
import { Clusters } from '../../src/domain/cluster.ts';
import type { RunEvent } from '../../src/domain/event.ts';
import { Report } from '../../src/domain/report.ts';
import {
  type PipelineDependencies,
  type ReviewOptions,
  type ReviewOutcome,
  runReview,
} from '../../src/pipeline.ts';
import { serverVariables } from '../demo/recorded-sessions.ts';
import type { JournalEntry } from '../servers/model/journal.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import type { ModelScript } from '../servers/model/script.ts';
import type { ChallengedChange } from './challenged-change.ts';

export interface InProcessRun {
  outcome: ReviewOutcome;
  runDir: string;
  report: Report;
  clusters: Clusters;
  entries: readonly JournalEntry[];
  events: readonly RunEvent[];
}

export interface InProcessInput {
  change: ChallengedChange;
  /** null: there is no server, and no key. */
  script: ModelScript | null;
  out: string;
  options?: Partial<Omit<ReviewOptions, 'flags'>>;
  reviewers?: readonly string[];
  maxCost?: number;
  signal?: AbortSignal;
  /** Milliseconds that the run's clock is ahead; asked each time. */
  aheadMs?: () => number;
  onEvent?: (event: RunEvent) => void;
}

/** A whole run of the pipeline in this process, with the default reviewers' models on a server of ours. */
export async function runInProcess(input: InProcessInput): Promise<InProcessRun> {
  const { script } = input;
  const server = script === null ? null : await startModelServer({ script });
  const events: RunEvent[] = [];
  try {
    const outcome = await runReview(optionsOf(input), {
      ...dependenciesOf(input, server?.url ?? null),
      emit: (event) => {
        events.push(event);
        input.onEvent?.(event);
      },
    });
    const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
    return {
      outcome,
      runDir: outcome.runDir,
      report: Report.parse(read(outcome.files.json)),
      clusters: Clusters.parse(read(join(outcome.runDir, 'reconcile', 'clusters.json'))),
      entries: server?.journal.entries ?? [],
      events,
    };
  } finally {
    await server?.close();
  }
}

type OptionsInput = Pick<InProcessInput, 'change' | 'out' | 'options' | 'reviewers' | 'maxCost'>;

export function optionsOf({ change, out, options = {}, reviewers, maxCost }: OptionsInput): ReviewOptions {
  return {
    workingDirectory: change.repository.directory,
    target: { kind: 'range', range: change.range },
    flags: {
      reviewers: reviewers ?? ['claude', 'codex', 'gemini'],
      models: new Map(),
      efforts: new Map(),
      failOn: 'never',
      ...(maxCost === undefined ? {} : { budget: { usd: maxCost, minutes: null } }),
    },
    configPath: null,
    withoutConfig: options.configPath === undefined,
    sarif: [],
    out,
    fresh: false,
    from: null,
    replay: null,
    notices: [],
    ...options,
  };
}

/** Without the address of a model server there is no key. */
export function dependenciesOf(
  { change, signal, aheadMs = () => 0 }: Pick<InProcessInput, 'change' | 'signal' | 'aheadMs'>,
  url: string | null,
): PipelineDependencies {
  return {
    environment: readEnvironment({
      HOME: change.repository.scratch,
      XDG_CACHE_HOME: join(change.repository.scratch, 'cache'),
      PATH: process.env.PATH,
      ...(url === null ? {} : serverVariables(url)),
    }),
    emit: () => {},
    signal: signal ?? new AbortController().signal,
    clock: { now: () => performance.now() + aheadMs(), date: () => new Date() },
  };
}
