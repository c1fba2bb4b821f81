import type { AnswerCommand, FindingName } from '../domain/answer-command.ts';
import type { CommentAnswer } from '../domain/comment-answer.ts';
import type { PublishedFinding } from '../domain/report.ts';

/** The report at hand, as far as it names findings. */
export interface ReportAtHand {
  /** UTC, ISO 8601. */
  startedAt: string;
  findings: readonly Pick<PublishedFinding, 'label' | 'shortId'>[];
}

export interface PlanAnswerInput {
  /** When the comment was written, UTC. */
  at: string;
  /** null for none at hand. */
  report: ReportAtHand | null;
  /** Whoever called starts the review that a comment asks for. */
  startsReviews: boolean;
}

/** What is to be said about a command. */
export function planAnswer(
  command: AnswerCommand,
  { at, report, startsReviews }: PlanAnswerInput,
): CommentAnswer {
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
      return { kind: 'not-there', word: command.kind };
    case 'malformed':
      return command.problem === 'no-reviewer'
        ? { kind: 'not-there', word: command.command }
        : {
            kind: 'incomplete',
            command: command.command,
            needs: command.problem === 'no-finding' ? 'finding' : 'reason',
          };
    case 'explain':
      return explain(command.finding, at, report);
    case 'accept':
    case 'decline':
      return decide(command.kind === 'accept' ? 'accepted' : 'declined', command.finding, at, report);
  }
}

/** A label alone means what the report says that was there when the comment was written. */
function explain(name: FindingName, at: string, report: ReportAtHand | null): CommentAnswer {
  if (report === null) return { kind: 'no-report', name: print(name) };
  if (name.id === null && !wasSeen(report, at)) return { kind: 'bare', name: print(name), proposal: null };
  const found = find(report, name);
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
  const found = report === null ? undefined : find(report, name);
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

function find({ findings }: ReportAtHand, { label, id }: FindingName) {
  return findings.find(
    (one) => (id === null || one.shortId === id) && (label === null || one.label === label),
  );
}

/** A forge's times have no fractions of a second. */
function wasSeen({ startedAt }: ReportAtHand, at: string): boolean {
  return Date.parse(startedAt) <= Date.parse(at) + 999;
}

function print({ label, id }: FindingName): string {
  return [label, id].filter((part) => part !== null).join('·');
}
