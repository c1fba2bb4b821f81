import { type GitCall, runGit } from './run-git.ts';
import type { SourceRepository } from './source-repository.ts';

/** What only the user's own repository knows. The commands below read references and settings, and run nothing. */
export interface SourceQuestions {
  currentBranch(): Promise<string | null>;
  hasRevision(name: string): Promise<boolean>;
  remoteHead(): Promise<string | null>;
  upstream(branch: string): Promise<string | null>;
  remoteAddress(remote: string): Promise<string | null>;
}

export interface SourceQuestionsInput {
  source: SourceRepository;
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
}

export function createSourceQuestions(input: SourceQuestionsInput): SourceQuestions {
  const { source, searchPath, signal } = input;
  /** Standard output of a short command; null when git says no, by exit code 1 or the other codes named. */
  const ask = async (argv: readonly string[], noes: readonly number[] = [1]): Promise<string | null> => {
    const call: GitCall = {
      argv,
      gitDirectory: source.gitDirectory,
      searchPath,
      signal,
      timeout: 20_000,
      answers: noes,
    };
    const { code, stdout } = await runGit(call);
    const text = stdout.toString('utf8').replace(/\n$/, '');
    return code === 0 && text !== '' ? text : null;
  };
  return {
    currentBranch: () => ask(['symbolic-ref', '--quiet', '--short', 'HEAD']),
    async hasRevision(name) {
      if (name === '' || /[\0\n]/.test(name)) return false;
      const argv = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
      return (await ask(argv, [1, 128])) !== null;
    },
    remoteHead: () => ask(['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']),
    upstream: (branch) => ask(['for-each-ref', '--format=%(upstream:short)', `refs/heads/${branch}`]),
    remoteAddress: (remote) => ask(['config', '--get', `remote.${remote}.url`]),
  };
}
