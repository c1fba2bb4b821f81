import { wordHandedIn } from '../domain/handed-in.ts';
import { reviewerName } from '../domain/reviewer.ts';
import type { FindingAgain, ReviewAgain, ReviewTry, SecondLook } from '../domain/second-look.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { wordStatus } from '../render/text/words.ts';

/** What a report says on its face of what was asked to be done again: a sentence for each, the oldest first. */
export function secondLookNotices(looks: readonly SecondLook[]): string[] {
  return looks.map((look) => makeVisibleLine(describeLook(look)));
}

function describeLook({ at, by, comment, subject }: SecondLook): string {
  const where = comment === null ? '' : ` (${comment.url})`;
  const asked = `on ${at.slice(0, 16).replace('T', ' ')} UTC, ${by === null ? 'on the command line' : `for ${by}`}${where}`;
  return subject.kind === 'review' ? describeReview(subject, asked) : describeFinding(subject, asked);
}

function describeReview({ reviewer, first, second }: ReviewAgain, asked: string): string {
  const start = `${reviewerName(reviewer)} was asked again ${asked}`;
  if (second === null) return `${start}: the try before ${wordTry(first)}.`;
  if (second.counts)
    return `${start}: the try before ${wordTry(first)}; it is kept in ${first.file} and counts no more, but for what it cost.`;
  return `${start}: this try ${wordTry(second)}; it is kept in ${second.file}, and the one before still counts. The cost is that of both.`;
}

/** `ended early (failed: no answer) with 2 findings`. */
export function wordTry({ status, cause, ...handedIn }: ReviewTry): string {
  if (status === 'completed') return `came to its end with ${wordHandedIn(handedIn)}`;
  const why = cause === null ? '' : `: ${makeVisibleLine(cause.message).replace(/\.$/, '').slice(0, 300)}`;
  return `ended early (${wordStatus(status)}${why}) with ${wordHandedIn(handedIn)}`;
}

function describeFinding({ label, shortId, before, after }: FindingAgain, asked: string): string {
  const named = `${label}·${shortId}, as the report before called it,`;
  const earlier = wordVerdict(before.verdict, before.severity, before.verdictReason);
  if (after === null)
    return `${named} was checked again ${asked}. Before it was ${earlier}. Nobody raises it in these words any more.`;
  const now = wordVerdict(after.verdict, after.severity, after.verdictReason);
  return after.answered?.length === 0
    ? `${named} was to be checked again ${asked}, and nobody answered. Before it was ${earlier}. Now it is ${now}.`
    : `${named} was checked again ${asked}. Before it was ${earlier}. Now it is ${now}.`;
}

function wordVerdict(verdict: string, severity: string, reason: string): string {
  const rated = verdict === 'refuted' ? verdict : `${verdict}, ${severity}`;
  return `${rated} (${reason.replace(/\.$/, '')})`;
}
