import { type AgentTool, badArguments, defineTool, told } from '../agent-tool.ts';
import type { ProseCollector } from './prose-collector.ts';
import { ConsolidationSubmission, readConsolidation } from './read-consolidation.ts';

/** How often texts may be handed in again after the first time. */
const repairs = 2;
const longestAnswer = 6_000;

/** Ends the writer's session; says what is wrong with the texts, and takes them at most twice more. */
export function createSubmitConsolidation(collector: ProseCollector, description: string): AgentTool {
  let submissions = 0;
  return defineTool({
    name: 'submit_consolidation',
    description,
    access: 'report',
    schema: ConsolidationSubmission,
    async runRaw(argumentValues) {
      const prose = readConsolidation(argumentValues);
      submissions += 1;
      const isLast = submissions > repairs;
      const isEmpty = [prose.executiveSummary, prose.recommendation, prose.closing].every(
        (text) => text === '',
      );
      if (isEmpty && prose.retro.length === 0 && !isLast)
        return badArguments('submit_consolidation', ['it holds none of the texts.']);
      const problems = collector.take(prose);
      const missing = collector.missing();
      if (isLast || missing.length === 0) return told('The texts are handed in.', { ends: true });
      const list = [...problems, `Without a text that can stand: ${missing.join(', ')}.`];
      return told(
        [
          'What is right is kept. This is wrong:',
          list
            .map((problem) => `- ${problem}`)
            .join('\n')
            .slice(0, longestAnswer),
          'Call submit_consolidation again with these parts alone. What is then still wrong is left out.',
        ].join('\n\n'),
      );
    },
  });
}
