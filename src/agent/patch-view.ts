import type { ObjectId } from '../domain/change.ts';
import { decodePath } from '../domain/git-path.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { parsePatch } from '../git/patch/parse-patch.ts';
import type { FilePatch, PatchHunk, PatchLine } from '../git/patch/patch.ts';
import { answerLimits } from './tools/answer-limits.ts';
import { count, cutLine, numbered } from './tools/line-text.ts';
import { show } from './tools/path-text.ts';

/** What a patch does to one file, ready to be shown: every line carries its number. */
export interface FilePatchView {
  /** As in `FileDiff.path`. */
  path: string;
  /** Hidden characters are visible, overlong lines cut and marked. */
  lines: readonly string[];
  /** Length of the lines and their line feeds, UTF-16 units. */
  length: number;
  /** An egress rule keeps its content from the reader: the lines say so and nothing else. Absent: no. */
  withheld?: boolean;
}

/**
 * A patch, whose bytes must not change any more, file by file in its order. A line reads `   12|+text`: added and kept
 * lines have their number at the head, removed ones theirs at the base. Of a file that the repository withholds nothing
 * but its name is shown. Throws `GitError` for what is no patch of git's.
 */
export function viewPatch(
  patch: Uint8Array,
  repository: Pick<ObjectRepository, 'withholds'>,
): Map<string, FilePatchView> {
  const views = new Map<string, FilePatchView>();
  for (const { file, path, lines: printed } of printOnce(patch)) {
    const known = views.get(path);
    const withheld = isWithheld(file, repository) || known?.withheld === true;
    const lines = withheld
      ? [printHeading(file), withheldNote]
      : known === undefined
        ? printed
        : [...known.lines, ...printed];
    const length = lines.reduce((sum, line) => sum + line.length + 1, 0);
    views.set(path, { path, lines, length, withheld });
  }
  return views;
}

interface PrintedFile {
  /** Names and ids only. */
  file: Pick<FilePatch, 'oldPath' | 'newPath' | 'index' | 'change' | 'oldMode' | 'newMode'>;
  path: string;
  lines: readonly string[];
}

/** Reviewers of a large change share its printed lines: they are many, and nobody changes them. */
const printedPatches = new WeakMap<Uint8Array, readonly PrintedFile[]>();

function printOnce(patch: Uint8Array): readonly PrintedFile[] {
  const known = printedPatches.get(patch);
  if (known !== undefined) return known;
  const files = parsePatch(patch).files.map((file): PrintedFile => {
    const { content: _, ...head } = file;
    return { file: head, path: decodePath(Buffer.from(file.newPath, 'latin1')), lines: printFile(file) };
  });
  printedPatches.set(patch, files);
  return files;
}

const withheldNote = '(kept from you by the egress rule: its lines are not shown)';

/** By either of its names and either of its contents. */
function isWithheld(
  { oldPath, newPath, index }: PrintedFile['file'],
  repository: Pick<ObjectRepository, 'withholds'>,
): boolean {
  const isKept = (path: string, oid: ObjectId | null) =>
    repository.withholds?.({ path: decodePath(Buffer.from(path, 'latin1')), oid }) === true;
  return isKept(oldPath, index?.oldOid ?? null) || isKept(newPath, index?.newOid ?? null);
}

function printFile(file: FilePatch): string[] {
  return [printHeading(file), ...printContent(file)];
}

function printHeading(file: PrintedFile['file']): string {
  const path = show(decodePath(Buffer.from(file.newPath, 'latin1')));
  const old = show(decodePath(Buffer.from(file.oldPath, 'latin1')));
  const moved = old === path ? '' : ` from ${old}`;
  const { oldMode, newMode } = file;
  const mode =
    oldMode !== null && newMode !== null && oldMode !== newMode
      ? `, mode ${oldMode} to ${newMode}`
      : kindOfMode(newMode ?? oldMode);
  return `=== ${path} (${file.change}${moved}${mode})`;
}

function kindOfMode(mode: string | null): string {
  if (mode === '100755') return ', executable';
  if (mode === '120000') return ', a symbolic link';
  return mode === '160000' ? ', a submodule' : '';
}

function printContent({ content }: FilePatch): string[] {
  if (content.kind === 'none') return ['(no lines changed)'];
  if (content.kind === 'text') return content.hunks.flatMap(printHunk);
  return ['(binary: no lines to show)'];
}

function printHunk(hunk: PatchHunk): string[] {
  const section = cutLine(decode(hunk.section), 0, answerLimits.matchLength).text;
  const lines = [`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@${section}`];
  let [oldLine, newLine] = [hunk.oldStart, hunk.newStart];
  for (const line of hunk.lines) {
    lines.push(...printLine(line, line.kind === 'removed' ? oldLine : newLine));
    if (line.kind !== 'added') oldLine += 1;
    if (line.kind !== 'removed') newLine += 1;
  }
  return lines;
}

const marks: Record<PatchLine['kind'], string> = { context: '| ', added: '|+', removed: '|-' };

function printLine(line: PatchLine, number: number): string[] {
  const whole = decode(line.text).replace(/\r$/, line.lineFeed ? '' : '\r');
  const { text, rest } = cutLine(whole, 0, answerLimits.lineLength);
  const more = rest === 0 ? '' : `[${count(rest, 'more character')}: read_file shows them]`;
  const printed = numbered(number, text + more, marks[line.kind]);
  return line.lineFeed ? [printed] : [printed, '       [no line feed at the end of the file]'];
}

/** Patches are byte strings; what is no UTF-8 becomes U+FFFD. */
function decode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
