import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RepositoryError } from '../errors.ts';
import { splitRecords } from './parse-listing.ts';
import { refuseSpecialFile } from './refuse-special-file.ts';
import { type GitCall, runGit } from './run-git.ts';
import type { SourceRepository } from './source-repository.ts';

interface ListUntrackedInput {
  /** Our own bare repository. */
  gitDirectory: string;
  source: SourceRepository;
  /** Says where the work tree and the index are. */
  call: Partial<GitCall>;
  /** Patterns that the user ignores everywhere. */
  ignoreFile: string;
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Files of the work tree that are neither tracked nor ignored, as path bytes. Ignored is what `.gitignore`,
 * `info/exclude` and the user's own ignore file say. Another repository below the work tree is not entered.
 */
export async function listUntracked(input: ListUntrackedInput): Promise<Buffer[]> {
  const { gitDirectory, source, call, ignoreFile, searchPath, signal } = input;
  await takeOverExcludes(source, gitDirectory);
  const { stdout, complaint } = await runGit({
    gitDirectory,
    searchPath,
    signal,
    ...call,
    settings: [...(call.settings ?? []), '-c', `core.excludesFile=${ignoreFile}`],
    argv: ['ls-files', '-z', '--others', '--exclude-standard'],
  });
  if (complaint !== '')
    throw new RepositoryError(`a folder of the work tree cannot be read: ${complaint}`, {
      hint: 'mend its rights, or review commits instead (--range A..B)',
    });
  return splitRecords(stdout).filter((path) => path.at(-1) !== slash);
}

const slash = '/'.charCodeAt(0);

async function takeOverExcludes(source: SourceRepository, gitDirectory: string): Promise<void> {
  await mkdir(join(gitDirectory, 'info'), { recursive: true });
  const from = join(source.commonDirectory, 'info', 'exclude');
  await refuseSpecialFile(from);
  await copyFile(from, join(gitDirectory, 'info', 'exclude')).catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
  });
}
