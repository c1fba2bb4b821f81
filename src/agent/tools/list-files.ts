import * as z from 'zod';
import type { TreeEntry } from '../../git/object-repository.ts';
import { type AgentTool, defineTool, failed, told } from '../agent-tool.ts';
import { answerLimits } from './answer-limits.ts';
import { CommitText, OptionalPathText } from './argument-types.ts';
import { runBounded } from './bounded-run.ts';
import type { CodeBase } from './code-base.ts';
import { compileGlob, GlobError } from './glob.ts';
import { count } from './line-text.ts';
import { show, withoutDotSlash } from './path-text.ts';

const Arguments = z.object({ path: OptionalPathText, glob: OptionalPathText, commit: CommitText });

/** A folder's entries, or all files a glob matches. */
export function createListFiles(code: CodeBase, description: string): AgentTool {
  return defineTool({
    name: 'list_files',
    description,
    access: 'read',
    schema: Arguments,
    async run({ path, glob, commit: name }, { signal }) {
      const resolved = await code.commits.resolve(name, signal);
      if (resolved.outcome === 'refused') return failed(resolved.message);
      const { commit } = resolved;
      const files = await code.files(commit.sha);
      const folder = folderName(path);
      const entries = entriesUnder(files.entries, folder);
      const where = folder === '' ? 'the repository' : `${show(folder)}/`;
      if (entries.length === 0) {
        if (files.entries.length === 0) return told(`There is no file at ${commit.label}.`);
        return failed(
          files.find(folder) === undefined
            ? `there is no folder ${show(folder)} at ${commit.label}; list_files without a path shows the top.`
            : `${show(folder)} is a file; read_file opens it.`,
        );
      }
      if (glob === undefined)
        return told(
          printEntries(listFolder(entries, folder), `${where} at ${commit.label} holds`, 'entry', 'entries'),
        );
      const matching = filterByGlob(entries, glob);
      if (typeof matching === 'string') return failed(matching);
      const lines = matching.map((entry) => show(entry.path) + mark(entry));
      return told(
        printEntries(lines, `In ${where} at ${commit.label}, ${show(glob)} matches`, 'file', 'files'),
      );
    },
  });
}

/** The folder as the tools use it: without `./` before and `/` behind it, empty for the top. */
export function folderName(path: string | undefined): string {
  const bare = withoutDotSlash(path ?? '').replace(/\/+$/, '');
  return bare === '.' ? '' : bare;
}

/** Files in a folder and below, the folder written as it is or as it was shown. */
export function entriesUnder(entries: readonly TreeEntry[], folder: string): readonly TreeEntry[] {
  if (folder === '') return entries;
  const exact = entries.filter((entry) => entry.path.startsWith(`${folder}/`));
  if (exact.length > 0) return exact;
  return entries.filter((entry) => show(entry.path).startsWith(`${folder}/`));
}

const globMilliseconds = 2_000;

/** A glob is matched against whole paths; a message when it cannot be read. */
export function filterByGlob(entries: readonly TreeEntry[], glob: string): TreeEntry[] | string {
  try {
    const run = runBounded(() => {
      const matches = compileGlob(glob);
      return entries.filter((entry) => matches(entry.path));
    }, globMilliseconds);
    return run.outcome === 'done' ? run.value : 'the glob is too costly to match; write a simpler one.';
  } catch (cause) {
    if (cause instanceof GlobError) return cause.message;
    throw cause;
  }
}

function listFolder(entries: readonly TreeEntry[], folder: string): string[] {
  const depth = folder === '' ? 0 : folder.split('/').length;
  const folders = new Map<string, number>();
  const files: string[] = [];
  for (const entry of entries) {
    const parts = entry.path.split('/');
    const name = parts[depth] ?? '';
    if (parts.length - depth > 1) folders.set(name, (folders.get(name) ?? 0) + 1);
    else files.push(show(name) + mark(entry));
  }
  return [...[...folders].map(([name, files]) => `${show(name)}/  (${count(files, 'file')})`), ...files];
}

function mark(entry: TreeEntry): string {
  if (entry.mode === '120000') return '  (symbolic link)';
  return entry.mode === '160000' ? '  (submodule)' : '';
}

function printEntries(lines: readonly string[], heading: string, noun: string, plural: string): string {
  const shown: string[] = [];
  let length = 0;
  for (const line of lines.slice(0, answerLimits.entries)) {
    length += line.length + 1;
    if (length > answerLimits.answerLength) break;
    shown.push(line);
  }
  const rest = lines.length - shown.length;
  const more =
    rest === 0
      ? []
      : [`[${count(rest, `more ${noun}`, `more ${plural}`)} left out here: narrow the path or the glob]`];
  return [
    `${heading} ${count(lines.length, noun, plural)}${shown.length > 0 ? ':' : '.'}`,
    ...shown,
    ...more,
  ].join('\n');
}
