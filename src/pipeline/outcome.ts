import type { Report } from '../domain/report.ts';
import { decideExitCode, type FailOn } from '../domain/run-outcome.ts';
import type { RunDirectory } from '../run/run-directory.ts';

/** What a review came to: printed as JSON by `--json`, in a few lines otherwise. */
export interface ReviewOutcome {
  status: Report['run']['status'];
  title: string;
  /** Absolute path of the run directory. */
  runDir: string;
  recommendation: Report['recommendation'];
  counts: Report['counts'];
  reviewers: { id: string; status: string; cause: string | null; findings: number }[];
  quorum: Report['run']['quorum'];
  ledger: { raw: number; accounted: number };
  /** Sum of all paid calls; null when a part of it is unknown. */
  costUsd: number | null;
  /** Only of a replay: tool answers that differ from the recorded ones. */
  differences?: readonly { reviewer: string; turn: number; callId: string; tool: string }[];
  /** Absolute paths of the renderings. */
  files: { json: string; html: string; markdown: string; summary: string };
  exitCode: 0 | 1 | 3 | 4 | 130;
}

export function toOutcome(report: Report, run: RunDirectory, failOn: FailOn): ReviewOutcome {
  const { quorum } = report.run;
  return {
    status: report.run.status,
    title: report.title,
    runDir: run.path,
    recommendation: report.recommendation,
    counts: report.counts,
    reviewers: report.reviewers.map((one) => ({
      id: one.reviewer.id,
      status: one.status,
      cause: one.cause?.message ?? null,
      findings: one.findings.length,
    })),
    quorum,
    ledger: { raw: report.ledger.raw, accounted: report.ledger.accounted },
    costUsd: report.run.costUsd,
    files: {
      json: run.file('render', 'report.json'),
      html: run.file('render', 'report.html'),
      markdown: run.file('render', 'report.md'),
      summary: run.file('render', 'summary.md'),
    },
    exitCode: report.reviewers.some(({ cause }) => cause?.code === 'internal')
      ? 4
      : decideExitCode({
          runStatus: report.run.status,
          incomplete: quorum.completed < quorum.required,
          severities: report.findings.map((finding) => finding.severity),
          failOn,
        }),
  };
}

/** `$0.42`, or `unknown`: an unknown cost is never printed as nothing. */
export function formatCost(costUsd: number | null): string {
  return costUsd === null ? 'unknown' : `$${costUsd.toFixed(2)}`;
}
