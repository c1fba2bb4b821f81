import type { FileDiff } from '../../domain/change.ts';
import type { FindingAttempt } from '../../domain/finding.ts';
import { ReviewFinish } from '../../domain/review.ts';
import { type AgentTool, badArguments, defineTool, told } from '../agent-tool.ts';
import type { OpenedFiles } from '../opened-files.ts';
import { show, withoutDotSlash } from '../tools/path-text.ts';
import { readFinish } from './read-finish.ts';

const listedFiles = 100;

export interface FinishReviewInput {
  description: string;
  files: readonly FileDiff[];
  opened: OpenedFiles;
  openAttempts: () => readonly FindingAttempt[];
  /** Called with every finish that could be read, also one that is answered by a question. */
  keep: (finish: ReviewFinish) => void;
}

/** Ends the session; asks once about changed files nobody looked at and about refused findings. */
export function createFinishReview(input: FinishReviewInput): AgentTool {
  let asked = false;
  return defineTool({
    name: 'finish_review',
    description: input.description,
    access: 'report',
    schema: ReviewFinish,
    async runRaw(argumentValues) {
      const reading = readFinish(argumentValues);
      if (reading.outcome === 'malformed') return badArguments('finish_review', reading.problems);
      input.keep(reading.finish);
      const question = asked ? '' : askOnce(input, reading.finish);
      asked = true;
      return question === '' ? told('The review is complete.', { ends: true }) : told(question);
    },
  });
}

function askOnce(input: FinishReviewInput, finish: ReviewFinish): string {
  const covered = new Set(finish.coverage.map(({ path }) => withoutDotSlash(path)));
  const missed = input.files.filter(
    (file) => needsReading(file) && !input.opened.has(file.path) && !isCovered(file, covered),
  );
  const attempts = input.openAttempts();
  const parts = [
    ...(missed.length > 0
      ? [
          `You have neither opened these changed files nor said anything about them in \`coverage\`:\n${listFiles(missed)}`,
        ]
      : []),
    ...(attempts.length > 0
      ? [
          `These findings were not accepted, because their quotes were not found:\n${attempts
            .slice(0, listedFiles)
            .map(({ id, claim }) => `- ${id}: ${claim.title.slice(0, 200)}`)
            .join('\n')}`,
        ]
      : []),
  ];
  if (parts.length === 0) return '';
  return [
    'Before the review ends:',
    ...parts,
    'Look into what is worth it, then call finish_review again, with everything in it. That call is accepted as it is.',
  ].join('\n\n');
}

function needsReading(file: FileDiff): boolean {
  return !file.generated && !file.vendored && !file.binary && file.ignored !== true;
}

function isCovered(file: FileDiff, covered: ReadonlySet<string>): boolean {
  return covered.has(file.path) || covered.has(show(file.path));
}

function listFiles(files: readonly FileDiff[]): string {
  const more = files.length - listedFiles;
  const lines = files.slice(0, listedFiles).map((file) => `- ${show(file.path)}`);
  return [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}
