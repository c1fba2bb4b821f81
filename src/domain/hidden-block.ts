import * as z from 'zod';
import { ObjectId } from './change.ts';
import { Location } from './location.ts';
import { Severity } from './vocabulary.ts';

/** Stands in every summary comment of ours; a comment is ours only with its author besides. */
export const summaryMarker = '<!-- deep-review:summary -->';

/** Stands in the body of every review of ours. */
export const reviewMarker = '<!-- deep-review:review -->';

const findingName = /^[\w-]{1,40}$/;

/** Whether a finding's stable name can stand in a marker: in reports of ours, all can. */
export function canBeMarked(finding: string): boolean {
  return findingName.test(finding);
}

/** First in every inline comment of ours: which finding it is about. */
export function findingMarker(finding: string): string {
  return `<!-- deep-review:finding ${finding} -->`;
}

/** The finding that a comment is about; null when it does not begin with a marker. A comment is ours only with its author. */
export function readFindingMarker(body: string): string | null {
  return /^<!-- deep-review:finding ([\w-]{1,40}) -->/.exec(body)?.[1] ?? null;
}

/** First in our reply below a comment on a finding that is fixed, or none any more. */
export function fixedMarker(finding: string): string {
  return `<!-- deep-review:fixed ${finding} -->`;
}

/** First in every answer of ours: which comment it answers, by number. */
export function answerMarker(comment: number): string {
  return `<!-- deep-review:answer ${comment} -->`;
}

/** First in our reply that says what came of a second look: the comment that asked for it, by number. */
export function outcomeMarker(comment: number): string {
  return `<!-- deep-review:outcome ${comment} -->`;
}

/** A finding as the next round needs it to know it again where the run directory is gone. */
export const RememberedFinding = z.object({
  /** Its stable name, `a3f9`. */
  id: z.string(),
  fingerprint: z.string(),
  /** The first round that is known to have raised it. */
  since: z.int().min(1),
  label: z.string(),
  severity: Severity,
  title: z.string(),
  symbol: z.string(),
  /** Its first place; null for a text that is in no file. */
  location: Location.nullable(),
  /** Ids of the reviewers that raised it. */
  reviewers: z.array(z.string()),
});
export type RememberedFinding = z.infer<typeof RememberedFinding>;

/** What a summary comment remembers of its run, unseen by people. A public format: every version stays readable. */
export const HiddenBlock = z.object({
  schemaVersion: z.literal(1),
  /** `looks`: how often the run was looked at again by then. Absent: never. */
  run: z.object({ id: z.string(), startedAt: z.string(), looks: z.int().min(1).optional() }),
  head: ObjectId,
  mergeBase: ObjectId,
  round: z.int().min(1),
  findings: z.array(RememberedFinding),
  /** Findings that did not fit. */
  leftOut: z.int().min(0),
});
export type HiddenBlock = z.infer<typeof HiddenBlock>;

/** How far the clock of the machine of another run may be ahead, in milliseconds. */
const clockTolerance = 60_000;

/**
 * Whether a run that says when it began can have spoken by a time. Another program that writes with our
 * account can claim any start, and one far ahead would have the last word for ever.
 */
export function canHaveSpoken({ startedAt }: HiddenBlock['run'], by: Date): boolean {
  return !(Date.parse(startedAt) > by.getTime() + clockTolerance);
}

const opening = '<!-- deep-review:state ';

/** The block as an HTML comment on one line; nothing in it can end the comment early. */
export function writeHiddenBlock(block: HiddenBlock): string {
  const json = JSON.stringify(block).replace(
    /[<>&-]|[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${opening}${json} -->`;
}

/**
 * The block of a comment; null when it has none, more than one, or one that is malformed or of another version. Anyone
 * who may post can forge one: what it says may widen what is looked at, and settle nothing.
 */
export function readHiddenBlock(body: string): HiddenBlock | null {
  const [, ...found] = body.split(opening);
  const [text] = found;
  if (text === undefined || found.length > 1) return null;
  const end = text.indexOf(' -->');
  if (end < 0) return null;
  try {
    const read = HiddenBlock.safeParse(JSON.parse(text.slice(0, end)));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
