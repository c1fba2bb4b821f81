import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { FileDiff } from '../../src/domain/change.ts';
import { GitError } from '../../src/errors.ts';
import { gitEnvironment, guardingFlags } from '../../src/git/git-environment.ts';
import { parsePatch } from '../../src/git/patch/parse-patch.ts';
import type { Patch } from '../../src/git/patch/patch.ts';
import { printPatch } from '../../src/git/patch/print-patch.ts';
import { toFileDiffs } from '../../src/git/patch/to-file-diffs.ts';
import { expectedSummaries, type FileSummary, summarise } from '../git/patch/compare-with-git.ts';
import { readCounts, readRaw } from '../git/patch/read-summary.ts';

const usage = `usage: npm run test:diff -- --repo PATH [--every N] [--most N]

Reads the patch of each Nth commit (default: each) against its first parent, of at most N commits (default: all),
newest first, prints it back and compares the bytes; then files, modes, ids and counts with what git says of them.
Exit: 0 all equal, 1 at the first difference, 2 wrong usage.`;

/** Ours and git's differ: what, and where. */
class Difference extends Error {}

const sha1EmptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const sha256EmptyTree = '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321';
const flags = [
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--full-index',
  '--find-renames',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--submodule=short',
  '--ignore-submodules=none',
  '--no-relative',
  '-O/dev/null',
];

interface Options {
  repo: string;
  every: number;
  most: number;
}

const totals = { commits: 0, files: 0, hunks: 0, lines: 0, bytes: 0, milliseconds: 0 };

process.exitCode = main();

function main(): number {
  const options = readOptions();
  const commits = options === null ? null : listCommits(options);
  if (options === null || commits === null) {
    console.error(usage);
    return 2;
  }
  for (const [commit, parent] of commits) {
    try {
      compareCommit(options.repo, parent, commit);
    } catch (error) {
      if (!(error instanceof Difference)) throw error;
      console.log(`${formatTotals()} are equal; then\ngit diff ${parent} ${commit}\n${error.message}`);
      return 1;
    }
    if (totals.commits % 500 === 0) console.error(`${totals.commits} of ${commits.length} commits`);
  }
  console.log(`${formatTotals()} are equal`);
  return 0;
}

/** null after saying what is wrong. */
function readOptions(): Options | null {
  try {
    const { values } = parseArgs({
      options: {
        repo: { type: 'string' },
        every: { type: 'string', default: '1' },
        most: { type: 'string', default: `${Number.MAX_SAFE_INTEGER}` },
      },
    });
    const { repo, every, most } = values;
    if (repo === undefined) throw new TypeError('--repo is missing');
    if (![every, most].every((count) => /^[1-9][0-9]{0,15}$/.test(count)))
      throw new TypeError('--every and --most take a whole number from 1');
    return { repo, every: Number(every), most: Number(most) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n`);
    return null;
  }
}

/** Each commit with its first parent, or the empty tree; null after saying that there is no such repository. */
function listCommits({ repo, every, most }: Options): [commit: string, parent: string][] | null {
  try {
    const listed = git(repo, ['rev-list', '--parents', 'HEAD'])
      .toString('latin1')
      .split('\n')
      .filter(Boolean);
    return listed
      .filter((_, index) => index % every === 0)
      .slice(0, most)
      .map((line) => {
        const [commit = '', parent = commit.length === 40 ? sha1EmptyTree : sha256EmptyTree] =
          line.split(' ');
        return [commit, parent];
      });
  } catch (error) {
    console.error(`cannot list the commits of ${repo}: ${error instanceof Error ? error.message : error}\n`);
    return null;
  }
}

function compareCommit(repo: string, parent: string, commit: string): void {
  const ask = (...format: string[]) => git(repo, ['diff', ...flags, ...format, parent, commit]);
  const bytes = ask('--patch', '--unified=3');
  const start = performance.now();
  const patch = read(bytes);
  const printed = printPatch(patch);
  const files = toFileDiffs(patch);
  totals.milliseconds += performance.now() - start;
  if (!printed.equals(bytes)) throw new Difference(showBytes(printed, bytes));
  const raw = readRaw(ask('--raw', '-z', '--no-abbrev').toString('latin1'));
  compareSummaries(files, expectedSummaries(raw, readCounts(ask('--numstat', '-z').toString('latin1'))));
  const hunks = patch.files.flatMap(({ content }) => (content.kind === 'text' ? content.hunks : []));
  totals.commits += 1;
  totals.files += files.length;
  totals.hunks += hunks.length;
  totals.lines += hunks.reduce((sum, { lines }) => sum + lines.length, 0);
  totals.bytes += bytes.length;
}

function read(bytes: Buffer): Patch {
  try {
    return parsePatch(bytes);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const line = Number(/line ([0-9]+)/.exec(error.message)?.[1] ?? 0);
    throw new Difference(`${error.message}\n${showLines(bytes, line)}`);
  }
}

function compareSummaries(files: readonly FileDiff[], expected: readonly FileSummary[]): void {
  for (let index = 0; index < Math.max(files.length, expected.length); index += 1) {
    const file = files[index];
    const ours = file === undefined ? 'no such file' : show(summarise(file));
    const summary = expected[index];
    const theirs = summary === undefined ? 'no such file' : show(summary);
    if (ours !== theirs) throw new Difference(`file ${index + 1}\nours:  ${ours}\ngit’s: ${theirs}`);
  }
}

/** Of a changed type git counts the lines that differ between link and file, and its patch replaces all. */
function show(summary: FileSummary): string {
  const { additions, deletions, binary, ...rest } = summary;
  const entries = Object.entries(
    summary.status === 'type-changed' ? rest : { ...rest, additions, deletions, binary },
  );
  return JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}

function showBytes(ours: Buffer, theirs: Buffer): string {
  let at = 0;
  while (at < theirs.length && ours[at] === theirs[at]) at += 1;
  const around = (bytes: Buffer) => JSON.stringify(bytes.toString('latin1', Math.max(0, at - 200), at + 200));
  return `byte ${at} of ${theirs.length}\nours:  ${around(ours)}\ngit’s: ${around(theirs)}`;
}

function showLines(bytes: Buffer, line: number): string {
  const lines = bytes.toString('latin1').split('\n');
  const first = Math.max(0, line - 6);
  return lines
    .slice(first, line + 5)
    .map((text, index) => `${first + index + 1}: ${JSON.stringify(text.slice(0, 300))}`)
    .join('\n');
}

function formatTotals(): string {
  const { commits, files, hunks, lines, bytes, milliseconds } = totals;
  const rate = milliseconds === 0 ? '' : `, ${(bytes / 1000 / milliseconds).toFixed(1)} MB/s`;
  return `${commits} commits, ${files} files, ${hunks} hunks, ${lines} lines, ${bytes} bytes (${Math.round(milliseconds)} ms of our own${rate})`;
}

function git(directory: string, argv: readonly string[]): Buffer {
  return execFileSync('git', [...guardingFlags, '-c', 'diff.suppressBlankEmpty=false', ...argv], {
    cwd: directory,
    env: gitEnvironment(process.env.PATH),
    maxBuffer: 2 ** 30,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
