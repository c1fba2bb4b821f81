import { existsSync, renameSync } from 'node:fs';
import type { Change } from '../domain/change.ts';
import { sumLostRequests } from '../domain/cost.ts';
import { countHandedIn } from '../domain/handed-in.ts';
import { Review } from '../domain/review.ts';
import type { Reviewer } from '../domain/reviewer.ts';
import type { ReviewAgain, ReviewTry } from '../domain/second-look.ts';
import type { ReviewStatus } from '../domain/vocabulary.ts';
import { InternalError } from '../errors.ts';
import { readArtifact, readPlainFile } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import { readReviews } from './read-reviews.ts';
import type { RunContext } from './run-context.ts';
import { reviewStage } from './stage-review.ts';

/** What asking a reviewer anew begins with. Writes nothing. */
export async function planReviewAgain(
  context: RunContext,
  change: Change,
  { id }: Reviewer,
): Promise<ReviewAgain> {
  const first = await findReview(context, change, id);
  let number = 1;
  while ((await readText(context.run, tryFile(id, number))) !== null) number += 1;
  const session = nextTranscript(context.run, id);
  return { kind: 'review', reviewer: id, first: toTry(tryFile(id, number), first), session, second: null };
}

/**
 * Asks one reviewer anew, the others being left as they are, and gives what came of it. What stood before is kept beside
 * it first. The new try takes its place, unless it ended worse, or as early with fewer findings: then it is the one that is kept aside. Either way the
 * review that counts carries the cost of both. What was done before a kill is not done again.
 */
export async function reviewAgain(
  context: RunContext,
  change: Change,
  subject: ReviewAgain,
): Promise<ReviewAgain> {
  const { run } = context;
  const { reviewer: id, first } = subject;
  if (subject.second !== null) return subject;
  if ((await readText(run, first.file)) === null) {
    const text = await readText(run, standing(id));
    if (text === null) await writeReview(run, first.file, await findReview(context, change, id));
    else await run.memory.write(inRun(run, first.file), text);
  }
  const before = await readReview(run, first.file);
  const aside = nextTry(first.file);
  const settle = async (review: Review): Promise<Review | null> => {
    if (review.status === 'cancelled') return null;
    const paid = { costUsd: laterSum(before, review), lostRequests: laterLost(before, review) };
    if (!isWorse(review, before)) return { ...review, ...paid };
    swapTranscripts(run, subject);
    await writeReview(run, aside, { ...review, ...paid });
    return { ...before, ...paid };
  };
  if ((await readText(run, aside)) !== null) {
    // Killed between the two: the one that counts does not know yet what the other cost.
    const { costUsd, lostRequests } = await readReview(run, aside);
    await writeReview(run, standing(id), { ...before, costUsd, lostRequests });
  } else if (!(await hasEnded(context, subject)))
    await reviewStage(context, { only: id, again: true, besides: { settle } });
  const counts = (await readText(run, aside)) === null;
  const file = counts ? standing(id) : aside;
  return { ...subject, second: { ...toTry(file, await readReview(run, file)), counts } };
}

/** Whether what stands there is a new try already, which came to some end. */
async function hasEnded({ run }: RunContext, { reviewer, first }: ReviewAgain): Promise<boolean> {
  const text = await readText(run, standing(reviewer));
  return text !== null && text !== (await readText(run, first.file));
}

/** The name that the session of a reviewer's review gets when another one begins; null where there is none. */
function nextTranscript(run: RunDirectory, id: string): string | null {
  const transcript = (number: number) => `review/${id}.transcript.${number}.jsonl`;
  if (!existsSync(inRun(run, `review/${id}.transcript.jsonl`))) return null;
  let number = 1;
  while (existsSync(inRun(run, transcript(number)))) number += 1;
  return transcript(number);
}

/** The session without a number is that of the review that counts: it is what a replay plays. */
function swapTranscripts(run: RunDirectory, { reviewer, session }: ReviewAgain): void {
  if (session === null || !existsSync(inRun(run, session))) return;
  const [newest, first] = [inRun(run, `review/${reviewer}.transcript.jsonl`), inRun(run, session)];
  renameSync(newest, `${newest}.aside`);
  renameSync(first, newest);
  renameSync(`${newest}.aside`, first);
}

/** Of two that did not come to their end, the one that found more is not given up for the other. */
function isWorse(after: Review, before: Review): boolean {
  const [now, then] = [rank(after.status), rank(before.status)];
  if (now !== then || after.status === 'completed') return now < then;
  return countStanding(after) < countStanding(before);
}

function countStanding({ findings }: Review): number {
  return findings.filter(({ gate, withdrawn }) => withdrawn === null && gate.outcome !== 'refused').length;
}

/** How far a try came. */
function rank(status: ReviewStatus): number {
  if (status === 'completed') return 2;
  return status === 'partial' ? 1 : 0;
}

/** A session knows what sittings before it cost, unless it never began. */
function laterSum(before: Review, after: Review): number | null {
  if (before.costUsd === null || after.costUsd === null) return null;
  return Math.max(before.costUsd, after.costUsd);
}

function laterLost(before: Review, after: Review): Review['lostRequests'] {
  const isKnown = after.lostRequests.count >= before.lostRequests.count;
  return isKnown ? after.lostRequests : sumLostRequests([before.lostRequests, after.lostRequests]);
}

function toTry(file: string, review: Review): ReviewTry {
  const { status, cause, findings } = review;
  return { file, status, cause, ...countHandedIn(findings) };
}

/** Of one that left none, what is known of why. */
async function findReview(context: RunContext, change: Change, id: string): Promise<Review> {
  const review = (await readReviews(context, change)).find(({ reviewer }) => reviewer.id === id);
  if (review === undefined) throw new InternalError(`the run has no reviewer ${id}`);
  return review;
}

/** The review that counts. */
function standing(id: string): string {
  return `review/${id}.json`;
}

/** `review/gemini.1.json`: no reviewer's name has a dot. */
function tryFile(id: string, number: number): string {
  return `review/${id}.${number}.json`;
}

function nextTry(file: string): string {
  return file.replace(/\.(\d+)\.json$/, (_, number: string) => `.${Number(number) + 1}.json`);
}

async function readReview(run: RunDirectory, file: string): Promise<Review> {
  const path = inRun(run, file);
  const lookup = await readArtifact({ path, schema: Review, version: 1, memory: run.memory });
  if (lookup.outcome === 'found') return lookup.value;
  throw new InternalError(`${path} is gone`);
}

function writeReview(run: RunDirectory, file: string, review: Review): Promise<void> {
  return run.memory.write(inRun(run, file), `${JSON.stringify(review, null, 2)}\n`);
}

async function readText(run: RunDirectory, file: string): Promise<string | null> {
  const kept = run.memory.files.get(inRun(run, file));
  return kept === undefined ? readPlainFile(inRun(run, file)) : Buffer.from(kept).toString('utf8');
}

function inRun(run: RunDirectory, file: string): string {
  return run.file(...file.split('/'));
}
