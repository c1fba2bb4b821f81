import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, parse } from 'node:path';
import { killGroup, startGroup } from '../../git/process-group.ts';

export interface AskGhInput {
  /** Whose token is wanted: `github.com`. */
  host: string;
  /** Any variable of the user's environment. */
  variable(name: string): string | null;
  signal: AbortSignal;
  /** Milliseconds; default 5 seconds. */
  timeout?: number;
}

/**
 * The token that GitHub's own command line keeps for a host. null when it is not installed in a folder of the user's PATH,
 * when nobody is signed in, and when it does not answer in time. It is told where its own files are, and no key.
 */
export async function askGh(input: AskGhInput): Promise<string | null> {
  const { host, variable, signal, timeout = 5_000 } = input;
  signal.throwIfAborted();
  const folders = (variable('PATH') ?? '').split(delimiter).filter(isAbsolute);
  const program = await findProgram(folders);
  if (program === null) return null;
  const child = startGroup(program, ['auth', 'token', '--hostname', host], {
    cwd: parse(program).root,
    env: { ...passOn(variable), PATH: folders.join(delimiter), GH_PROMPT_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (said.length <= mostCharacters) said += text;
  });
  const code = await new Promise<number | null>((resolve) => {
    const stop = () => resolve(null);
    const timer = setTimeout(stop, timeout);
    signal.addEventListener('abort', stop, { once: true });
    const settle = (ended: number | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(ended);
    };
    child.once('close', settle).once('error', () => settle(null));
  });
  killGroup(child);
  signal.throwIfAborted();
  const token = said.trim();
  return code === 0 && token !== '' && token.length <= mostCharacters ? token : null;
}

const mostCharacters = 4_000;

async function findProgram(folders: readonly string[]): Promise<string | null> {
  const name = process.platform === 'win32' ? 'gh.exe' : 'gh';
  for (const path of folders.map((folder) => join(folder, name))) {
    try {
      await access(path, constants.X_OK);
      if ((await stat(path)).isFile()) return path;
    } catch {
      // Not in this folder, or not for this user.
    }
  }
  return null;
}

/** Where it keeps what it knows, its keyring among it. */
function passOn(variable: AskGhInput['variable']): Record<string, string> {
  const names = [
    ...['HOME', 'GH_CONFIG_DIR', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR'],
    ...['DBUS_SESSION_BUS_ADDRESS', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'SYSTEMROOT'],
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = variable(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}
