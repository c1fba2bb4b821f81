import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { ObjectId } from '../../domain/change.ts';
import type { TreeEntry } from '../../git/object-repository.ts';
import { runBounded } from './bounded-run.ts';
import { findInText, type TextMatch } from './find-in-text.ts';
import { compilePattern, type SearchPattern } from './search-pattern.ts';
import type { SourceTexts, TextLookup } from './source-texts.ts';

export interface SearchLimits {
  /** Matches kept with their lines; the rest is counted. */
  shown: number;
  /** Counting stops here. */
  counted: number;
  /** For one uninterrupted stretch of matching, in milliseconds. */
  stretchMs: number;
  /** For the whole search, in milliseconds. */
  totalMs: number;
}

export const searchLimits: SearchLimits = { shown: 150, counted: 10_000, stretchMs: 1_500, totalMs: 12_000 };

export interface FileMatches {
  path: string;
  matches: TextMatch[];
  /** All of the file, also those not kept. */
  count: number;
}

export interface SearchResult {
  files: FileMatches[];
  count: number;
  /** Matches that are kept with their lines. */
  kept: number;
  searched: number;
  binary: string[];
  tooLarge: string[];
  /** Kept from whoever searches by an egress rule: not even counted in, since counts answer questions too. */
  withheld: string[];
  /** The machine did not let us read them. */
  unreadable: string[];
  /** Files in which matching took too long: left, without a result. */
  costly: string[];
  /** Not all was searched: what ended it and how far it came. */
  stopped: { why: 'too-many-matches' | 'out-of-time'; path: string } | null;
}

export interface SearchQuestion {
  pattern: SearchPattern;
  commit: ObjectId;
  /** No submodules. */
  entries: readonly TreeEntry[];
  texts: Pick<SourceTexts, 'read'>;
  /** Lines around a match. */
  context: number;
  limits: SearchLimits;
  signal: AbortSignal;
}

const batchFiles = 256;

/** Searches files in the order given, in stretches, so that all others in this process go on meanwhile. */
export async function searchFiles(question: SearchQuestion): Promise<SearchResult> {
  const { entries, texts, commit, limits, signal } = question;
  const result: SearchResult = {
    files: [],
    count: 0,
    kept: 0,
    searched: 0,
    binary: [],
    tooLarge: [],
    withheld: [],
    unreadable: [],
    costly: [],
    stopped: null,
  };
  const read = (at: number) => {
    const batch = entries.slice(at, at + batchFiles);
    return Promise.all(batch.map((entry) => texts.read(commit, entry)));
  };
  const until = performance.now() + limits.totalMs;
  let { pattern } = question;
  let next = read(0);
  for (let at = 0; at < entries.length && result.stopped === null; at += batchFiles) {
    const lookups = await next;
    signal.throwIfAborted();
    next = read(at + batchFiles);
    // Awaited at the next turn, or never when the search stops here.
    next.catch(() => undefined);
    for (let from = 0; from < lookups.length && result.stopped === null; ) {
      const batch = { question: { ...question, pattern }, result, at, lookups, from, until };
      from = searchBatch(batch);
      if (from === lookups.length) break;
      result.costly.push(entries[at + from]?.path ?? '');
      from += 1;
      // What was broken off in the middle is not to be used again.
      pattern = compilePattern(pattern.source);
      await yieldToOthers();
    }
  }
  return result;
}

interface Batch {
  question: SearchQuestion;
  result: SearchResult;
  /** Index of the entry of the first lookup. */
  at: number;
  lookups: readonly TextLookup[];
  /** Index of the lookup to begin with. */
  from: number;
  until: number;
}

/** Searches until a file takes too long or all were searched; gives the index of the lookup where it ended. */
function searchBatch({ question, result, at, lookups, from, until }: Batch): number {
  const { entries, limits } = question;
  const left = until - performance.now();
  let index = from;
  const path = () => entries[at + index]?.path ?? '';
  const work = () => {
    for (; index < lookups.length && result.stopped === null; index += 1)
      searchOne(question, result, path(), lookups[index]);
  };
  const run = runBounded(work, Math.max(1, Math.min(limits.stretchMs, left)));
  if (run.outcome === 'done') return lookups.length;
  if (left <= limits.stretchMs) result.stopped = { why: 'out-of-time', path: path() };
  return index;
}

function searchOne(
  question: SearchQuestion,
  result: SearchResult,
  path: string,
  lookup: TextLookup | undefined,
): void {
  if (lookup?.outcome === 'binary') result.binary.push(path);
  else if (lookup?.outcome === 'too-large') result.tooLarge.push(path);
  else if (lookup?.outcome === 'withheld') result.withheld.push(path);
  else if (lookup?.outcome === 'unreadable') result.unreadable.push(path);
  if (lookup?.outcome !== 'text') return;
  const { pattern, context, limits } = question;
  const found = findInText({
    pattern,
    text: lookup.text,
    context,
    keep: limits.shown - result.kept,
    count: limits.counted - result.count,
  });
  result.searched += 1;
  if (found.count === 0) return;
  result.count += found.count;
  result.kept += found.matches.length;
  result.files.push({ path, ...found });
  if (result.count >= limits.counted) result.stopped = { why: 'too-many-matches', path };
}
