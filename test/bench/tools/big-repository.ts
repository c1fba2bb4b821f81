import { RandomSource } from '../../git/patch/random-source.ts';
import { codeLines, type GeneratedCommit } from '../generate-repository.ts';

export const fileCount = 20_000;
/** Files that history keeps changing. */
const busyFiles = 200;
const history = 1_500;
const changedFiles = 40;
const lineCounts = [20, 60, 100, 120, 240];
const endings = ['go', 'go', 'ts', 'py', 'md'];

/** Path of a file by its number; those of low numbers have a history. */
export function pathAt(at: number): string {
  return `services/area${at % 40}/package${Math.floor(at / 40) % 25}/file${at}.${endings[at % 5]}`;
}

/** A path that history changed often. */
export function busyPath(at: number): string {
  return pathAt((at * 97) % busyFiles);
}

/** 20,000 files of about 100 MB, 1,500 commits of some files each, and a change of 40 files on top. */
export function* bigHistory(): Generator<GeneratedCommit> {
  const random = new RandomSource(23);
  const busy = new Map<string, string[]>();
  yield { message: 'Start', files: startingFiles(random, busy) };
  const paths = [...busy.keys()];
  for (let at = 0; at < history; at += 1) {
    const touched = random.list(4, () => random.pick(paths));
    yield {
      message: `Change ${at}\n\nBecause of what came before.`,
      files: touched.map((path): [string, string] => [path, edit(random, busy.get(path) ?? [], at)]),
    };
  }
  yield {
    message: 'The change under review',
    files: paths.slice(0, changedFiles).map((path, at): [string, string] => {
      const lines = busy.get(path) ?? [];
      for (let one = 0; one < 20; one += 1) edit(random, lines, history + at);
      return [path, `${lines.join('\n')}\n`];
    }),
  };
}

function* startingFiles(
  random: RandomSource,
  busy: Map<string, string[]>,
): Generator<readonly [string, string]> {
  for (let at = 0; at < fileCount; at += 1) {
    const lines = codeLines(random, random.pick(lineCounts));
    if (at < busyFiles) busy.set(pathAt(at), lines);
    yield [pathAt(at), `${lines.join('\n')}\n`];
  }
}

/** Writes one line anew, in the list too. */
function edit(random: RandomSource, lines: string[], version: number): string {
  const at = random.below(lines.length);
  lines[at] = `${(lines[at] ?? '').replace(/ \/\/ v\d+$/, '')} // v${version}`;
  return `${lines.join('\n')}\n`;
}
