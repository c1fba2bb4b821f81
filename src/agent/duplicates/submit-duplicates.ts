import { type AgentTool, badArguments, defineTool, told } from '../agent-tool.ts';
import type { DuplicatesCollector } from './duplicates-collector.ts';
import { DuplicatesSubmission, readDuplicates } from './read-duplicates.ts';

/** How often a model may correct what it handed in. */
const mostRepairs = 2;

/** Ends the session; says what is wrong with an answer, and lets it be corrected. */
export function createSubmitDuplicates(collector: DuplicatesCollector, description: string): AgentTool {
  let repairs = 0;
  return defineTool({
    name: 'submit_duplicates',
    description,
    access: 'report',
    schema: DuplicatesSubmission,
    async runRaw(argumentValues) {
      const reading = readDuplicates(argumentValues);
      const isMalformed = reading.outcome === 'malformed';
      const problems = isMalformed ? reading.problems : collector.take(reading);
      if (problems.length === 0) return told('The comparison is complete.', { ends: true });
      if (repairs === mostRepairs)
        return told('The comparison is over; what has no usable answer stays apart.', { ends: true });
      repairs += 1;
      if (isMalformed) return badArguments('submit_duplicates', problems);
      return told(
        [
          'Recorded, and this is wrong with it:',
          problems.map((problem) => `- ${problem}`).join('\n'),
          'Call submit_duplicates again with the ids that change. A pair without an answer stays apart.',
        ].join('\n\n'),
      );
    },
  });
}
