import type { BudgetFlags, Environment, ReviewerFlags } from '../config.ts';
import type { Emit, StageName } from '../domain/event.ts';
import type { PostTarget } from '../domain/publication.ts';
import type { FailOn } from '../domain/run-outcome.ts';
import type { ReviewTargetRequest } from '../forge/pull-request-target.ts';
import type { Clock } from '../review/run-program.ts';

export type { ReviewTargetRequest } from '../forge/pull-request-target.ts';
export type { Clock } from '../review/run-program.ts';

export interface ReviewOptions {
  workingDirectory: string;
  target: ReviewTargetRequest;
  /** What is written to the pull request; none or absent: nothing is written there. */
  post?: readonly PostTarget[];
  /** As in the Action: `publish.summary` and `publish.check` of the configuration take from `post`. */
  postAsConfigured?: boolean;
  flags: ReviewerFlags & { failOn: FailOn | null; budget?: BudgetFlags };
  /** Path given with `--config`, else null. */
  configPath: string | null;
  /** `--no-config`: neither the user's nor the repository's file is read. */
  withoutConfig: boolean;
  /** Paths of SARIF files. */
  sarif: readonly string[];
  /** null: `reports/` in the working directory. */
  out: string | null;
  fresh: boolean;
  /** A later round looks at the whole change as a first one does. Absent: no. */
  full?: boolean;
  /** Stage to start again from, on the newest run of the same target; null for none. */
  from: StageName | null;
  /** Directory of a recorded run whose models are to say again what they said; null for a run of its own. */
  replay: string | null;
  /** Said on the report's face, such as that its sessions were recorded. */
  notices: readonly string[];
}

export interface PipelineDependencies {
  environment: Environment;
  emit: Emit;
  signal: AbortSignal;
  clock: Clock;
}
