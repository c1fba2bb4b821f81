import { access, constants, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { bubblewrapArguments, madeUpFiles } from './bubblewrap-arguments.ts';
import { runContained } from './run-contained.ts';
import { defaultSandboxLimits } from './sandbox-limits.ts';
import { seccompFilter } from './seccomp-filter.ts';

export type BubblewrapLookup =
  /** It was started, with everything that commands are run with. */
  | {
      outcome: 'ready';
      program: string;
      /** What commands are not kept from on this machine; null when there is nothing to say. */
      weakness: string | null;
    }
  | { outcome: 'missing' | 'unusable'; reason: string; advice: string };

const quietTime = 20_000;
const probeText = 'sandbox works';

/** Looks for bubblewrap in the folders of a PATH and tries it out. Rejects only when aborted. */
export async function findBubblewrap(searchPath: string, signal?: AbortSignal): Promise<BubblewrapLookup> {
  if (process.platform !== 'linux')
    return {
      outcome: 'missing',
      reason: `bubblewrap needs Linux; this is ${process.platform}`,
      advice: 'review on Linux if reviewers are to run commands',
    };
  const program = await findProgram(searchPath);
  if (program === null)
    return {
      outcome: 'missing',
      reason: 'bubblewrap is not installed',
      advice: 'install the package bubblewrap (0.8 or newer)',
    };
  const reason = await tryOut(program, signal);
  if (reason === null) return { outcome: 'ready', program, weakness: weaknessOf(process.arch) };
  return {
    outcome: 'unusable',
    reason: `bubblewrap is installed and does not work: ${reason}`,
    advice: adviceFor(reason),
  };
}

function weaknessOf(architecture: string): string | null {
  if (seccompFilter(architecture) !== null) return null;
  return `no system calls are filtered on ${architecture}: commands share the kernel keyring and vsock sockets`;
}

async function findProgram(searchPath: string): Promise<string | null> {
  for (const folder of searchPath.split(':').filter(isAbsolute)) {
    const program = join(folder, 'bwrap');
    try {
      await access(program, constants.X_OK);
      if ((await stat(program)).isFile()) return program;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** null when it works. */
async function tryOut(program: string, signal: AbortSignal | undefined): Promise<string | null> {
  const directory = await mkdtemp(join(tmpdir(), 'deep-review-'));
  try {
    for (const { name, text } of madeUpFiles) await writeFile(join(directory, name), text);
    const limits = defaultSandboxLimits();
    const command = `sleep 0.5 && echo ${probeText}`;
    const argv = bubblewrapArguments({ copy: null, systemFiles: directory, caches: [], limits, command });
    const { exitCode, output, watched } = await runContained({
      program,
      argv,
      timeoutMs: quietTime,
      limits,
      signal,
    });
    if (exitCode === 0 && output.text === `${probeText}\n`)
      return watched ? null : 'its processes cannot be seen in /proc';
    return `a trial ended with code ${exitCode}: ${output.text.slice(0, 200)}`;
  } catch (cause) {
    signal?.throwIfAborted();
    return cause instanceof Error ? cause.message : String(cause);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function adviceFor(reason: string): string {
  if (/Unknown option/i.test(reason)) return 'install bubblewrap 0.8 or newer';
  if (/namespace|uid map|Operation not permitted|Permission denied/i.test(reason))
    return 'allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0, user.max_user_namespaces above 0; in a container, start it with them allowed';
  return 'try "bwrap --unshare-all --ro-bind / / true" to see what is wrong';
}
