import { readFile } from 'node:fs/promises';
import { Change } from '../domain/change.ts';
import type { DeclineRecord, DeclineRecords } from '../domain/context-suggestion.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { packObjects } from '../git/pack-objects.ts';
import { readPlainFile, readRequiredArtifact } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import type { OpenedRun } from './open-run.ts';
import { printChange } from './print-change.ts';
import { type RunContext, recordStage } from './run-context.ts';
import { declinesFile } from './suggest-notes.ts';

/** Most bytes of git objects that are kept in a run so that its report can be rendered again anywhere. */
const packLimit = 20 * 2 ** 20;

/** Writes what was collected: `collect/change.json`, `diff.patch`, `objects.pack`, and `declines.json` where there are any. */
export async function writeCollected(
  context: RunContext,
  { change, patch, declines }: Pick<OpenedRun, 'change' | 'patch' | 'declines'>,
): Promise<void> {
  await recordStage(context, 'collect', [change], async () => {
    await context.run.memory.write(context.run.file('collect', 'diff.patch'), patch);
    await writePack(context, change, { paths: [...changedPaths(change)], folder: 'collect' });
    await writeDeclines(context.run, declines);
    await context.run.memory.write(context.run.file('collect', 'change.json'), printChange(change));
  });
}

async function writeDeclines(run: RunDirectory, records: readonly DeclineRecord[]): Promise<void> {
  const path = declinesFile(run);
  if (records.length === 0 && (await readPlainFile(path)) === null) return;
  const declines: DeclineRecords = { schemaVersion: 1, records: [...records] };
  await run.memory.write(path, `${JSON.stringify(declines, null, 2)}\n`);
}

export function readChange(context: Pick<RunContext, 'run'>): Promise<Change> {
  return readRequiredArtifact({
    path: context.run.file('collect', 'change.json'),
    schema: Change,
    version: 1,
    madeBy: 'collect',
  });
}

export function readPatch(context: Pick<RunContext, 'run'>): Promise<Buffer> {
  return readFile(context.run.file('collect', 'diff.patch'));
}

/**
 * Packs the files named, besides the changed ones, at both ends of the change: `render/objects.pack`. Where nothing is
 * named that `collect/objects.pack` is not for, there is no other.
 */
export async function writeOtherPack(
  context: RunContext,
  change: Change,
  otherPaths: readonly string[],
): Promise<void> {
  const known = changedPaths(change);
  if (otherPaths.every((path) => known.has(path))) return;
  await writePack(context, change, { paths: [...known, ...otherPaths], folder: 'render' });
}

function changedPaths({ files }: Change): Set<string> {
  return new Set(files.flatMap(({ path, oldPath }) => (oldPath === null ? [path] : [path, oldPath])));
}

async function writePack(
  context: RunContext,
  change: Change,
  { paths, folder }: { paths: readonly string[]; folder: 'collect' | 'render' },
): Promise<void> {
  const { pack, leftOut } = await packObjects({
    repository: context.repository,
    commits: [change.head.sha, change.mergeBase],
    paths: [...new Set(paths)],
    maxBytes: packLimit,
    signal: context.signal,
  });
  await context.run.memory.write(context.run.file(folder, 'objects.pack'), pack);
  if (leftOut.length > 0) {
    const names = leftOut.slice(0, 3).map(makeVisibleLine).join(', ');
    const message = `objects.pack is full: ${leftOut.length} files are not in it, such as ${names}; without the repository their code cannot be shown`;
    await context.emit({ type: 'notice', level: 'warning', message });
  }
}
