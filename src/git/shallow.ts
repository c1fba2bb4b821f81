import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectId } from '../domain/change.ts';

/** The commits where a shallow clone's history ends; none in a complete one. */
export async function readShallow(gitDirectory: string): Promise<ReadonlySet<ObjectId>> {
  const text = await readFile(join(gitDirectory, 'shallow'), 'latin1').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw cause;
  });
  return new Set(text.split('\n').filter((line) => line !== ''));
}
