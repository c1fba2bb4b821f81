import type { Config } from '../config.ts';
import type { Cause } from '../domain/cause.ts';
import { sumUsd } from '../domain/cost.ts';
import type { StageName } from '../domain/event.ts';
import type { ProgramReviewer, Reviewer } from '../domain/reviewer.ts';
import type { StageRecord } from '../domain/run.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import type { LanguageModel } from '../provider/language-model.ts';
import type { ProgramFindings } from '../review/run-program.ts';
import { digest } from '../run/digest.ts';
import type { ManifestFile } from '../run/manifest-file.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import type { JobName } from '../run/run-job.ts';
import type { PipelineDependencies } from './options.ts';

/** What it takes to work on a run's directory at all. */
export interface RunWork extends PipelineDependencies {
  run: RunDirectory;
  manifest: ManifestFile;
  startedAt: number;
  /** The stage that runs by itself; absent for a whole review, and for `collect`, which begins a run. */
  job?: JobName;
}

/** Everything a stage of one run works with. */
export interface RunContext extends RunWork {
  config: Config;
  repository: LocalRepository;
  reviewers: readonly Reviewer[];
  /** Findings read from SARIF files, by reviewer id. */
  sarif: ReadonlyMap<string, SarifSource>;
  notices: readonly string[];
  /** Recorded models that answer instead of real ones, and the day whose prices count; null for a run of its own. */
  replay: {
    models: ReadonlyMap<string, LanguageModel>;
    /** Of all other sessions, by folder and name: `verify/<examiner>-<batch>`, `reconcile/duplicates-<batch>`, … */
    sessions: ReadonlyMap<string, LanguageModel>;
    /** What each of them was told first. */
    questions: ReadonlyMap<string, string>;
    date: Date;
  } | null;
  toolVersion: string;
  /** Folder of the installed package. */
  packageDirectory: string;
}

export interface SarifSource {
  reviewer: ProgramReviewer;
  findings: ProgramFindings;
  /** SHA-256 of the file and the run's number in it. */
  digest: string;
}

/** Adds up what a stage cost. */
export class StageBill {
  private readonly amounts: (number | null)[] = [];

  /** USD; null when a part of it is unknown. */
  get costUsd(): number | null {
    return sumUsd(this.amounts);
  }

  add(costUsd: number | null): void {
    this.amounts.push(costUsd);
  }
}

/**
 * Runs a stage between its events and writes its record, also when it fails; `causeOf` tells from its result why it did
 * not come to its end.
 */
export async function recordStage<T>(
  context: RunWork,
  stage: StageName,
  inputs: readonly unknown[],
  work: (paid: StageBill) => Promise<T>,
  causeOf: (result: T) => Cause | null = () => null,
): Promise<T> {
  const paid = new StageBill();
  const started = context.clock.now();
  const record: StageRecord = {
    stage,
    status: 'running',
    inputDigest: digest(...inputs),
    startedAt: context.clock.date().toISOString(),
    durationMs: null,
    costUsd: null,
    cause: null,
  };
  await saveStage(context, record);
  await context.emit({ type: 'stage-start', stage });
  try {
    const result = await work(paid);
    const cause = causeOf(result);
    await saveStage(context, {
      ...record,
      status: cause === null ? 'completed' : 'failed',
      durationMs: context.clock.now() - started,
      costUsd: paid.costUsd,
      cause,
    });
    await context.emit({
      type: 'stage-end',
      stage,
      durationMs: context.clock.now() - started,
      reused: false,
    });
    return result;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    await saveStage(context, {
      ...record,
      status: 'failed',
      durationMs: context.clock.now() - started,
      costUsd: paid.costUsd,
      cause: { code: context.signal.aborted ? 'cancelled' : 'failed', message, retryable: true },
    });
    throw cause;
  }
}

/** Marks a unit of work as done under the digest of its inputs. */
export function recordUnit(context: RunContext, file: string, inputDigest: string): Promise<void> {
  return context.manifest.update((manifest) => ({
    ...manifest,
    units: { ...manifest.units, [file]: inputDigest },
  }));
}

function saveStage(context: RunWork, record: StageRecord): Promise<void> {
  return context.manifest.update((manifest) => ({
    ...manifest,
    stages: [...manifest.stages.filter((one) => one.stage !== record.stage), record],
  }));
}
