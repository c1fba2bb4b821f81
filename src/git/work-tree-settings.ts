import { join } from 'node:path';
import { GitError } from '../errors.ts';
import { splitRecords } from './parse-listing.ts';
import { runGit } from './run-git.ts';
import type { SourceRepository } from './source-repository.ts';

interface SettingsInput {
  source: SourceRepository;
  /** Where `~` is, for the user's own git settings. */
  homeDirectory: string;
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface WorkTreeSettings {
  /** `-c` flags that make git read the work tree as its user's git does. None of them names a program. */
  flags: string[];
  /** File of patterns that the user ignores everywhere; need not exist. */
  ignoreFile: string;
}

/** Settings that say how bytes and modes of checked-out files are to be understood. */
const harmless = [
  'core.autocrlf',
  'core.eol',
  'core.filemode',
  'core.ignorecase',
  'core.precomposeunicode',
  'core.symlinks',
];

/** What the user's and the repository's configuration say of checked-out files. `git config` only reads. */
export async function readWorkTreeSettings(input: SettingsInput): Promise<WorkTreeSettings> {
  const { stdout } = await runGit({
    argv: ['config', '--null', '--show-scope', '--includes', '--list'],
    gitDirectory: input.source.gitDirectory,
    variables: {
      HOME: input.homeDirectory,
      GIT_CONFIG_GLOBAL: undefined,
      GIT_CONFIG_SYSTEM: undefined,
      GIT_CONFIG_NOSYSTEM: undefined,
    },
    searchPath: input.searchPath,
    signal: input.signal,
    timeout: 20_000,
  });
  const settings = parseSettings(splitRecords(stdout));
  return {
    flags: harmless.flatMap((name) => {
      const value = settings.get(name);
      return value === undefined ? [] : ['-c', `${name}=${value}`];
    }),
    ignoreFile: expandHome(
      settings.get('core.excludesfile') ?? join(input.homeDirectory, '.config', 'git', 'ignore'),
      input.homeDirectory,
    ),
  };
}

/** Scope, then `name LF value`; what comes from our own command line is left out. The last one counts. */
function parseSettings(records: readonly Buffer[]): Map<string, string> {
  const settings = new Map<string, string>();
  for (let at = 0; at + 1 < records.length; at += 2) {
    if (records[at]?.toString('latin1') === 'command') continue;
    const setting = records[at + 1]?.toString('utf8') ?? '';
    const end = setting.indexOf('\n');
    if (end < 0) settings.set(setting, 'true');
    else settings.set(setting.slice(0, end), setting.slice(end + 1));
  }
  if (records.length % 2 !== 0) throw new GitError('git config printed a scope without a setting');
  return settings;
}

function expandHome(path: string, homeDirectory: string): string {
  return path.startsWith('~/') ? join(homeDirectory, path.slice(2)) : path;
}
