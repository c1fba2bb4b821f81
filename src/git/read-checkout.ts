import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GitError } from '../errors.ts';
import { runGit } from './run-git.ts';

/** What is checked out in a folder. */
export type Checkout =
  | { outcome: 'found'; commit: string; parents: readonly string[] }
  /** There is no repository in this very folder, or it has no commit. */
  | { outcome: 'absent' };

/** The commit that a folder's repository has checked out, with its parents also where the clone is shallow. */
export async function readCheckout(
  folder: string,
  { searchPath, signal }: { searchPath?: string | undefined; signal: AbortSignal },
): Promise<Checkout> {
  const gitDirectory = join(folder, '.git');
  if (!existsSync(gitDirectory)) return { outcome: 'absent' };
  const { stdout } = await runGit({
    argv: ['cat-file', '--batch'],
    gitDirectory,
    directory: folder,
    input: 'HEAD\n',
    searchPath,
    signal,
    timeout: 20_000,
  });
  const text = stdout.toString('latin1');
  if (text === 'HEAD missing\n') return { outcome: 'absent' };
  const commit = /^([0-9a-f]{40,64}) commit \d+\n/.exec(text)?.[1];
  if (commit === undefined) throw new GitError(`what is checked out in ${folder} is no commit`);
  const [header = ''] = text.split('\n\n');
  const parents = [...header.matchAll(/^parent ([0-9a-f]{40,64})$/gm)].map(([, parent = '']) => parent);
  return { outcome: 'found', commit, parents };
}
