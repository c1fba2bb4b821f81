import type { Change, FileDiff } from '../../domain/change.ts';
import type { FilePatchView } from '../patch-view.ts';
import { describeFile } from '../tools/diff.ts';
import { count } from '../tools/line-text.ts';
import { show } from '../tools/path-text.ts';
import { fileKinds } from './file-kind.ts';
import { foldByFolder } from './fold-by-folder.ts';
import { type RankedFile, readingOrder } from './reading-order.ts';

/** Lengths are UTF-16 units. */
export interface PromptLimits {
  /** Of all patches together that are in the first message. */
  diffLength: number;
  /** Of one of them; a larger one is named. */
  fileLength: number;
  /** Of one that no person wrote. */
  generatedLength: number;
  /** Of the list of files; the rest is counted by folder. */
  listLength: number;
}

export const promptLimits: PromptLimits = {
  diffLength: 240_000,
  fileLength: 80_000,
  generatedLength: 8_000,
  listLength: 40_000,
};

export interface ShownFiles {
  /** All files, in the order in which to read them: each by its name, or counted with its folder. */
  overview: string;
  /** Whole patches, in the same order. */
  diff: string;
  /** Changed files that people wrote and whose whole patch is in `diff`: they count as read. */
  given: string[];
  /** All changed files of whose lines `diff` shows every one that changed. */
  inlined: string[];
}

/**
 * The files of a change and as many whole patches as fit, by the order in which to read them. Nothing is cut: a
 * file is shown whole, or it is named with its size and marked.
 */
export function showFiles(
  { files }: Pick<Change, 'files'>,
  patch: ReadonlyMap<string, FilePatchView>,
  limits: PromptLimits,
): ShownFiles {
  const ranked = readingOrder(files);
  const shown = chooseShown(ranked, patch, limits);
  const left = ranked.length - shown.size;
  const isShown = ({ path }: FileDiff) => shown.has(path) && patch.get(path)?.withheld !== true;
  const patches = ranked.flatMap(({ file }) => {
    const view = patch.get(file.path);
    return shown.has(file.path) && view !== undefined ? [view.lines.join('\n')] : [];
  });
  const rest =
    left === 0 ? [] : [`[${count(left, 'file is', 'files are')} not shown here; see "Changed files"]`];
  return {
    overview: printOverview(ranked, shown, limits.listLength),
    diff: [...patches, ...rest].join('\n\n'),
    inlined: ranked.filter(({ file }) => isShown(file) && !file.binary).map(({ file }) => file.path),
    given: ranked
      .filter(({ file, kind }) => isShown(file) && kind !== 'generated' && !file.binary)
      .map(({ file }) => file.path),
  };
}

/** A file that does not fit leaves its room to those behind it. */
function chooseShown(
  ranked: readonly RankedFile[],
  patch: ReadonlyMap<string, FilePatchView>,
  { diffLength, fileLength, generatedLength }: PromptLimits,
): Set<string> {
  const shown = new Set<string>();
  let length = 0;
  for (const { file, kind } of ranked) {
    const view = patch.get(file.path);
    if (view === undefined || kind === 'ignored') continue;
    const longest = kind === 'generated' ? Math.min(generatedLength, fileLength) : fileLength;
    if (view.length > longest || length + view.length > diffLength) continue;
    length += view.length;
    shown.add(file.path);
  }
  return shown;
}

function printOverview(
  ranked: readonly RankedFile[],
  shown: ReadonlySet<string>,
  listLength: number,
): string {
  const lines: string[] = [];
  const folded: FileDiff[] = [];
  let used = 0;
  for (const kind of fileKinds) {
    const own = ranked.filter((one) => one.kind === kind).map(({ file }) => file);
    if (own.length === 0) continue;
    lines.push(`${kind}: ${sizeOf(own)}`);
    for (const file of own) {
      const line = `  ${describeFile(file)}${shown.has(file.path) ? '' : '  [not below]'}`;
      used += line.length + 1;
      if (used > listLength) folded.push(file);
      else lines.push(line);
    }
  }
  const left = ranked.length - shown.size;
  return [
    `${sizeOf(ranked.map(({ file }) => file))}, in the order to read them`,
    ...lines,
    ...(folded.length === 0
      ? []
      : [
          `and ${sizeOf(folded)}, too many to name here; diff without a path names them:`,
          ...foldByFolder(folded).map(
            ({ folder, files }) => `  ${folder === '' ? '(anywhere)' : `${show(folder)}/`}  ${sizeOf(files)}`,
          ),
        ]),
    ...(left === 0
      ? []
      : [
          `[not below]: its patch is not in this message; diff with the path shows it, read_file the whole file.`,
        ]),
  ].join('\n');
}

function sizeOf(files: readonly FileDiff[]): string {
  const added = files.reduce((sum, file) => sum + (file.additions ?? 0), 0);
  const removed = files.reduce((sum, file) => sum + (file.deletions ?? 0), 0);
  return `${count(files.length, 'file')}, +${added} -${removed}`;
}
