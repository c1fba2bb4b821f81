import { readdirSync, readFileSync } from 'node:fs';

/** Ids of the processes of git that are at work in a repository, such as its long-lived readers; of no other one. */
export function readersOf(gitDirectory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'latin1').includes(`GIT_DIR=${gitDirectory}\0`);
      } catch {
        return false;
      }
    })
    .map(Number);
}
