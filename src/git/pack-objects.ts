import type { ObjectId } from '../domain/change.ts';
import { GitError } from '../errors.ts';
import type { ObjectRepository } from './object-repository.ts';
import { runGit } from './run-git.ts';

export interface PackObjectsInput {
  repository: ObjectRepository;
  commits: readonly ObjectId[];
  /** Files to take along, where the commits have them. */
  paths: readonly string[];
  /** Bytes of file content, unpacked. The smallest files are taken first. */
  maxBytes: number;
  signal: AbortSignal;
}

export interface PackedObjects {
  pack: Buffer;
  /** Files of which at least one commit's content was over the limit. */
  leftOut: string[];
}

/** Modes of folders and submodules. */
const noFile = new Set(['040000', '160000']);

/**
 * A pack of the commits, the folders on the way to the files, and the files: enough to show the code of a report
 * after the repository has forgotten it. Without the commits' history.
 */
export async function packObjects(input: PackObjectsInput): Promise<PackedObjects> {
  const { repository, commits, paths } = input;
  const wanted = new Set(paths);
  const folders = new Set(['', ...paths.flatMap(foldersOf)]);
  const objects = new Set<ObjectId>(commits);
  const files = new Map<ObjectId, string>();
  for (const commit of new Set(commits)) {
    for (const folder of folders) {
      const entry = await repository.findEntry(commit, folder);
      if (entry?.mode === '040000') objects.add(entry.oid);
    }
    for (const path of wanted) {
      const entry = await repository.findEntry(commit, path);
      if (entry !== null && !noFile.has(entry.mode)) files.set(entry.oid, path);
    }
  }
  const { taken, leftOut } = await chooseFiles(input, files);
  for (const oid of taken) objects.add(oid);
  const { stdout } = await git(
    input,
    ['pack-objects', '--stdout', '-q', '--window=0'],
    `${[...objects].join('\n')}\n`,
  );
  return { pack: stdout, leftOut };
}

async function chooseFiles(
  input: PackObjectsInput,
  files: ReadonlyMap<ObjectId, string>,
): Promise<{ taken: ObjectId[]; leftOut: string[] }> {
  if (files.size === 0) return { taken: [], leftOut: [] };
  const { stdout } = await git(
    input,
    ['cat-file', '--batch-check=%(objectname) %(objectsize)'],
    `${[...files.keys()].join('\n')}\n`,
  );
  const sizes = stdout
    .toString('latin1')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [oid = '', size = ''] = line.split(' ');
      if (!/^\d+$/.test(size)) throw new GitError(`the repository does not hold ${line}`);
      return { oid, size: Number(size) };
    })
    .sort((a, b) => a.size - b.size);
  const taken: ObjectId[] = [];
  const leftOut = new Set<string>();
  let sum = 0;
  for (const { oid, size } of sizes) {
    sum += size;
    if (sum <= input.maxBytes) taken.push(oid);
    else leftOut.add(files.get(oid) ?? oid);
  }
  return { taken, leftOut: [...leftOut] };
}

function foldersOf(path: string): string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}

function git(input: PackObjectsInput, argv: readonly string[], text = '') {
  const { repository, signal } = input;
  return runGit({
    argv,
    gitDirectory: repository.gitDirectory,
    searchPath: repository.searchPath,
    signal,
    input: text,
  });
}
