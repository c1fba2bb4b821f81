import { execFile } from 'node:child_process';

/** Nothing of this machine's configuration, nobody asked for anything. */
export const gitEnvironment: Record<string, string> = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
};

/** Git in a process beside this one, so that the server can answer meanwhile. Rejects when it fails. */
export function git(directory: string, ...words: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      words,
      { cwd: directory, env: gitEnvironment, maxBuffer: 2 ** 30, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`git ${words.join(' ')}: ${stderr.trim() || error.message}`, { cause: error }));
      },
    );
  });
}

/** The commit a branch or full id stands for; null when the repository has no such commit. */
export async function findCommit(directory: string, name: string): Promise<string | null> {
  const revision = /^[0-9a-f]{40}$/.test(name) ? name : `refs/heads/${name}`;
  const found = await git(directory, 'rev-parse', '--quiet', '--verify', `${revision}^{commit}`).catch(
    () => '',
  );
  return found.trim() === '' ? null : found.trim();
}
