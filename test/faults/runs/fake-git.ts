import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder for the PATH whose git is the real one, until a call's words match. */
export interface FakeGit {
  path: string;
  /** Whether the broken call was reached. */
  wasReached(): boolean;
  /** Processes that the broken call started and that still run a second later. */
  survivors(): Promise<string[]>;
}

/**
 * `script` takes the place of the calls of the subcommand from the `from`-th (1) to the `to`-th (all): shell, with `$GIT` for the real
 * program. It may start `sleep 86399`, which is what is looked for afterwards.
 */
export function createFakeGit(
  folder: string,
  broken: { subcommand: string; from?: number; to?: number; script: string },
): FakeGit {
  const path = join(folder, 'programs');
  const marker = join(folder, 'reached');
  const calls = join(folder, 'calls');
  mkdirSync(path);
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const script = `#!/bin/sh
GIT='${real}'
for word; do
  if [ "$word" = '${broken.subcommand}' ]; then
    echo >> '${calls}'
    count=$(wc -l < '${calls}')
    if [ "$count" -ge ${broken.from ?? 1} ] && [ "$count" -le ${broken.to ?? 1_000_000} ]; then
      echo $$ >> '${marker}'
      ${broken.script}
    fi
  fi
done
exec "$GIT" "$@"
`;
  writeFileSync(join(path, 'git'), script);
  chmodSync(join(path, 'git'), 0o755);
  return {
    path: `${path}:/usr/local/bin:/usr/bin:/bin`,
    wasReached: () => existsSync(marker),
    survivors: async () => {
      if (!existsSync(marker)) return [];
      const groups = new Set(readFileSync(marker, 'utf8').trim().split('\n'));
      let left = runningIn(groups);
      for (let tries = 0; left.length > 0 && tries < 20; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        left = runningIn(groups);
      }
      return left;
    },
  };
}

/** Processes of these groups; those that were ended and wait for this machine's first process to collect them are not. */
function runningIn(groups: ReadonlySet<string>): string[] {
  return readdirSync('/proc').filter((name) => {
    const state = /^\d+$/.test(name) ? readState(name) : null;
    return state !== null && groups.has(state.group) && state.letter !== 'Z';
  });
}

/** null when the process is gone. */
function readState(pid: string): { letter: string; group: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [letter = '', , group = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { letter, group };
  } catch {
    return null;
  }
}
