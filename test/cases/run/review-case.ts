import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../../src/config.ts';
import { Report } from '../../../src/domain/report.ts';
import { runReview } from '../../../src/pipeline.ts';
import { requireSoundRetro } from '../../support/check-retro.ts';
import type { GeneratedCase } from '../generate/create-case.ts';

export interface ReviewCaseInput {
  generated: GeneratedCase;
  reviewers: readonly string[];
  /** Set over this process's environment. */
  variables: Readonly<Record<string, string>>;
  /** Folder for this run's report and cache. */
  folder: string;
  notices: readonly string[];
  signal: AbortSignal;
}

export interface CaseReview {
  report: Report;
  /** The run directory. */
  runDir: string;
}

/** One run of the whole pipeline over a case, as a user would start it in a clone without configuration. */
export async function reviewCase(input: ReviewCaseInput): Promise<CaseReview> {
  const { generated, folder } = input;
  const outcome = await runReview(
    {
      workingDirectory: generated.path,
      target: { kind: 'range', range: `main..${generated.branch}` },
      flags: { reviewers: [...input.reviewers], models: new Map(), efforts: new Map(), failOn: 'never' },
      configPath: null,
      withoutConfig: true,
      sarif: [],
      out: join(folder, 'reports'),
      fresh: true,
      from: null,
      notices: input.notices,
      replay: null,
    },
    {
      environment: readEnvironment({
        ...process.env,
        ...input.variables,
        XDG_CACHE_HOME: join(folder, 'cache'),
      }),
      emit: () => undefined,
      signal: input.signal,
      clock: { now: () => performance.now(), date: () => new Date() },
    },
  );
  const report = Report.parse(JSON.parse(readFileSync(outcome.files.json, 'utf8')));
  requireSoundRetro(report, outcome.runDir);
  return { report, runDir: outcome.runDir };
}
