import * as z from 'zod';
import { makeVisibleLine } from '../../domain/visible-text.ts';
import { type AgentTool, defineTool, failed, told } from '../agent-tool.ts';
import { CommitText, OptionalPathText } from './argument-types.ts';
import type { CodeBase } from './code-base.ts';
import { entriesUnder, filterByGlob, folderName } from './list-files.ts';
import { show } from './path-text.ts';
import { printSearch } from './print-search.ts';
import { type SearchLimits, searchFiles, searchLimits } from './search-files.ts';
import { compilePattern, type SearchPattern } from './search-pattern.ts';

const longestPattern = 64 * 1024;
const widestContext = 5;

export const PatternText = z.preprocess(
  (value) => (Array.isArray(value) && value.length === 1 ? value[0] : value),
  z.string().min(1).max(longestPattern),
);

export const ContextLines = z.preprocess(toContext, z.int().min(0).max(widestContext).optional());

const Arguments = z.object({
  pattern: PatternText,
  path: OptionalPathText,
  glob: OptionalPathText,
  commit: CommitText,
  context: ContextLines,
});

/** Searches the files of a commit for a pattern of RE2, in linear time. */
export function createSearch(
  code: CodeBase,
  description: string,
  limits: SearchLimits = searchLimits,
): AgentTool {
  return defineTool({
    name: 'search',
    description,
    access: 'read',
    schema: Arguments,
    async run({ pattern: source, path, glob, commit: name, context = 0 }, { signal }) {
      const pattern = readPattern(source);
      if (typeof pattern === 'string') return failed(pattern);
      const resolved = await code.commits.resolve(name, signal);
      if (resolved.outcome === 'refused') return failed(resolved.message);
      const { commit } = resolved;
      const files = await code.files(commit.sha);
      const folder = folderName(path);
      const single = folder === '' ? undefined : files.find(folder);
      const under = single === undefined ? entriesUnder(files.entries, folder) : [single];
      if (under.length === 0 && folder !== '')
        return failed(`there is no file or folder ${show(folder)} at ${commit.label}.`);
      const matching = glob === undefined ? under : filterByGlob(under, glob);
      if (typeof matching === 'string') return failed(matching);
      const entries = matching.filter((entry) => entry.mode !== '160000');
      const result = await searchFiles({
        pattern,
        commit: commit.sha,
        entries,
        texts: code.texts,
        context,
        limits,
        signal,
      });
      return told(printSearch(result, { label: commit.label, entries: entries.length, limits }));
    },
  });
}

/** What is wrong with the pattern, as the answer to whoever wrote it, when it is none. */
export function readPattern(source: string): SearchPattern | string {
  try {
    return compilePattern(source);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const shown = makeVisibleLine(reason).slice(0, 300);
    if (
      /^\(\?(?:[=!]|<[=!])/.test(/`([^`]*)`/.exec(reason)?.[1] ?? '') ||
      /invalid escape sequence: `\\[1-9]/.test(reason)
    )
      return `the pattern cannot be read: look-around and back-references do not exist here (the syntax is RE2's): ${shown}`;
    return `the pattern cannot be read: ${shown}. The syntax is RE2's; to search for a text as it is, write \\Q in front of it.`;
  }
}

function toContext(value: unknown): unknown {
  const number = typeof value === 'string' ? Number(value) : (value ?? undefined);
  if (typeof number !== 'number') return number;
  return Number.isNaN(number) ? undefined : Math.min(Math.max(Math.floor(number), 0), widestContext);
}
