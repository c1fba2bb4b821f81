import { lookUpManifest } from './read-manifest.ts';
import type { RunDirectory } from './run-directory.ts';
import { isOwnRun } from './run-seal.ts';

/** Whether a folder is a run that this user's program made or took over; what is no run is none. */
export async function isMadeHere(run: RunDirectory, cacheDirectory: string): Promise<boolean> {
  const manifest = await lookUpManifest(run);
  return manifest.outcome === 'found' && isOwnRun(run, manifest.value, cacheDirectory);
}
