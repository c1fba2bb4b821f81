import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A defect that was put into the sample on purpose. */
export interface PlantedDefect {
  /** Rule of `checks` that sees it. */
  rule: string;
  path: string;
  /** Line of the rule's hit at the head, from 1. */
  line: number;
  severity: 'critical' | 'important' | 'suggestion';
  title: string;
}

export interface SampleRepository {
  path: string;
  /** What the pull request starts from. */
  base: string;
  /** The pull request's head: three commits with planted defects. */
  head: string;
  /** On top of the head: all of them mended. */
  fixed: string;
  planted: PlantedDefect[];
}

const sources = resolve('test/fixtures/sample');

const steps = [
  { folder: 'base', branch: 'main', message: 'Keep one container per workspace running' },
  {
    folder: '1-restart',
    branch: 'keep-alive',
    message:
      'Restart workspaces whose container died\n\nUntil now a dead container stayed dead until somebody noticed.',
  },
  {
    folder: '2-events',
    branch: 'keep-alive',
    message: 'Follow container events and tell who owns a workspace',
  },
  {
    folder: '3-start',
    branch: 'keep-alive',
    message: 'Wait for the container daemon, clean up after lost workspaces',
  },
  { folder: 'fixed', branch: 'keep-alive-fixed', message: 'Tell unknown from absent, bound every wait' },
];

/**
 * Makes the sample as a git repository: a small service that keeps containers running, and a pull request of three
 * commits with planted defects, among them a restart cascade. Author and dates are fixed, so its ids are the same
 * on every machine.
 */
export function createSampleRepository(directory: string): SampleRepository {
  mkdirSync(directory, { recursive: true });
  const git = (minute: number, ...words: string[]) =>
    execFileSync('git', ['-c', 'init.defaultBranch=main', ...words], {
      cwd: directory,
      encoding: 'utf8',
      env: environment(minute),
    }).trim();
  git(0, 'init', '--quiet', '--template=');
  const commits = steps.map(({ folder, branch, message }, minute) => {
    if (minute > 0 && steps[minute - 1]?.branch !== branch) git(minute, 'checkout', '--quiet', '-b', branch);
    cpSync(join(sources, folder), directory, { recursive: true });
    git(minute, 'add', '--all');
    git(minute, 'commit', '--quiet', '--message', message);
    return git(minute, 'rev-parse', 'HEAD');
  });
  git(9, 'checkout', '--quiet', 'keep-alive');
  const [base = '', , , head = '', fixed = ''] = commits;
  const planted: PlantedDefect[] = JSON.parse(readFileSync(join(sources, 'planted.json'), 'utf8'));
  return { path: directory, base, head, fixed, planted };
}

function environment(minute: number): Record<string, string> {
  const date = `2026-04-16T09:1${minute}:00Z`;
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Robin Sample',
    GIT_AUTHOR_EMAIL: 'robin@example.org',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'Robin Sample',
    GIT_COMMITTER_EMAIL: 'robin@example.org',
    GIT_COMMITTER_DATE: date,
  };
}
