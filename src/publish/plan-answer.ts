import type { AnswerCommand, FindingName } from '../domain/answer-command.ts';
import type { CommentAnswer } from '../domain/comment-answer.ts';
import type { PublishedFinding } from '../domain/report.ts';

/** The report at hand, as far as it names findings. */
export interface ReportAtHand {
  /** Before this nobody can have read it: UTC, ISO 8601. */
  madeAt: string;
  /** Whether a second look made it, so that its findings may have had other labels before. */
  isMadeAnew: boolean;
  findings: readonly Pick<PublishedFinding, 'label' | 'shortId'>[];
  /** The commit that was reviewed, and the ids of its reviewers. */
  head: string;
  reviewers: readonly string[];
  /** Findings that were checked again for a comment, by its number: one that was refuted stands in no report since. */
  looked: readonly { comment: number; label: string; shortId: string }[];
}

export interface PlanAnswerInput {
  /** Number of the comment. */
  comment: number;
  /** When the comment was written, UTC. */
  at: string;
  /** null for none at hand. */
  report: ReportAtHand | null;
  /** Whoever called starts the review that a comment asks for. */
  startsReviews: boolean;
  /** Head of the pull request today. */
  head: string;
}

/** What is to be said about a command. */
export function planAnswer(command: AnswerCommand, input: PlanAnswerInput): CommentAnswer {
  const { at, report, startsReviews } = input;
  switch (command.kind) {
    case 'help':
      return { kind: 'help' };
    case 'unknown':
      return { kind: 'not-there', word: command.word };
    case 'review':
      return startsReviews
        ? { kind: 'review-starts', full: command.full }
        : { kind: 'not-there', word: command.full ? 'review full' : 'review' };
    case 'rerun':
    case 'verify':
      return lookAgain(command, input);
    case 'malformed':
      return { kind: 'incomplete', command: command.command, needs: needs[command.problem] };
    case 'explain':
      return explain(command.finding, at, report);
    case 'accept':
    case 'decline':
      return decide(command.kind === 'accept' ? 'accepted' : 'declined', command.finding, at, report);
  }
}

const needs = {
  'no-finding': 'finding',
  'no-reason': 'reason',
  'too-long': 'reason',
  'no-reviewer': 'reviewer',
} as const;

type LookCommand = Extract<AnswerCommand, { kind: 'rerun' | 'verify' }>;

/** A run of another commit is not looked at again: what would come of it would be about code that is gone. */
function lookAgain(command: LookCommand, input: PlanAnswerInput): CommentAnswer {
  const { at, report, startsReviews, head, comment } = input;
  if (report === null) return { kind: 'no-run', command: command.kind };
  if (report.head !== head) return { kind: 'moved', command: command.kind, head: report.head };
  if (command.kind === 'rerun') {
    const wanted = command.reviewer.toLowerCase();
    const reviewer = report.reviewers.find((id) => id === wanted);
    if (reviewer === undefined)
      return { kind: 'no-reviewer', reviewer: command.reviewer, known: [...report.reviewers] };
    return startsReviews
      ? { kind: 'rerun-starts', reviewer }
      : { kind: 'not-started', command: 'rerun', subject: reviewer };
  }
  const { finding: name } = command;
  const looked = find({ findings: report.looked.filter((one) => one.comment === comment) }, name);
  if (looked === undefined && name.id === null && !wasSeen(report, at))
    return { kind: 'bare', name: print(name), proposal: null };
  const found = looked ?? findNow(report, name);
  if (found === undefined) return { kind: 'missing', name: print(name) };
  const whole = print({ ...found, id: found.shortId });
  return startsReviews
    ? { kind: 'verify-starts', finding: found.shortId, name: whole }
    : { kind: 'not-started', command: 'verify', subject: whole };
}

/** A label alone means what the report says that was there when the comment was written. */
function explain(name: FindingName, at: string, report: ReportAtHand | null): CommentAnswer {
  if (report === null) return { kind: 'no-report', name: print(name) };
  if (name.id === null && !wasSeen(report, at)) return { kind: 'bare', name: print(name), proposal: null };
  const found = findNow(report, name);
  return found === undefined
    ? { kind: 'missing', name: print(name) }
    : { kind: 'explained', finding: found.shortId };
}

/** A name that is whole decides, whether or not the report is at hand: the next round reads the comment itself. */
function decide(
  kind: 'accepted' | 'declined',
  name: FindingName,
  at: string,
  report: ReportAtHand | null,
): CommentAnswer {
  const found = report === null ? undefined : (report.isMadeAnew ? findNow : find)(report, name);
  if (name.id === null)
    return {
      kind: 'bare',
      name: print(name),
      proposal:
        report !== null && found !== undefined && wasSeen(report, at)
          ? print({ ...found, id: found.shortId })
          : null,
    };
  // A report that was made since has dropped what was declined.
  if (report !== null && found === undefined && wasSeen(report, at))
    return { kind: 'missing', name: print(name) };
  return { kind, name: print(found === undefined ? name : { ...found, id: found.shortId }) };
}

function find({ findings }: Pick<ReportAtHand, 'findings'>, { label, id }: FindingName) {
  return findings.find(
    (one) => (id === null || one.shortId === id) && (label === null || one.label === label),
  );
}

/** Beside the code, a finding keeps the label that it had when it was posted; its stable name says which it is. */
function findNow(report: ReportAtHand, name: FindingName) {
  return find(report, name) ?? (name.id === null ? undefined : find(report, { ...name, label: null }));
}

/** A forge's times have no fractions of a second. */
function wasSeen({ madeAt }: ReportAtHand, at: string): boolean {
  return Date.parse(madeAt) <= Date.parse(at) + 999;
}

function print({ label, id }: FindingName): string {
  return [label, id].filter((part) => part !== null).join('·');
}
