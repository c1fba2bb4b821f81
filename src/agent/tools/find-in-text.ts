import type { SearchPattern } from './search-pattern.ts';

/** One or more lines that a match touches, and those around them. */
export interface TextMatch {
  /** From 1. */
  line: number;
  /** The last line the match touches. */
  lastLine: number;
  /** Where it begins in its first line, from 0, and how long it is. */
  column: number;
  length: number;
  before: string[];
  lines: string[];
  after: string[];
}

export interface TextQuestion {
  pattern: SearchPattern;
  text: string;
  context: number;
  /** Matches to keep with their lines. */
  keep: number;
  /** Matches after which counting ends. */
  count: number;
}

const linesOfMatch = 5;

/** Matches of one text; the next is looked for behind the line where one ends. */
export function findInText(question: TextQuestion): { matches: TextMatch[]; count: number } {
  const { pattern, text, keep } = question;
  if (text === '' || !pattern.occursIn(text)) return { matches: [], count: 0 };
  const matcher = pattern.expression.matcher(text);
  const matches: TextMatch[] = [];
  const end = text.endsWith('\n') ? text.length - 1 : text.length;
  let count = 0;
  let line = 1;
  let counted = 0;
  for (let from = 0; from <= end && count < question.count; ) {
    if (!matcher.find(from)) break;
    const start = matcher.start();
    if (start > end) break;
    line += lineFeeds(text, counted, start);
    counted = start;
    const last = Math.max(start, matcher.end() - 1);
    count += 1;
    if (matches.length < keep) matches.push(describe(question, { start, end: matcher.end(), last, line }));
    const next = text.indexOf('\n', last);
    if (next < 0) break;
    from = next + 1;
  }
  return { matches, count };
}

function describe(
  { text, context }: TextQuestion,
  match: { start: number; end: number; last: number; line: number },
): TextMatch {
  const begins = text.lastIndexOf('\n', match.start - 1) + 1;
  const feed = text.indexOf('\n', match.last);
  const ends = feed < 0 ? text.length : feed;
  const lines = text.slice(begins, ends).split('\n');
  return {
    line: match.line,
    lastLine: match.line + lines.length - 1,
    column: match.start - begins,
    length: match.end - match.start,
    before: linesBefore(text, begins, context),
    lines: lines.slice(0, linesOfMatch),
    after: linesAfter(text, ends, context),
  };
}

function linesBefore(text: string, at: number, wanted: number): string[] {
  const lines: string[] = [];
  for (let end = at - 1; end >= 0 && lines.length < wanted; ) {
    const start = end === 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1;
    lines.unshift(text.slice(start, end));
    end = start - 1;
  }
  return lines;
}

function linesAfter(text: string, at: number, wanted: number): string[] {
  const lines: string[] = [];
  for (let start = at + 1; start < text.length && lines.length < wanted; ) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    lines.push(text.slice(start, end));
    start = end + 1;
  }
  return lines;
}

function lineFeeds(text: string, from: number, to: number): number {
  let feeds = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) feeds += 1;
  return feeds;
}
