import { type LostRequests, noLostRequests } from '../domain/cost.ts';
import { countHandedIn, wordHandedIn } from '../domain/handed-in.ts';
import type { PublishReceipt } from '../domain/publication.ts';
import type { Report } from '../domain/report.ts';
import { decideExitCode, type FailOn, isStoppedByLimit } from '../domain/run-outcome.ts';
import { makeLogLine } from '../log/log-line.ts';
import { wordCost } from '../render/text/word-cost.ts';
import type { RunDirectory } from '../run/run-directory.ts';

/** What a review came to: printed as JSON by `--json`, in a few lines otherwise. */
export interface ReviewOutcome {
  status: Report['run']['status'];
  title: string;
  /** Absolute path of the run directory. */
  runDir: string;
  recommendation: Report['recommendation'];
  counts: Report['counts'];
  reviewers: {
    id: string;
    status: string;
    /** Why it did not complete, as a stable word (`run-deadline`) and in words; null when it did. */
    code: string | null;
    cause: string | null;
    /** What it handed in, also when it was stopped. */
    findings: number;
    /** Of these, taken back by the reviewer itself. */
    withdrawn: number;
  }[];
  /** Ids of the reviewers that the run's own budget or time stopped; with any, the exit code is 3 or 4. */
  stopped: string[];
  quorum: Report['run']['quorum'];
  ledger: { raw: number; accounted: number };
  /** Sum of all paid calls; null when a part of it is unknown. */
  costUsd: number | null;
  /** Part of `costUsd`, by stage. */
  stageCosts: Report['run']['stageCosts'];
  /** Not part of it: requests that broke off and may be on the bill. */
  lostRequests: Report['run']['lostRequests'];
  /** Only of a replay: tool answers that differ from the recorded ones. */
  differences?: readonly { reviewer: string; turn: number; callId: string; tool: string }[];
  /** Absolute paths of the renderings. */
  files: { json: string; html: string; markdown: string; summary: string; sarif: string };
  /** Only where the report was to be posted: what stands where. */
  receipt?: PublishReceipt;
  exitCode: 0 | 1 | 3 | 4 | 130;
}

/** Whether too few model reviewers completed, or the run's own budget or deadline stopped one. */
export function isIncomplete({ run: { quorum }, reviewers }: Pick<Report, 'run' | 'reviewers'>): boolean {
  return quorum.completed < quorum.required || reviewers.some(isStoppedByLimit);
}

export function toOutcome(report: Report, run: RunDirectory, failOn: FailOn): ReviewOutcome {
  const { quorum } = report.run;
  const stopped = report.reviewers.filter(isStoppedByLimit).map(({ reviewer }) => reviewer.id);
  return {
    status: report.run.status,
    title: report.title,
    runDir: run.path,
    recommendation: report.recommendation,
    counts: report.counts,
    reviewers: report.reviewers.map((one) => ({
      id: one.reviewer.id,
      status: one.status,
      code: one.cause?.code ?? null,
      cause: one.cause?.message ?? null,
      ...countHandedIn(one.findings),
    })),
    stopped,
    quorum,
    ledger: { raw: report.ledger.raw, accounted: report.ledger.accounted },
    costUsd: report.run.costUsd,
    stageCosts: report.run.stageCosts,
    lostRequests: report.run.lostRequests,
    files: {
      json: run.file('render', 'report.json'),
      html: run.file('render', 'report.html'),
      markdown: run.file('render', 'report.md'),
      summary: run.file('render', 'summary.md'),
      sarif: run.file('render', 'report.sarif'),
    },
    exitCode: [...report.reviewers, ...(report.guard == null ? [] : [report.guard])].some(
      ({ cause }) => cause?.code === 'internal',
    )
      ? 4
      : decideExitCode({
          runStatus: report.run.status,
          incomplete: isIncomplete(report),
          severities: report.findings.map((finding) => finding.severity),
          failOn,
        }),
  };
}

/** `$0.42`, or `unknown`: an unknown cost is never printed as nothing. Says what may come on top. */
export function formatCost(costUsd: number | null, lostRequests: LostRequests = noLostRequests): string {
  return wordCost({ costUsd, lostRequests });
}

/** A line for each reviewer that did not complete: why, and what it had handed in. Safe to print on a terminal. */
export function describeMissing({ reviewers }: Pick<ReviewOutcome, 'reviewers'>): string[] {
  return reviewers
    .filter(({ status, code }) => status !== 'completed' && code !== 'nothing-to-review')
    .map(({ id, status, cause, ...handedIn }) => {
      const why = cause === null ? '' : `: ${cause}`;
      const byThen = status === 'skipped' ? '' : `; ${wordHandedIn(handedIn)} by then`;
      return makeLogLine(`not completed: ${id} (${status}${why}${byThen})`);
    });
}
