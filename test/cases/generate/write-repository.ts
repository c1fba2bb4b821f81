import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileTree } from './file-tree.ts';
import { withoutMarks } from './marked-text.ts';
import type { CommitArchive } from './parse-archive.ts';

export interface CommitTree {
  archive: CommitArchive;
  /** All files after the commit. */
  tree: FileTree;
  /** false: it stands on `main`. */
  onBranch: boolean;
}

/** Writes the commits in one go, `main` first and the branch on top of it. Gives the tips of both. */
export function writeRepository(
  directory: string,
  branch: string,
  commits: readonly CommitTree[],
): { base: string; head: string } {
  const git = join(directory, '.git');
  for (const name of ['objects', 'refs/heads']) mkdirSync(join(git, name), { recursive: true });
  writeFileSync(join(git, 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(
    join(git, 'config'),
    '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n',
  );
  const words = ['--quiet', '--done', '--date-format=raw', '--export-marks=marks'];
  execFileSync('git', ['fast-import', ...words], {
    cwd: git,
    input: toStream(branch, commits),
    stdio: ['pipe', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: '/nonexistent',
      GIT_DIR: git,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
    },
  });
  const marks = new Map(
    readFileSync(join(git, 'marks'), 'utf8')
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  rmSync(join(git, 'marks'));
  const tip = (isTip: (commit: CommitTree) => boolean) =>
    marks.get(`:${commits.findLastIndex(isTip) + 1}`) ?? '';
  return { base: tip(({ onBranch }) => !onBranch), head: tip(({ onBranch }) => onBranch) };
}

function toStream(branch: string, commits: readonly CommitTree[]): string {
  const parts = commits.map(({ archive, tree, onBranch }, index) => {
    const person = `${archive.author} <${archive.author.split(' ')[0]?.toLowerCase()}@example.org>`;
    const when = `${Date.parse(archive.date) / 1000} ${offsetOf(archive.date)}`;
    const files = [...tree]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([path, lines]) =>
          `M ${path.endsWith('.sh') ? '100755' : '100644'} inline ${path}\n${data(withoutMarks(lines))}`,
      );
    return [
      `commit refs/heads/${onBranch ? branch : 'main'}\nmark :${index + 1}\n`,
      `author ${person} ${when}\ncommitter ${person} ${when}\n${data(`${archive.message}\n`)}`,
      index === 0 ? '' : `from :${index}\n`,
      'deleteall\n',
      ...files,
    ].join('');
  });
  return `${parts.join('')}done\n`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

/** `+0200` of a date's end; `Z` is `+0000`. */
function offsetOf(date: string): string {
  return /([+-]\d\d):(\d\d)$/.exec(date)?.slice(1).join('') ?? '+0000';
}
