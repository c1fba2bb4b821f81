import { RepositoryError } from '../errors.ts';
import { runGit } from './run-git.ts';

/** `rev-parse --path-format` and a working `--end-of-options` came with it. */
const oldest = [2, 31] as const;

/** Search paths on which a git that is new enough was found: it is asked once. */
const proven = new Set<string | undefined>();

/** Throws a `RepositoryError` that names both versions when the installed git is older than this program needs. */
export async function requireGitVersion(options: {
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  if (proven.has(options.searchPath)) return;
  const { stdout } = await runGit({ argv: ['--version'], timeout: 20_000, ...options });
  const text = stdout.toString('utf8').trim();
  const match = /(\d+)\.(\d+)/.exec(text);
  const [major, minor] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) {
    proven.add(options.searchPath);
    return;
  }
  throw new RepositoryError(`git is too old: it calls itself "${text}", and ${oldest.join('.')} is needed`, {
    hint: `install git ${oldest.join('.')} or newer`,
  });
}
