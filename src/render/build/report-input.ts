import type { Change } from '../../domain/change.ts';
import type { Clusters } from '../../domain/cluster.ts';
import type { SettledFinding } from '../../domain/earlier-outcome.ts';
import type { Ledger } from '../../domain/ledger.ts';
import type { ReportProse } from '../../domain/prose.ts';
import type { Report } from '../../domain/report.ts';
import type { Review } from '../../domain/review.ts';
import type { ReviewerId } from '../../domain/reviewer.ts';
import type { RoundMatch } from '../../domain/round-match.ts';
import type { Verdicts } from '../../domain/verdict.ts';

export interface ReportInput {
  toolVersion: string;
  run: Report['run'];
  change: Change;
  /** In the run's order of reviewers, one each. */
  reviews: readonly Review[];
  /** What the guard found, which is no reviewer; null or absent when it did not run. */
  guard?: Review | null;
  /** What reviewers were told, as the report says it; absent where it is not known. */
  instructions?: Report['instructions'];
  clusters: Clusters;
  verdicts: Verdicts;
  ledger: Ledger;
  /** Cluster id → name of the enclosing function or type; a cluster without an entry has none. */
  symbols: ReadonlyMap<string, string>;
  /** What a model wrote, and who it was. null: every sentence is computed. */
  prose: (ReportProse & { writer: ReviewerId }) | null;
  /** Clusters that earlier rounds raised: their names live on. Absent: none. */
  roundMatches?: readonly RoundMatch[];
  /** What became of the findings of earlier rounds. Absent: none is known. */
  earlierFindings?: readonly SettledFinding[];
  /** What people did about the findings. Absent or null: nothing yet. */
  resolution?: Report['resolution'];
}
