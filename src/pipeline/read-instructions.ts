import { parseTranscript } from '../agent/transcript.ts';
import type { Report } from '../domain/report.ts';
import type { Review } from '../domain/review.ts';
import { RunDirectoryError } from '../errors.ts';
import { readPlainFile } from '../run/read-artifact.ts';
import type { RunContext } from './run-context.ts';

/**
 * What the reviewers were told at their start, besides the change itself: equal texts once, in the order of the reviews.
 * A reviewer without a recorded session has none; a recording that cannot be read is said and left out.
 */
export async function readInstructions(
  context: RunContext,
  reviews: readonly Review[],
): Promise<NonNullable<Report['instructions']>> {
  const told = new Map<string, string[]>();
  for (const { reviewer } of reviews) {
    if (reviewer.type !== 'model') continue;
    const path = context.run.file('review', `${reviewer.id}.transcript.jsonl`);
    const text = await readSystem(context, path);
    if (text !== null) told.set(text, [...(told.get(text) ?? []), reviewer.id]);
  }
  return [...told].map(([text, reviewers]) => ({ reviewers, text }));
}

/** The first record of a session; null where there is none. */
async function readSystem(context: RunContext, path: string): Promise<string | null> {
  const recorded = await readPlainFile(path);
  const end = recorded?.indexOf('\n') ?? -1;
  if (recorded === null || end < 0) return null;
  try {
    const [start] = parseTranscript(recorded.slice(0, end + 1)).records;
    return start?.type === 'session' ? start.system.map(({ text }) => text).join('\n\n') : null;
  } catch (cause) {
    if (!(cause instanceof RunDirectoryError)) throw cause;
    const message = `${path} could not be read, so the report does not hold these instructions: ${cause.message}`;
    await context.emit({ type: 'notice', level: 'warning', message });
    return null;
  }
}
