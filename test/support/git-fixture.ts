import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a path holds after a commit: text, bytes, a link's text, a file with its executable bit, or nothing. */
export type FixtureContent = string | Uint8Array | { link: string } | { executable: string } | null;

export interface GitFixture {
  /** The repository's work tree. */
  readonly directory: string;
  /** An empty folder beside the repository, removed with it: for caches, clones and marker files. */
  readonly scratch: string;
  /** Runs git in the work tree without any configuration of this machine; stdout without its last line feed. */
  git(...argv: string[]): string;
  /** As `git`, with bytes on stdin. */
  gitWithInput(input: string | Uint8Array, ...argv: string[]): string;
  /** Writes into the work tree and commits nothing. */
  write(files: Record<string, FixtureContent>): void;
  /** Writes the files, commits everything in the work tree (also nothing at all) and gives the new id. */
  commit(files: Record<string, FixtureContent>, message?: string): string;
  remove(): void;
}

export interface GitFixtureOptions {
  objectFormat?: 'sha1' | 'sha256';
  /** Name of the work tree's folder; default `repository`. */
  name?: string;
}

/** A new repository on branch `main` in a temporary folder; equal calls make equal ids: author and dates are fixed. */
export function createGitFixture(options: GitFixtureOptions = {}): GitFixture {
  const root = mkdtempSync(join(tmpdir(), 'git-fixture-'));
  const directory = join(root, options.name ?? 'repository');
  const scratch = join(root, 'scratch');
  mkdirSync(directory);
  mkdirSync(scratch);
  let minute = 0;
  const run = (program: string, argv: readonly string[], input: string | Uint8Array = '') =>
    execFileSync(program, argv, {
      cwd: directory,
      env: fixtureEnvironment(minute),
      input,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['pipe', 'pipe', 'pipe'],
    }).replace(/\n$/, '');
  const gitWithInput = (input: string | Uint8Array, ...argv: string[]) => run('git', argv, input);
  const git = (...argv: string[]) => gitWithInput('', ...argv);
  const write = (files: Record<string, FixtureContent>) => {
    for (const [path, content] of Object.entries(files)) writeContent(join(directory, path), content);
  };
  git('init', '--quiet', '--template=', `--object-format=${options.objectFormat ?? 'sha1'}`);
  return {
    directory,
    scratch,
    git,
    gitWithInput,
    write,
    commit(files, message = 'change') {
      write(files);
      const id = run('sh', ['-c', commitAll, 'sh', message]);
      minute += 1;
      return id;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** One shell for three calls of git: a large process, such as that of many tests, is slow to fork. */
const commitAll = 'git add --all && git commit --quiet --allow-empty --message "$1" && git rev-parse HEAD';

/** Nothing of this machine's configuration; one minute passes between two commits. */
export function fixtureEnvironment(minute: number): Record<string, string> {
  const date = `${Date.UTC(2026, 0, 1) / 1000 + 60 * minute} +0000`;
  return {
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: '3',
    GIT_CONFIG_KEY_0: 'init.defaultBranch',
    GIT_CONFIG_VALUE_0: 'main',
    GIT_CONFIG_KEY_1: 'protocol.file.allow',
    GIT_CONFIG_VALUE_1: 'always',
    GIT_CONFIG_KEY_2: 'gc.auto',
    GIT_CONFIG_VALUE_2: '0',
    GIT_AUTHOR_NAME: 'Ada Author',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'Ada Author',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    GIT_COMMITTER_DATE: date,
  };
}

function writeContent(path: string, content: FixtureContent): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) rmSync(path, { recursive: true });
  if (content === null) return;
  mkdirSync(dirname(path), { recursive: true });
  if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(path, content);
  else if ('link' in content) symlinkSync(content.link, path);
  else {
    writeFileSync(path, content.executable);
    chmodSync(path, 0o755);
  }
}
