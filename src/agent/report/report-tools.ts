import type { FileDiff } from '../../domain/change.ts';
import type { FindingClaim } from '../../domain/finding.ts';
import type { ReviewFinish } from '../../domain/review.ts';
import type { AgentTool } from '../agent-tool.ts';
import type { FindingCollector } from '../finding-collector.ts';
import type { OpenedFiles } from '../opened-files.ts';
import { describe, type ToolDescriptions } from '../tools/read-tools.ts';
import { createFinishReview } from './finish-review.ts';
import { createReportFinding } from './report-finding.ts';
import { createWithdrawFinding } from './withdraw-finding.ts';

export interface ReportToolsInput {
  collector: FindingCollector;
  files: readonly FileDiff[];
  opened: OpenedFiles;
  descriptions: ToolDescriptions;
}

export interface ReportTools {
  tools: AgentTool[];
  /** The last finish the reviewer wrote; null when there was none. */
  finish(): ReviewFinish | null;
  /**
   * Waits for what is still being checked, and tries again what could not be when it was reported. Gives the claims that still could not, with the
   * reason; they are in no finding.
   */
  settle(): Promise<{ claim: FindingClaim; reason: string }[]>;
}

/** The three tools by which a reviewer hands in its work. */
export function createReportTools(input: ReportToolsInput): ReportTools {
  const { collector, descriptions } = input;
  const unchecked: FindingClaim[] = [];
  let finish: ReviewFinish | null = null;
  return {
    tools: [
      createReportFinding({ collector, unchecked, description: describe(descriptions, 'report_finding') }),
      createWithdrawFinding(collector, describe(descriptions, 'withdraw_finding')),
      createFinishReview({
        description: describe(descriptions, 'finish_review'),
        files: input.files,
        opened: input.opened,
        openAttempts: () => collector.openAttempts(),
        keep: (said) => {
          finish = said;
        },
      }),
    ],
    finish: () => finish,
    settle: async () => {
      const lost: { claim: FindingClaim; reason: string }[] = [];
      await collector.idle();
      for (const claim of unchecked.splice(0)) {
        const reason = await collector.report(claim).then(
          () => null,
          (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)),
        );
        if (reason !== null) lost.push({ claim, reason });
      }
      return lost;
    },
  };
}
