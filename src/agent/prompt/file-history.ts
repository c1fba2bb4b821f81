import type { Change, FileDiff, ObjectId } from '../../domain/change.ts';
import type { LineRange } from '../../domain/location.ts';
import { languageForPath } from '../../evidence/languages.ts';
import { listSymbols, type SymbolRange } from '../../evidence/list-symbols.ts';
import { blameLines } from '../../git/blame.ts';
import type { ObjectRepository } from '../../git/object-repository.ts';
import { readingOrder } from './reading-order.ts';

/** A commit that last wrote lines which the change touches. */
export interface EarlierCommit {
  sha: ObjectId;
  /** UTC, ISO 8601. */
  authoredAt: string;
  author: string;
  subject: string;
  /** Lines of it that the change replaces or removes. */
  replaced: number;
  /** Lines of it next to which the change only adds. */
  beside: number;
}

/** Functions, methods and types with touched lines, by whether they stood at the merge base. */
export interface TouchedSymbols {
  changed: string[];
  added: string[];
  removed: string[];
}

/** What stood at the merge base where the change touches a file. null in it: not known. */
export interface FileHistory {
  /** As in `FileDiff.path`. */
  path: string;
  symbols: TouchedSymbols | null;
  /** Most lines first. */
  commits: EarlierCommit[] | null;
}

export interface FileHistories {
  files: FileHistory[];
  /** Files that stood at the merge base and were not looked at, because there are so many. */
  left: number;
}

export interface FileHistoryInput {
  repository: ObjectRepository;
  change: Pick<Change, 'files' | 'mergeBase' | 'head'>;
  signal: AbortSignal;
}

const limits = { files: 40, lines: 3_000, bytes: 2 ** 19, gitMs: 5_000, allMs: 20_000 };

/**
 * Who wrote what the change touches, and which functions it touches, for the files that matter most. What git or
 * the parser does not tell in time is not known; only the signal's abort rejects.
 */
export async function readFileHistories(input: FileHistoryInput): Promise<FileHistories> {
  const { change, signal } = input;
  const known = readingOrder(change.files)
    .filter(({ file, kind }) => file.status !== 'added' && file.hunks.length > 0 && isReadByPeople(kind))
    .map(({ file }) => file);
  const bounded = { ...input, signal: AbortSignal.any([signal, AbortSignal.timeout(limits.allMs)]) };
  const files: FileHistory[] = [];
  for (const file of known.slice(0, limits.files)) {
    const [commits, symbols] = await Promise.all([
      orNull(listEarlierCommits(file, bounded), signal),
      orNull(findTouchedSymbols(file, bounded), signal),
    ]);
    files.push({ path: file.path, symbols, commits });
  }
  return { files, left: known.length - files.length };
}

function isReadByPeople(kind: string): boolean {
  return !['generated', 'binary', 'ignored'].includes(kind);
}

/** A question without an answer is one without an answer; only who cancels is obeyed. */
async function orNull<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | null> {
  try {
    return await answer;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

async function listEarlierCommits(file: FileDiff, input: FileHistoryInput): Promise<EarlierCommit[]> {
  const { repository, change, signal } = input;
  const touched = touchedAtBase(file);
  const [start = 0] = touched.keys();
  const lines = [...touched.keys()].filter((line) => line < start + limits.lines);
  const end = lines.at(-1);
  if (end === undefined) return [];
  const { gitDirectory, searchPath } = repository;
  const blamed = await blameLines({
    commit: change.mergeBase,
    path: file.oldPath ?? file.path,
    range: { start, end },
    call: { gitDirectory, searchPath, signal, timeout: limits.gitMs },
  });
  const counts = new Map<ObjectId, { replaced: number; beside: number }>();
  for (const { line, sha } of blamed) {
    const is = touched.get(line);
    if (is === undefined) continue;
    const count = counts.get(sha) ?? { replaced: 0, beside: 0 };
    count[is] += 1;
    counts.set(sha, count);
  }
  const commits = await Promise.all(
    [...counts].map(async ([sha, count]): Promise<EarlierCommit> => {
      const { authoredAt, author, subject } = await repository.readCommit(sha);
      return { sha, authoredAt, author: author.name, subject, ...count };
    }),
  );
  return commits.sort((a, b) => b.replaced - a.replaced || b.beside - a.beside || (a.sha < b.sha ? -1 : 1));
}

/** Lines of the merge base, in order: those that the change replaces; where a hunk only adds, those around it. */
function touchedAtBase(file: FileDiff): Map<number, 'replaced' | 'beside'> {
  const touched = new Map<number, 'replaced' | 'beside'>();
  for (const hunk of file.hunks) {
    for (const { start, end } of hunk.removed)
      for (let line = start; line <= end; line += 1) touched.set(line, 'replaced');
    if (hunk.removed.length > 0) continue;
    for (let line = hunk.oldStart; line < hunk.oldStart + hunk.oldLines; line += 1)
      touched.set(line, 'beside');
  }
  return touched;
}

/** null: no grammar reads the file, or it cannot be read. */
async function findTouchedSymbols(file: FileDiff, input: FileHistoryInput): Promise<TouchedSymbols | null> {
  const { change } = input;
  const [before, after] = await Promise.all([
    symbolsOf(input, change.mergeBase, file.oldPath ?? file.path),
    file.status === 'removed' ? [] : symbolsOf(input, change.head.sha, file.path),
  ]);
  if (before === null || after === null) return null;
  const [old, now] = [namesOf(before), namesOf(after)];
  const touchedOld = namesAt(
    before,
    file.hunks.flatMap((hunk) => hunk.removed),
  );
  const touchedNow = namesAt(
    after,
    file.hunks.flatMap((hunk) => hunk.added),
  );
  const touched = [...new Set([...touchedNow, ...touchedOld])].sort();
  return {
    changed: touched.filter((name) => old.has(name) && now.has(name)),
    added: withoutInner(touched.filter((name) => !old.has(name))),
    removed: withoutInner(touched.filter((name) => !now.has(name))),
  };
}

async function symbolsOf(
  { repository, signal }: FileHistoryInput,
  commit: ObjectId,
  path: string,
): Promise<SymbolRange[] | null> {
  signal.throwIfAborted();
  const file = await repository.readFile(commit, path, { maxBytes: limits.bytes });
  if (file.outcome !== 'found') return null;
  const text = file.bytes.toString('utf8');
  const language = languageForPath(path, text.slice(0, 200).split('\n')[0]);
  return language === null ? null : listSymbols(language, text);
}

function namesOf(symbols: readonly SymbolRange[]): Set<string> {
  return new Set(symbols.map(({ name }) => name));
}

/** `Cart` says it for `Cart.add`, too. */
function withoutInner(names: readonly string[]): string[] {
  const all = new Set(names);
  return names.filter((name) => {
    for (let at = name.indexOf('.'); at !== -1; at = name.indexOf('.', at + 1))
      if (all.has(name.slice(0, at))) return false;
    return true;
  });
}

/** The innermost symbol around each line; outer ones come before what is in them. */
function namesAt(symbols: readonly SymbolRange[], ranges: readonly LineRange[]): Set<string> {
  const last = ranges.reduce((most, { end }) => Math.max(most, end), 0);
  const innermost = new Int32Array(last + 1).fill(-1);
  for (const [index, { start, end }] of symbols.entries()) innermost.fill(index, start, end + 1);
  const names = new Set<string>();
  for (const { start, end } of ranges)
    for (let line = start; line <= end; line += 1) {
      const symbol = symbols[innermost[line] ?? -1];
      if (symbol !== undefined) names.add(symbol.name);
    }
  return names;
}
