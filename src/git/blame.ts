import type { ObjectId } from '../domain/change.ts';
import type { LineRange } from '../domain/location.ts';
import { GitError } from '../errors.ts';
import { type GitCall, runGit } from './run-git.ts';

export interface BlamedLine {
  line: number;
  sha: ObjectId;
}

interface BlameOptions {
  commit: ObjectId;
  path: string;
  range: LineRange;
  call: Omit<GitCall, 'argv'>;
}

/** Which commit last wrote each line of the range, in order. `GitError` for a missing file and for lines beyond it. */
export async function blameLines(options: BlameOptions): Promise<BlamedLine[]> {
  const { commit, path, range, call } = options;
  const { stdout } = await runGit({
    ...call,
    argv: ['blame', '--incremental', '--no-textconv', `-L${range.start},${range.end}`, commit, '--'],
    lastPath: path,
  });
  const lines = parseIncremental(stdout);
  const wanted = range.end - range.start + 1;
  if (lines.length !== wanted || lines[0]?.line !== range.start)
    throw new GitError(`lines ${range.start}-${range.end} are not all in the file: ${path} at ${commit}`);
  return lines;
}

/** `<id> <line then> <line now> <count>` starts a group; the lines that describe its commit are not needed. */
function parseIncremental(output: Buffer): BlamedLine[] {
  const lines: BlamedLine[] = [];
  for (const text of output.toString('latin1').split('\n')) {
    const match = /^([0-9a-f]{40}|[0-9a-f]{64}) \d+ (\d+) (\d+)$/.exec(text);
    if (match === null) continue;
    const [start, count] = [Number(match[2]), Number(match[3])];
    for (let line = start; line < start + count; line += 1) lines.push({ line, sha: match[1] ?? '' });
  }
  return lines.sort((a, b) => a.line - b.line);
}
