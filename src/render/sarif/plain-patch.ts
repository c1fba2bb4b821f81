/** One `@@` section of a unified diff. */
export interface PlainHunk {
  /** Line at which the old lines are said to begin; null when the header does not say. */
  start: number | null;
  /** Each with `+`, `-` or a blank before it. */
  lines: string[];
}

export interface PlainFile {
  path: string;
  hunks: PlainHunk[];
}

/**
 * Reads a unified diff that changes lines of files and nothing else; null for any other text, such as one that makes,
 * moves or deletes files, or has prose around it. Counts of lines are not looked at: models get them wrong, and whoever
 * takes the hunks has to find their old lines anyway.
 */
export function readPlainPatch(diff: string): PlainFile[] | null {
  const files: PlainFile[] = [];
  let hunk: PlainHunk | null = null;
  const lines = diff.replace(/\r\n/g, '\n').replace(/\n+$/, '').split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (isFileHeader(lines, at, hunk !== null)) {
      const path = commonPath(line, lines[at + 1] ?? '');
      if (path === null) return null;
      files.push({ path, hunks: [] });
      hunk = null;
      at += 1;
    } else if (line.startsWith('@@')) {
      hunk = { start: statedStart(line), lines: [] };
      const file = files.at(-1);
      if (file === undefined) return null;
      file.hunks.push(hunk);
    } else if (/^(?:diff --git |index [0-9a-f]+\.\.)/.test(line)) hunk = null;
    else if (hunk === null) {
      if (line.trim() !== '') return null;
    } else if (/^[-+ ]/.test(line)) hunk.lines.push(line);
    else if (line === '') hunk.lines.push(' ');
    else if (!line.startsWith('\\')) return null;
  }
  return files.length > 0 && files.every(({ hunks }) => hunks.length > 0) ? files : null;
}

/** `--- a/x` with `+++ b/x` behind it; within a hunk these may be removed and added lines, unless an `@@` follows. */
function isFileHeader(lines: readonly string[], at: number, inHunk: boolean): boolean {
  if (!/^--- \S/.test(lines[at] ?? '') || !/^\+\+\+ \S/.test(lines[at + 1] ?? '')) return false;
  return !inHunk || (lines[at + 2] ?? '').startsWith('@@');
}

/** The one file that both headers mean; null for two, and for none. */
function commonPath(before: string, after: string): string | null {
  const [old, fresh] = [before, after].map((line) => (line.slice(4).split('\t')[0] ?? '').trim());
  if (old === undefined || fresh === undefined || old === '/dev/null' || fresh === '/dev/null') return null;
  const path = old.replace(/^a\//, '');
  return path !== '' && path === fresh.replace(/^b\//, '') ? path : null;
}

function statedStart(line: string): number | null {
  const said = /^@@+ -(\d{1,9})(?:,\d{1,9})? \+/.exec(line)?.[1];
  return said === undefined ? null : Number(said);
}
