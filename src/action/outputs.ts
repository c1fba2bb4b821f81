import type { ReviewOutcome } from '../pipeline.ts';
import type { OutputName } from './metadata.ts';

export type SetOutput = (name: OutputName, value: string) => void;

/** What a finished review came to. */
export function outcomeOutputs(outcome: ReviewOutcome, setOutput: SetOutput): void {
  const { counts, files } = outcome;
  const { critical, important, suggestion } = counts;
  setOutput('run-directory', outcome.runDir);
  setOutput('report-html', files.html);
  setOutput('report-markdown', files.markdown);
  setOutput('report-json', files.json);
  setOutput('sarif', files.sarif);
  setOutput('recommendation', outcome.recommendation.value);
  setOutput('findings-count', String(critical + important + suggestion));
  setOutput('critical-count', String(critical));
  setOutput('important-count', String(important));
  setOutput('suggestion-count', String(suggestion));
  setOutput('cost-usd', outcome.costUsd === null ? '' : String(outcome.costUsd));
}
