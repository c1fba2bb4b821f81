import type { Change } from '../domain/change.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import type { AgentTool } from './agent-tool.ts';
import { isWithheld } from './egress.ts';
import type { FindingCollector } from './finding-collector.ts';
import type { OpenedFiles } from './opened-files.ts';
import type { FilePatchView } from './patch-view.ts';
import { createReportTools, type ReportTools } from './report/report-tools.ts';
import { createReadTools, type ToolDescriptions } from './tools/read-tools.ts';

export interface ReviewToolsInput {
  /** Id of whose tools they are. */
  reviewer: string;
  repository: ObjectRepository;
  change: Change;
  /** The change's patch, as `viewPatch` gives it. */
  patch: ReadonlyMap<string, FilePatchView>;
  descriptions: ToolDescriptions;
  collector: FindingCollector;
  opened: OpenedFiles;
  /** More than every reviewer has, such as one that runs the user's commands. */
  more: readonly AgentTool[];
}

/** All tools of one review, in the order in which the model is told of them. */
export function createReviewTools(input: ReviewToolsInput): { tools: AgentTool[]; report: ReportTools } {
  const { repository, change, collector, opened, descriptions } = input;
  const files = change.files.filter((file) => !isWithheld(repository, file));
  const earlier = new Set(
    (change.focus?.reviewed ?? []).flatMap(({ reviewer, paths }) =>
      reviewer === input.reviewer ? paths : [],
    ),
  );
  // What it opened before and what stands since, nobody asks it about.
  const asked = files.filter(({ path }) => !earlier.has(path));
  const report = createReportTools({ collector, files: asked, opened, descriptions });
  return { tools: [...createReadTools(input), ...input.more, ...report.tools], report };
}
