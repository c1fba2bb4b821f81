import type { ReviewOutcome } from '../pipeline.ts';
import type { OutputName } from './metadata.ts';

export type SetOutput = (name: OutputName, value: string) => void;

type Receipt = NonNullable<ReviewOutcome['receipt']>;

/** Where the report was posted. */
export function receiptOutputs(receipt: Receipt | undefined, setOutput: SetOutput): void {
  setOutput('comment-url', receipt?.parts.find(({ part }) => part === 'summary')?.url ?? '');
}

/** Whether something that was to be posted failed, or may have; what a token or a closed pull request forbids is not it. */
export function isUnposted(receipt: Receipt | undefined): boolean {
  return receipt?.parts.some(({ outcome }) => outcome === 'failed' || outcome === 'unknown') ?? false;
}

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
  receiptOutputs(outcome.receipt, setOutput);
  setOutput('cost-usd', outcome.costUsd === null ? '' : String(outcome.costUsd));
}
