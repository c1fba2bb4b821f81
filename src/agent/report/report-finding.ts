import { FindingClaim } from '../../domain/finding.ts';
import { type AgentTool, badArguments, defineTool, failed, told } from '../agent-tool.ts';
import type { FindingCollector } from '../finding-collector.ts';
import { readClaim } from './read-claim.ts';

const longestMessage = 4_000;

export interface ReportFindingInput {
  collector: FindingCollector;
  description: string;
  /** Claims that could not be checked because the repository gave no answer, oldest first. */
  unchecked: FindingClaim[];
}

/** Hands a claim to the collector, and the gate's answer back. */
export function createReportFinding({ collector, description, unchecked }: ReportFindingInput): AgentTool {
  return defineTool({
    name: 'report_finding',
    description,
    access: 'report',
    schema: FindingClaim,
    async runRaw(argumentValues) {
      const reading = readClaim(argumentValues);
      if (reading.outcome === 'malformed') return badArguments('report_finding', reading.problems);
      const { claim } = reading;
      const answer = await collector.report(claim).catch((cause: unknown) => {
        unchecked.push(claim);
        return cause instanceof Error ? cause : new Error(String(cause));
      });
      if (answer instanceof Error)
        return failed(
          `The finding is kept, but it could not be checked: ${answer.message.slice(0, 500)}. It will be tried again at the end; go on.`,
        );
      const message = answer.message.slice(0, longestMessage);
      if (answer.outcome === 'refused')
        return failed(
          `Not accepted, attempt ${answer.attempt}. ${message}\nCorrect the call and name ${answer.attempt} in \`replaces\`, or leave it.`,
        );
      const replaced =
        claim.replaces === ''
          ? ''
          : answer.replaced === null
            ? `\nThere is no open attempt ${claim.replaces.slice(0, 40)}: nothing was replaced.`
            : `\nIt replaces ${answer.replaced}.`;
      return told(`Accepted as ${answer.id}. ${message}${replaced}`);
    },
  });
}
