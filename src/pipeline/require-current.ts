import type { StageName } from '../domain/event.ts';
import { RunDirectoryError } from '../errors.ts';
import { digest } from '../run/digest.ts';
import type { RunWork } from './run-context.ts';

/** Whether a stage came to its end on these very inputs; also where the run does not tell. */
export function isCurrent(
  { manifest }: Pick<RunWork, 'manifest'>,
  stage: StageName,
  inputs: readonly unknown[],
): boolean {
  const record = manifest.current.stages.find((one) => one.stage === stage);
  return record === undefined || (record.status === 'completed' && record.inputDigest === digest(...inputs));
}

/**
 * What a stage made of its inputs says nothing of others that came since, as from another machine: a `RunDirectoryError`
 * when it worked on others than these, or did not come to its end.
 */
export function requireCurrent(
  { run, manifest }: Pick<RunWork, 'run' | 'manifest'>,
  stage: StageName,
  inputs: readonly unknown[],
): void {
  const record = manifest.current.stages.find((one) => one.stage === stage);
  if (record === undefined) return;
  const hint = `run the stage "${stage}" again`;
  if (record.status !== 'completed')
    throw new RunDirectoryError(`${run.path}: the stage "${stage}" did not come to its end`, { hint });
  if (record.inputDigest !== digest(...inputs))
    throw new RunDirectoryError(`${run.path}: what the stage "${stage}" worked on has changed since`, {
      hint,
    });
}
