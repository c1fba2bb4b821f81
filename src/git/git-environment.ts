import { delimiter, isAbsolute } from 'node:path';

/** Where git is looked for when the caller does not hand in the user's PATH. */
const defaultSearchPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

/**
 * The whole environment of every git process: no configuration but the repository's own, no prompt, no network,
 * no replaced objects, messages in English. Nothing of this process's environment but the search path goes in.
 */
export function gitEnvironment(searchPath: string = defaultSearchPath): Record<string, string> {
  return {
    PATH: absoluteFolders(searchPath),
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ASKPASS: 'false',
    GIT_SSH_COMMAND: 'false',
    GIT_EDITOR: 'false',
    GIT_PAGER: 'cat',
    /** Set and empty: no transport at all is allowed, whatever a configuration says. */
    GIT_ALLOW_PROTOCOL: '',
  };
}

/** An empty or relative folder in a PATH would be one of the repository under review. */
function absoluteFolders(searchPath: string): string {
  return searchPath.split(delimiter).filter(isAbsolute).join(delimiter) || defaultSearchPath;
}

/** Stands before every subcommand and outranks every configuration file. */
export const guardingFlags: readonly string[] = [
  '--no-pager',
  '--literal-pathspecs',
  '-c',
  'safe.directory=*',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.untrackedCache=false',
  '-c',
  'core.attributesFile=/dev/null',
  '-c',
  'core.excludesFile=/dev/null',
  '-c',
  'core.commitGraph=false',
  '-c',
  'core.quotePath=true',
  '-c',
  'core.symlinks=true',
  '-c',
  'protocol.allow=never',
  '-c',
  'submodule.recurse=false',
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
];
