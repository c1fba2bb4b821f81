import type { ObjectId } from '../../domain/change.ts';
import type { LineRange } from '../../domain/location.ts';
import { GitError, RepositoryError } from '../../errors.ts';
import type { ObjectRepository } from '../../git/object-repository.ts';

export interface SourceLine {
  /** From 1. */
  number: number;
  /** Without its line end. Untrusted: control characters are still in it. */
  text: string;
}

/**
 * Lines of a file at a commit. `absent` is proved: the commit has no such file, or the file no such lines.
 * `unavailable`: it could not be read here, which says nothing about whether it exists.
 */
export type Excerpt =
  | {
      outcome: 'found';
      lines: SourceLine[];
      totalLines: number;
      /** Some of the file's lines end in CR LF; `lines` are without. Absent: none does. */
      carriageReturns?: true;
    }
  | { outcome: 'absent'; message: string }
  | { outcome: 'unavailable'; message: string };

/** How many lines a file has, with the same three answers. */
export type FileExtent =
  | { outcome: 'found'; totalLines: number }
  | { outcome: 'absent'; message: string }
  | { outcome: 'unavailable'; message: string };

/** Reads the code a report shows. Rejects only when reading was aborted or this program is at fault. */
export interface SourceReader {
  /** The lines of `range` and up to `context` lines on either side. */
  excerpt(commit: ObjectId, path: string, range: LineRange, context: number): Promise<Excerpt>;
  extent(commit: ObjectId, path: string): Promise<FileExtent>;
}

type FileText =
  | { outcome: 'found'; lines: string[]; carriageReturns: boolean }
  | { outcome: 'absent' | 'unavailable'; message: string };

const largestFile = 8 * 1024 * 1024;
const cachedFiles = 16;

/** Cuts excerpts from a repository's objects; the files used last are kept in memory. */
export function createSourceReader(repository: Pick<ObjectRepository, 'readFile'>): SourceReader {
  const cache = new Map<string, Promise<FileText>>();
  const read = (commit: ObjectId, path: string): Promise<FileText> => {
    const key = `${commit}:${path}`;
    const known = cache.get(key) ?? readText(repository, commit, path);
    cache.delete(key);
    cache.set(key, known);
    for (const oldest of cache.keys()) {
      if (cache.size <= cachedFiles) break;
      cache.delete(oldest);
    }
    return known;
  };
  return {
    async excerpt(commit, path, range, context) {
      const file = await read(commit, path);
      return file.outcome === 'found' ? cut(file, path, range, context) : file;
    },
    async extent(commit, path) {
      const file = await read(commit, path);
      return file.outcome === 'found' ? { outcome: 'found', totalLines: file.lines.length } : file;
    },
  };
}

/** For a report whose repository is not at hand: every look-up says so. */
export const noSources: SourceReader = {
  excerpt: async () => ({ outcome: 'unavailable', message: 'the repository is not at hand' }),
  extent: async () => ({ outcome: 'unavailable', message: 'the repository is not at hand' }),
};

async function readText(
  repository: Pick<ObjectRepository, 'readFile'>,
  commit: ObjectId,
  path: string,
): Promise<FileText> {
  try {
    const file = await repository.readFile(commit, path, { maxBytes: largestFile });
    switch (file.outcome) {
      case 'absent':
        return { outcome: 'absent', message: `there is no such file at ${commit.slice(0, 12)}` };
      case 'not-a-file':
        return {
          outcome: 'absent',
          message: file.kind === 'tree' ? 'the path is a folder' : 'the path is a submodule',
        };
      case 'withheld':
        return { outcome: 'unavailable', message: 'an egress rule keeps it' };
      case 'too-large':
        return { outcome: 'unavailable', message: `the file is too large to show (${file.size} bytes)` };
      case 'found':
        if (file.bytes.subarray(0, 8000).includes(0))
          return { outcome: 'unavailable', message: 'the file is binary' };
        return readLines(file.bytes.toString('utf8'));
    }
  } catch (error) {
    if (error instanceof GitError || error instanceof RepositoryError)
      return { outcome: 'unavailable', message: `git could not read it: ${error.message}` };
    throw error;
  }
}

type TextLines = Extract<FileText, { outcome: 'found' }>;

function readLines(text: string): TextLines {
  return { outcome: 'found', lines: splitLines(text), carriageReturns: text.includes('\r\n') };
}

function cut(
  { lines, carriageReturns }: TextLines,
  path: string,
  range: LineRange,
  context: number,
): Excerpt {
  if (range.start > lines.length)
    return {
      outcome: 'absent',
      message: `${path} has ${lines.length} lines, none of them ${range.start}`,
    };
  const first = Math.max(1, range.start - context);
  const last = Math.min(lines.length, range.end + context);
  return {
    outcome: 'found',
    lines: lines.slice(first - 1, last).map((text, at) => ({ number: first + at, text })),
    totalLines: lines.length,
    ...(carriageReturns ? { carriageReturns } : {}),
  };
}

/** Line ends LF and CR LF; the text after the last line end is a line only when it is not empty. */
function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}
