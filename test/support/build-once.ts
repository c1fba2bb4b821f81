import { execFileSync } from 'node:child_process';

/** Builds `dist/` once before the tests, because the command-line tests run the built program. */
export default function buildOnce(): void {
  execFileSync('npm', ['run', '-s', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
