/** One `@@` section, as far as it can be trusted: the counts of its header are not kept, models get them wrong. */
export interface PatchHunk {
  /** Line at which the old lines are said to begin; null when the header has no numbers or is missing. */
  start: number | null;
  /** The header says that there are no old lines: the new ones go behind line `start`. */
  insertion: boolean;
  /** Each with `+`, `-` or a blank before it. */
  lines: string[];
}

export interface PatchFile {
  /** As written; null for `/dev/null`, undefined when the patch names no file. */
  oldPath: string | null | undefined;
  newPath: string | null | undefined;
  hunks: PatchHunk[];
}

/**
 * Reads a patch as models write them: with or without `diff --git`, file headers, `@@` lines and right counts; in a
 * fence; with prose or a mail's signature around it; with context lines that lost their blank; or as `*** Update File:` sections. Gives
 * what looks like a change, in order; empty when nothing does. Never throws.
 */
export function parsePatch(text: string): PatchFile[] {
  const reader = new PatchReader();
  const lines = withoutFences(text.replace(/\r\n/g, '\n').split('\n'));
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const next = lines[at + 1] ?? '';
    if (isFileHeader(lines, at, reader.inHunk)) {
      reader.nameFile(headerPath(line.slice(4)), headerPath(next.slice(4)));
      at += 1;
    } else if (line === '-- ' && /^\d+\.\d/.test(next)) break;
    else reader.take(line);
  }
  return reader.finish();
}

class PatchReader {
  readonly #files: PatchFile[] = [];
  #file: PatchFile | undefined;
  #hunk: PatchHunk | undefined;
  /** Lines without a marker: context if the hunk goes on behind them, else no part of it. */
  #pending: string[] = [];

  get inHunk(): boolean {
    return this.#hunk !== undefined;
  }

  nameFile(oldPath: string | null, newPath: string | null): void {
    this.#endHunk();
    if (this.#file === undefined || this.#file.hunks.length > 0) this.#openFile(oldPath, newPath);
    else Object.assign(this.#file, { oldPath, newPath });
  }

  take(line: string): void {
    if (this.#takeHeader(line)) return;
    const marker = line[0];
    if (marker === '\\' && /^\\ No newline/i.test(line)) return;
    if (marker === '+' || marker === '-' || (marker === ' ' && this.#hunk !== undefined)) {
      this.#hunk ??= this.#openHunk(null, false);
      this.#hunk.lines.push(...this.#pending, line);
      this.#pending = [];
    } else if (this.#hunk !== undefined) this.#pending.push(` ${line}`);
  }

  finish(): PatchFile[] {
    this.#endHunk();
    return this.#files.filter(
      (file) =>
        file.hunks.length > 0 ||
        file.newPath === null ||
        (file.oldPath !== undefined && file.oldPath !== file.newPath),
    );
  }

  #takeHeader(line: string): boolean {
    const git = /^diff --git "?a\/(.+?)"? "?b\/(.+?)"?$/.exec(line);
    if (git !== null) {
      this.#endHunk();
      this.#openFile(git[1] ?? '', git[2] ?? '');
      return true;
    }
    const section = /^\*\*\* (Update|Add|Delete) File: (.+)$/.exec(line);
    if (section !== null) {
      this.#endHunk();
      const path = section[2]?.trim() ?? '';
      this.#openFile(section[1] === 'Add' ? null : path, section[1] === 'Delete' ? null : path);
      return true;
    }
    const moved = /^\*\*\* Move to: (.+)$/.exec(line)?.[1];
    if (moved !== undefined && this.#file !== undefined) this.#file.newPath = moved.trim();
    if (/^\*\*\* (?:Begin Patch|End Patch|End of File|Move to: )/.test(line)) return true;
    if (line.startsWith('@@')) {
      this.#endHunk();
      const numbers = /^@@+ -(\d{1,7})(?:,(\d{1,7}))? \+\d{1,7}(?:,\d{1,7})? @@/.exec(line);
      this.#openHunk(
        numbers === null ? null : Number(numbers[1]),
        numbers?.[2] !== undefined && Number(numbers[2]) === 0,
      );
      return true;
    }
    return this.#file !== undefined && this.#hunk === undefined && this.#takeExtendedHeader(line, this.#file);
  }

  #takeExtendedHeader(line: string, file: PatchFile): boolean {
    if (line.startsWith('new file mode ')) file.oldPath = null;
    else if (line.startsWith('deleted file mode ')) file.newPath = null;
    else if (line.startsWith('rename from ')) file.oldPath = line.slice(12).trim();
    else if (line.startsWith('rename to ')) file.newPath = line.slice(10).trim();
    else return /^(?:index [0-9a-f]|similarity index |old mode |new mode )/.test(line);
    return true;
  }

  #openFile(oldPath: string | null | undefined, newPath: string | null | undefined): PatchFile {
    this.#file = { oldPath, newPath, hunks: [] };
    this.#files.push(this.#file);
    return this.#file;
  }

  #openHunk(start: number | null, insertion: boolean): PatchHunk {
    this.#hunk = { start, insertion, lines: [] };
    return this.#hunk;
  }

  #endHunk(): void {
    const hunk = this.#hunk;
    this.#hunk = undefined;
    this.#pending = [];
    if (hunk === undefined || !hunk.lines.some((line) => line[0] !== ' ')) return;
    (this.#file ?? this.#openFile(undefined, undefined)).hunks.push(hunk);
  }
}

/** `--- a/x` with `+++ b/x` behind it; within a hunk these may be removed and added lines, unless an `@@` follows. */
function isFileHeader(lines: readonly string[], at: number, inHunk: boolean): boolean {
  if (!/^--- \S/.test(lines[at] ?? '') || !/^\+\+\+ \S/.test(lines[at + 1] ?? '')) return false;
  return !inHunk || (lines[at + 2] ?? '').startsWith('@@');
}

function headerPath(text: string): string | null {
  const path = (text.split('\t')[0] ?? '').trim().replace(/^"(.*)"$/, '$1');
  return path === '/dev/null' ? null : path;
}

/** The content of the fences that hold a patch, or all lines where there is no fence. */
function withoutFences(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let fence: string | null = null;
  for (const line of lines) {
    const mark = /^(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === null && mark !== undefined) fence = mark;
    else if (fence !== null && mark?.startsWith(fence)) fence = null;
    else if (fence !== null) kept.push(line);
  }
  return kept.some((line) => /^[+-]/.test(line)) ? kept : lines;
}
