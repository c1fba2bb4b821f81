import { execFileSync } from 'node:child_process';
import { fixtureEnvironment, type GitFixture } from '../../support/git-fixture.ts';

/** Two commits, old and new. */
export type CommitPair = readonly [from: string, to: string];

export interface DiffRequest {
  flags: readonly string[];
  /** `name=value`, as for `git -c`. */
  config?: readonly string[];
}

const always = [
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--full-index',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];

/** What `git diff` prints, as bytes, one character each. */
export function diffPair(fixture: GitFixture, [from, to]: CommitPair, request: DiffRequest): string {
  return runGit(fixture, ['diff', ...always, ...request.flags, from, to], '', request);
}

/** The same for many pairs by one `git diff-tree --stdin`, in their order. */
export function diffPairs(fixture: GitFixture, pairs: readonly CommitPair[], request: DiffRequest): string[] {
  const input = pairs.map(([from, to]) => `${to} ${from}\n`).join('');
  const argv = ['diff-tree', '--stdin', '--always', '-r', ...always, ...request.flags];
  const output = runGit(fixture, argv, input, request);
  const end = request.flags.includes('-z') ? '\0' : '\n';
  return splitAtIds(
    output,
    pairs.map(([, to]) => to),
    end,
  );
}

/**
 * An answer begins with the id of its commit as a line of its own. No line of a patch is one: in hunks lines have a
 * marker, and in binary data never such a length.
 */
function splitAtIds(output: string, ids: readonly string[], end: string): string[] {
  const answers: string[] = [];
  let at = 0;
  for (const [index, id] of ids.entries()) {
    if (!output.startsWith(`${id}${end}`, at))
      throw new Error(`no answer for ${id}: ${output.slice(at, at + 200)}`);
    const start = at + id.length + 1;
    const next = ids[index + 1];
    if (next === undefined) at = output.length;
    else if (output.startsWith(`${next}${end}`, start)) at = start;
    else at = output.indexOf(`${end}${next}${end}`, start) + 1;
    if (at === 0) throw new Error(`no answer for ${next}`);
    answers.push(output.slice(start, at));
  }
  return answers;
}

function runGit(fixture: GitFixture, argv: string[], input: string, { config = [] }: DiffRequest): string {
  return execFileSync('git', [...config.flatMap((entry) => ['-c', entry]), ...argv], {
    cwd: fixture.directory,
    env: fixtureEnvironment(0),
    input,
    maxBuffer: 2 ** 29,
    stdio: ['pipe', 'pipe', 'pipe'],
  }).toString('latin1');
}
