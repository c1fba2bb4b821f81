import type { ObjectId } from '../../domain/change.ts';
import { encodePath } from '../../domain/git-path.ts';
import type { ObjectRepository } from '../../git/object-repository.ts';
import type { TreeFile } from '../../sandbox/write-tree.ts';

/** Larger files are left out of a copy: bytes. */
const maxBytes = 64 * 2 ** 20;

/** All files of a commit, read from git's objects when they are asked for. */
export async function treeFiles(repository: ObjectRepository, commit: ObjectId): Promise<TreeFile[]> {
  const entries = await repository.listFiles(commit);
  return entries.map(({ path, mode }) => ({
    path: encodePath(path),
    mode,
    async read() {
      const file = await repository.readFile(commit, path, { maxBytes });
      if (file.outcome === 'found') return file.bytes;
      if (file.outcome === 'too-large') return null;
      throw new Error(`a file is listed at ${commit} and is ${file.outcome}`);
    },
  }));
}
