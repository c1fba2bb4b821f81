import type { RunManifest } from '../domain/run.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import { readSecondLooks } from './second-looks-file.ts';

/**
 * Since when the labels of a run's report mean what they mean, where it is not the run's begin: a second look makes the
 * report anew, and what was `I1` may be `I2` then. UTC, ISO 8601; null: nobody looked again.
 */
export async function readRenamedAt(
  run: RunDirectory,
  { stages }: Pick<RunManifest, 'stages'>,
): Promise<string | null> {
  const last = (await readSecondLooks(run)).at(-1);
  if (last === undefined) return null;
  const rendered = stages.find(({ stage }) => stage === 'render')?.startedAt;
  return rendered === undefined || Date.parse(rendered) < Date.parse(last.at) ? last.at : rendered;
}
