import { type SecondLook, SecondLooks } from '../domain/second-look.ts';
import { readArtifact } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';

/** What somebody asked to have done again in a run, the oldest first; none in most runs. */
export async function readSecondLooks(run: RunDirectory): Promise<SecondLook[]> {
  const { memory } = run;
  const lookup = await readArtifact({ path: looksFile(run), schema: SecondLooks, version: 1, memory });
  return lookup.outcome === 'found' ? lookup.value.looks : [];
}

/** Writes one look over the one of its number, or behind all others. */
export async function keepSecondLook(run: RunDirectory, look: SecondLook): Promise<void> {
  const others = (await readSecondLooks(run)).filter(({ number }) => number !== look.number);
  const content: SecondLooks = {
    schemaVersion: 1,
    looks: [...others, look].sort((a, b) => a.number - b.number),
  };
  await run.memory.write(looksFile(run), `${JSON.stringify(content, null, 2)}\n`);
}

function looksFile(run: RunDirectory): string {
  return run.file('second-looks.json');
}
