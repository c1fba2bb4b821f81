import { type AgentTool, badArguments, defineTool, told } from '../agent-tool.ts';
import { readVerdicts, VerdictSubmission } from './read-verdicts.ts';
import type { VerdictCollector } from './verdict-collector.ts';

const longestAnswer = 12_000;

/** Ends an examiner's session; asks once about claims left out, refused quotes and missing proof. */
export function createSubmitVerdicts(collector: VerdictCollector, description: string): AgentTool {
  let wasAsked = false;
  return defineTool({
    name: 'submit_verdicts',
    description,
    access: 'report',
    schema: VerdictSubmission,
    async runRaw(argumentValues) {
      const reading = readVerdicts(argumentValues);
      if (reading.outcome === 'malformed') return badArguments('submit_verdicts', reading.problems);
      const before = collector.missing().length;
      const problems = [...reading.problems];
      for (const verdict of reading.verdicts) problems.push(...(await collector.take(verdict)));
      const missing = collector.missing();
      if (missing.length > 0) problems.push(`Without a verdict: ${missing.join(', ')}.`);
      // Whoever hands in claim by claim is asked on as long as there is one more each time.
      const goesOn = !wasAsked || (missing.length > 0 && missing.length < before);
      wasAsked = true;
      if (problems.length === 0 || !goesOn) return told('The examination is complete.', { ends: true });
      return told(
        [
          'Recorded, and this is wrong with it:',
          problems
            .map((problem) => `- ${problem}`)
            .join('\n')
            .slice(0, longestAnswer),
          'Look again, then call submit_verdicts with the entries that change. What is then still unproved counts as such.',
        ].join('\n\n'),
      );
    },
  });
}
