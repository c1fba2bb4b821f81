import type { CommentAnswer } from '../../domain/comment-answer.ts';
import type { Report } from '../../domain/report.ts';
import { reviewerName } from '../../domain/reviewer.ts';
import { createMarkdownHelpers } from '../markdown/markdown-helpers.ts';
import type { SourceReader } from '../source/source-reader.ts';
import type { Templates } from '../templates.ts';
import { disarm } from './disarm.ts';
import { writeFindingText } from './finding-text.ts';
import { createPublishContext } from './publish-context.ts';

export interface AnswerTextInput {
  /** null: none is at hand, and nothing is explained. */
  report: Report | null;
  sources: SourceReader;
  templates: Templates;
  reportUrl: string | null;
}

/** Bytes of one explanation; ten of them fit into a comment. */
const longestExplanation = 6_000;

/** Writes what is said to a comment; the text has no marker yet. Rejects as `SourceReader` does. */
export async function createAnswerText(
  input: AnswerTextInput,
): Promise<(answers: readonly CommentAnswer[]) => string> {
  const { report, templates } = input;
  const context = report === null ? null : await createPublishContext({ ...input, report });
  const helpers = {
    ...createMarkdownHelpers({ reference: () => null, isOwn: () => false }),
    written: (text: unknown) => `${text}`,
  };
  const explain = (id: string): string => {
    const finding = report?.findings.find(({ shortId }) => shortId === id);
    return context === null || finding === undefined
      ? ''
      : writeFindingText(context, () => context.pen(), 'fullFinding', {
          ...{ finding, standsAt: null, suggestion: null },
          limit: longestExplanation,
        });
  };
  return (answers) =>
    disarm(
      templates.answer({ answers: answers.map((answer) => viewAnswer(answer, explain)) }, helpers).trim(),
    );
}

const empty = {
  ...{ accepted: '', declined: '', explained: '', missing: '', bare: '', proposal: '' },
  ...{ noReport: '', incomplete: '', needs: '', notThere: '', help: false },
  ...{ starts: false, startsFull: false, reruns: '', verifies: '' },
  ...{ reran: '', ended: '', counts: false, completed: '', asked: '' },
  ...{ checked: '', came: '', hasLink: false, link: { text: 'The report', url: null as string | null } },
  ...{ notStarted: '', noRun: '', moved: '', head: '', noReviewer: '', known: '' },
};

function linkTo(url: string | null): Pick<typeof empty, 'hasLink' | 'link'> {
  return { hasLink: url !== null, link: { text: 'The report', url } };
}

const needed = {
  finding: 'the name of a finding, as the report prints it',
  reason: 'a reason of at most 2,000 characters, on the same line',
  reviewer: 'the name of a reviewer, such as gemini',
} as const;

function viewAnswer(answer: CommentAnswer, explain: (id: string) => string): typeof empty {
  switch (answer.kind) {
    case 'accepted':
      return { ...empty, accepted: answer.name };
    case 'declined':
      return { ...empty, declined: answer.name };
    case 'explained':
      return { ...empty, explained: explain(answer.finding) };
    case 'missing':
      return { ...empty, missing: answer.name };
    case 'bare':
      return { ...empty, bare: answer.name, proposal: answer.proposal ?? '' };
    case 'review-starts':
      return { ...empty, starts: !answer.full, startsFull: answer.full };
    case 'no-report':
      return { ...empty, noReport: answer.name };
    case 'incomplete':
      return { ...empty, incomplete: answer.command, needs: needed[answer.needs] };
    case 'rerun-starts':
      return { ...empty, reruns: reviewerName(answer.reviewer) };
    case 'verify-starts':
      return { ...empty, verifies: answer.name };
    case 'rerun-done':
      return {
        ...{ ...empty, ...linkTo(answer.url), reran: reviewerName(answer.reviewer), ended: answer.ended },
        ...{ counts: answer.counts, completed: `${answer.completed}`, asked: `${answer.asked}` },
      };
    case 'verify-done':
      return { ...empty, ...linkTo(answer.url), checked: answer.name, came: answer.came };
    case 'not-started':
      return { ...empty, notStarted: `${answer.command} ${answer.subject}` };
    case 'no-run':
      return { ...empty, noRun: answer.command };
    case 'moved':
      return { ...empty, moved: answer.command, head: answer.head.slice(0, 12) };
    case 'no-reviewer':
      return { ...empty, noReviewer: answer.reviewer, known: answer.known.join(', ') };
    case 'not-there':
      return { ...empty, notThere: answer.word };
    case 'help':
      return { ...empty, help: true };
  }
}
