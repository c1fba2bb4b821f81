import { randomBytes } from 'node:crypto';
import { copyFile, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { refuseSpecialFile } from './refuse-special-file.ts';
import type { SourceRepository } from './source-repository.ts';

export interface IndexCopy {
  path: string;
  remove(): Promise<void>;
}

/**
 * Copies the user's index into a repository of ours, with the shared part of a split one. Its time stamp comes
 * along, rounded down: files changed at that time or later are compared by content. No index is an empty one.
 */
export async function copyIndex(source: SourceRepository, gitDirectory: string): Promise<IndexCopy> {
  const path = join(gitDirectory, `snapshot-${randomBytes(6).toString('hex')}.index`);
  await copyIfPresent(source.indexFile, path);
  for (const name of await readdir(source.gitDirectory))
    if (/^sharedindex\.[0-9a-f]+$/.test(name))
      await copyIfPresent(join(source.gitDirectory, name), join(gitDirectory, name));
  return { path, remove: () => rm(path, { force: true }) };
}

async function copyIfPresent(from: string, to: string): Promise<void> {
  await refuseSpecialFile(from);
  try {
    await copyFile(from, to);
    const seconds = Math.floor((await stat(from)).mtimeMs / 1000);
    await utimes(to, seconds, seconds);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
  }
}
