import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RandomSource } from '../git/patch/random-source.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';

export interface GeneratedCommit {
  message: string;
  /** Files that the commit writes; all others stay. */
  files: Iterable<readonly [path: string, text: string]>;
}

export interface GeneratedRepository extends GitFixture {
  /** Ids of the commits, oldest first. */
  commits: string[];
}

/** A repository of many files and commits in a temporary folder, through one import stream: no work tree is written. */
export async function generateRepository(commits: Iterable<GeneratedCommit>): Promise<GeneratedRepository> {
  const git = createGitFixture();
  const folder = mkdtempSync(join(tmpdir(), 'deep-review-marks-'));
  try {
    const marks = join(folder, 'marks');
    // Short chains: a pack from a server has its newest objects whole, an import its oldest.
    const child = spawn(
      'git',
      [
        '-c',
        'core.compression=1',
        'fast-import',
        '--quiet',
        '--depth=4',
        '--date-format=raw',
        `--export-marks=${marks}`,
      ],
      { cwd: git.directory, stdio: ['pipe', 'ignore', 'inherit'] },
    );
    const ended = once(child, 'exit');
    let number = 0;
    for (const commit of commits) {
      number += 1;
      for (const chunk of printCommit(commit, number)) {
        if (!child.stdin.write(chunk)) await once(child.stdin, 'drain');
      }
    }
    child.stdin.end('done\n');
    const [code] = await ended;
    if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
    const ids = new Map(
      readFileSync(marks, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line): [number, string] => [
          Number(line.slice(1, line.indexOf(' '))),
          line.split(' ')[1] ?? '',
        ]),
    );
    return { ...git, commits: Array.from({ length: number }, (_, at) => ids.get(at + 1) ?? '') };
  } catch (cause) {
    git.remove();
    throw cause;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function* printCommit({ message, files }: GeneratedCommit, number: number): Generator<Buffer> {
  const who = `Ada Author <ada@example.com> ${Date.UTC(2026, 0, 1) / 1000 + 60 * number} +0000`;
  yield Buffer.concat([
    Buffer.from(`commit refs/heads/main\nmark :${number}\nauthor ${who}\ncommitter ${who}\n`),
    data(message),
  ]);
  for (const [path, text] of files)
    yield Buffer.concat([Buffer.from(`M 100644 inline ${path}\n`), data(text)]);
}

function data(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

const words =
  'account batch buffer cache client config context cursor deadline entry event filter handler index job key lease limit lock message node offset owner packet parser policy queue reader record region request result retry route schema session shard signal state store stream table task token topic update value worker writer'.split(
    ' ',
  );

/** Lines that look like code; every one of them once in a text. */
export function codeLines(random: RandomSource, lines: number): string[] {
  const word = () => random.pick(words);
  const title = () => word().replace(/^./, (letter) => letter.toUpperCase());
  return Array.from({ length: lines }, (_, at) => {
    const [a, b, c] = [word(), word(), title()];
    switch (random.below(8)) {
      case 0:
        return `func (${a[0]} *${c}) ${c}${title()}${at}(ctx context.Context, ${b} ${title()}) error {`;
      case 1:
        return `\tif err := ${a}.${c}(ctx, ${b}${at}); err != nil {`;
      case 2:
        return `\t\treturn fmt.Errorf("${a} ${b} ${at}: %w", err)`;
      case 3:
        return `\t${a}${at} := ${b}.${c}(${random.below(10_000)})`;
      case 4:
        return `\t// ${c} of the ${a} is kept until its ${b} ${at} is gone.`;
      case 5:
        return `\tfor _, ${a} := range ${b}.${c}${at}() {`;
      case 6:
        return `\tlog.Printf("${a} %s: ${b} ${at}", ${a}.${c})`;
      default:
        return `\t${a}.${c}${at} = append(${a}.${c}, ${b})`;
    }
  });
}
