import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { GitError, RepositoryError } from '../errors.ts';
import { runGit } from './run-git.ts';

/** Where the parts of the user's repository lie. All paths are absolute. */
export interface SourceRepository {
  /** The folder that was asked for. */
  directory: string;
  /** Data of this work tree: `.git`, `.git/worktrees/<name>`, or the bare repository itself. */
  gitDirectory: string;
  /** Data shared by all work trees. */
  commonDirectory: string;
  objectDirectory: string;
  shallowFile: string;
  indexFile: string;
  /** Top of the checked-out files; null for a bare repository. */
  workTree: string | null;
  objectFormat: 'sha1' | 'sha256';
}

interface LocateOptions {
  source: string;
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Finds the repository that holds a folder: a work tree or a folder below it, a linked work tree, a submodule, a
 * bare repository, also one that another user owns. Asks `git rev-parse` only, which runs nothing a repository's
 * configuration names. `RepositoryError` when the folder is in no repository.
 */
export async function locateSourceRepository(options: LocateOptions): Promise<SourceRepository> {
  const directory = resolve(options.source);
  await requireDirectory(directory);
  const gitDirectory = await discover({ ...options, source: directory });
  const ask = async (...question: string[]) =>
    readPath(
      await runGit({
        argv: ['rev-parse', '--path-format=absolute', ...question],
        gitDirectory,
        searchPath: options.searchPath,
        signal: options.signal,
        timeout: 20_000,
      }),
    );
  const [commonDirectory = '', objectDirectory = '', shallowFile = '', indexFile = '', objectFormat] =
    await askAll(ask);
  const workTree = await findWorkTree({ ...options, source: directory }, gitDirectory);
  if (objectFormat !== 'sha1' && objectFormat !== 'sha256') {
    throw new RepositoryError(`${directory} uses the object format ${objectFormat}, which is not known here`);
  }
  return {
    directory,
    gitDirectory,
    commonDirectory,
    objectDirectory,
    shallowFile,
    indexFile,
    workTree,
    objectFormat,
  };
}

const questions: readonly (readonly string[])[] = [
  ['--git-common-dir'],
  ['--git-path', 'objects'],
  ['--git-path', 'shallow'],
  ['--git-path', 'index'],
  ['--show-object-format'],
];

/** All answers by one call of git; one by one where the name of a folder holds a line feed. */
async function askAll(ask: (...question: string[]) => Promise<string>): Promise<string[]> {
  const answers = (await ask(...questions.flat())).split('\n');
  return answers.length === questions.length
    ? answers
    : Promise.all(questions.map((question) => ask(...question)));
}

async function requireDirectory(directory: string): Promise<void> {
  const status = await stat(directory).catch((cause: unknown) => {
    throw new RepositoryError(`${directory} cannot be opened`, {
      hint: 'name a folder inside a git repository',
      cause,
    });
  });
  if (!status.isDirectory()) {
    throw new RepositoryError(`${directory} is not a folder`, {
      hint: 'name a folder inside a git repository',
    });
  }
}

async function discover(options: LocateOptions): Promise<string> {
  const answer = await runGit({
    argv: ['rev-parse', '--absolute-git-dir'],
    directory: options.source,
    searchPath: options.searchPath,
    signal: options.signal,
    timeout: 20_000,
  }).catch((cause: unknown) => {
    if (!(cause instanceof GitError)) throw cause;
    const said = makeVisibleLine(cause.message.replace(/^git rev-parse ended with code \d+: /, ''));
    throw new RepositoryError(`${options.source} is not in a git repository that can be read: ${said}`, {
      hint: 'run this in a clone',
      cause,
    });
  });
  return readPath(answer);
}

/** null when there are no checked-out files around the folder. */
async function findWorkTree(options: LocateOptions, gitDirectory: string): Promise<string | null> {
  const call = { directory: options.source, searchPath: options.searchPath, signal: options.signal };
  const inside = await runGit({ ...call, argv: ['rev-parse', '--is-inside-work-tree'], timeout: 20_000 });
  if (readPath(inside) !== 'true') return null;
  const answer = await runGit({ ...call, argv: ['rev-parse', '--show-toplevel'], timeout: 20_000 });
  const top = readPath(answer);
  await requireOwnWorkTree({ ...options, top, gitDirectory });
  return top;
}

/** A configuration can put the work tree anywhere on the disk; only one that holds this repository's `.git` is believed. */
async function requireOwnWorkTree(
  options: LocateOptions & { top: string; gitDirectory: string },
): Promise<void> {
  const found = await discover({ ...options, source: options.top }).catch((cause: unknown) => {
    if (cause instanceof RepositoryError) return null;
    throw cause;
  });
  if (found !== null && (await realpath(found)) === (await realpath(options.gitDirectory))) return;
  throw new RepositoryError(
    `the configuration of ${options.source} puts its work tree elsewhere: ${options.top}`,
    { hint: 'unset core.worktree in that repository' },
  );
}

/** One answer of rev-parse: everything but the last line feed, so that a folder's name may hold line feeds. */
function readPath(answer: { stdout: Buffer }): string {
  const bytes = answer.stdout.subarray(0, answer.stdout.at(-1) === 10 ? -1 : undefined);
  const path = bytes.toString('utf8');
  if (!Buffer.from(path).equals(bytes)) {
    throw new RepositoryError(`the repository lies in a folder whose name is not UTF-8: ${path}`, {
      hint: 'rename the folder',
    });
  }
  return path;
}
