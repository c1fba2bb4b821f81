import { RE2JS } from 're2js';
import { runBounded } from './bounded-run.ts';

/** A pattern ready to search with. */
export interface SearchPattern {
  source: string;
  /** Finds matches; `^` and `$` stand for the ends of every line. */
  expression: RE2JS;
  /** Whether a text has any match: found out many times faster than where. */
  occursIn(text: string): boolean;
}

const preparationMs = 1_500;

/** A pattern in the syntax of RE2. Throws what is wrong with it as an `Error`. */
export function compilePattern(source: string): SearchPattern {
  const run = runBounded(() => RE2JS.compile(source, RE2JS.MULTILINE), preparationMs);
  if (run.outcome === 'out-of-time') throw new Error('it is too large to be prepared');
  const expression = run.value;
  const native = toNativeExpression(source);
  return {
    source,
    expression,
    occursIn: native === null ? (text) => expression.test(text) : (text) => native.test(text),
  };
}

/** Longer ones gain nothing and could take the engine below more than linear time. */
const longestNative = 200;

/**
 * The same pattern for the engine of the language, which is twenty times as fast where case is ignored. Only texts and
 * choices of texts, which no engine can be made to try again and again; null for all else.
 */
export function toNativeExpression(source: string): RegExp | null {
  if (source.length > longestNative) return null;
  const match = /^(\(\?i\))?((?:[A-Za-z0-9_ :/"'=,;@#%&!<>~`|-]|\\[.()[\]{}*+?^$|\\/])+)$/.exec(source);
  if (match === null) return null;
  return new RegExp(match[2] ?? '', match[1] === undefined ? 'u' : 'iu');
}
