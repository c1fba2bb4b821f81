import * as z from 'zod';
import { type AgentTool, defineTool, failed, type ToolAnswer, told } from '../agent-tool.ts';
import { answerLimits } from '../tools/answer-limits.ts';
import { Count, OptionalPathText, PathText } from '../tools/argument-types.ts';
import { count } from '../tools/line-text.ts';
import { filterByGlob } from '../tools/list-files.ts';
import { show } from '../tools/path-text.ts';
import { printSearch } from '../tools/print-search.ts';
import { describe, type ToolDescriptions } from '../tools/read-tools.ts';
import { ContextLines, PatternText, readPattern } from '../tools/search.ts';
import { searchFiles, searchLimits } from '../tools/search-files.ts';
import { showLines } from '../tools/show-lines.ts';
import type { DependencyFolders, DependencyLookup, DependencyWalk } from './dependency-folders.ts';

/** Said with every answer, because findings speak of the repository alone. */
const notTheRepository =
  '[a dependency, not part of the repository: no finding can quote it or be placed in it]';
const label = 'the dependencies';
const namedUnreadable = 20;

/** The tools that read the folders the user gave, for one run; none when there is no folder. */
export function createDependencyTools(
  folders: DependencyFolders,
  descriptions: ToolDescriptions,
): AgentTool[] {
  if (folders.roots.size === 0) return [];
  return [
    createListDependencies(folders, describe(descriptions, 'list_dependencies')),
    createReadDependency(folders, describe(descriptions, 'read_dependency')),
    createSearchDependencies(folders, describe(descriptions, 'search_dependencies')),
  ];
}

function createListDependencies(folders: DependencyFolders, description: string): AgentTool {
  return defineTool({
    name: 'list_dependencies',
    description,
    access: 'read',
    schema: z.object({ path: OptionalPathText, glob: OptionalPathText }),
    async run({ path = '', glob }, { signal }) {
      const found = await folders.find(path);
      if (found.outcome === 'absent' || found.outcome === 'refused') return explain(folders, path, found);
      if (found.outcome === 'file') return told(`${show(found.path)} is a file; read_dependency opens it.`);
      if (glob !== undefined) return listMatching(await walk(folders, found, signal), glob);
      if (found.outcome === 'folders')
        return told(
          print(
            [...folders.roots.keys()].map((name) => `${show(name)}/`),
            'folder',
            'folders',
          ),
        );
      const listing = await folders.list(found.real);
      if (listing.outcome === 'refused') return explain(folders, found.path, listing);
      const lines = listing.entries.map(({ name, kind }) => show(name) + marks[kind]);
      return told(`${show(found.path)}/: ${print(lines, 'entry', 'entries')}`);
    },
  });
}

function createReadDependency(folders: DependencyFolders, description: string): AgentTool {
  return defineTool({
    name: 'read_dependency',
    description,
    access: 'read',
    schema: z.object({ path: PathText, startLine: Count, endLine: Count, startColumn: Count }),
    async run(wanted) {
      const found = await folders.find(wanted.path);
      if (found.outcome === 'absent' || found.outcome === 'refused')
        return explain(folders, wanted.path, found);
      if (found.outcome !== 'file')
        return failed(`${show(wanted.path)} is a folder; list_dependencies shows what is in it.`);
      const path = show(found.path);
      const file = await folders.read(found.path);
      if (file.outcome === 'unreadable') return failed(`${path} is not opened: ${file.reason}.`);
      if (file.outcome !== 'text')
        return failed(
          file.outcome === 'binary'
            ? `${path} is a binary file of ${count(file.size, 'byte')}.`
            : `${path} is over ${count(answerLimits.fileBytes, 'byte')}; such files are not opened.`,
        );
      const shown = showLines(file.text, wanted, 'read_dependency');
      if (shown.outcome === 'beyond') return failed(`${path} ${shown.text}`);
      return told(`${notTheRepository}\n${path}, ${shown.text}`);
    },
  });
}

function createSearchDependencies(folders: DependencyFolders, description: string): AgentTool {
  return defineTool({
    name: 'search_dependencies',
    description,
    access: 'read',
    schema: z.object({
      pattern: PatternText,
      path: OptionalPathText,
      glob: OptionalPathText,
      context: ContextLines,
    }),
    async run({ pattern: source, path = '', glob, context = 0 }, { signal }) {
      const pattern = readPattern(source);
      if (typeof pattern === 'string') return failed(pattern);
      const found = await folders.find(path);
      if (found.outcome === 'absent' || found.outcome === 'refused') return explain(folders, path, found);
      const walked = await walk(folders, found, signal);
      const { files } = walked;
      const entries = glob === undefined ? files : filterByGlob(files, glob);
      if (typeof entries === 'string') return failed(entries);
      const limits = searchLimits;
      const texts = { read: (_commit: string, entry: { path: string }) => folders.read(entry.path) };
      const result = await searchFiles({ pattern, commit: '', entries, texts, context, limits, signal });
      const printed = printSearch(result, { label, entries: entries.length, limits });
      return told([notTheRepository, printed, ...notices(walked)].join('\n'));
    },
  });
}

const marks = {
  file: '',
  folder: '/',
  link: '  (symbolic link)',
  other: '  (not a file)',
  nameless: '  (its name is no UTF-8: not opened)',
};

const cutNotice =
  '[there are more files than can be looked at: name a smaller path; this is no proof of absence]';

async function walk(
  folders: DependencyFolders,
  found: Exclude<DependencyLookup, { outcome: 'absent' | 'refused' }>,
  signal: AbortSignal,
): Promise<DependencyWalk> {
  if (found.outcome === 'file')
    return { files: [{ path: found.path, mode: '100644', oid: '' }], isCut: false, unreadable: [] };
  if (found.outcome === 'folder') return folders.walk(found, signal);
  const walks: DependencyWalk[] = [];
  for (const [path, real] of folders.roots) walks.push(await folders.walk({ path, real }, signal));
  return {
    files: walks.flatMap(({ files }) => files),
    isCut: walks.some(({ isCut }) => isCut),
    unreadable: walks.flatMap(({ unreadable }) => unreadable),
  };
}

/** What was not looked at. */
function notices({ isCut, unreadable }: DependencyWalk): string[] {
  const named = unreadable.slice(0, namedUnreadable).map(show).join(', ');
  const more = unreadable.length - namedUnreadable;
  const rest = more > 0 ? ` and ${count(more, 'more')}` : '';
  return [
    ...(unreadable.length === 0
      ? []
      : [
          `[not looked at: ${count(unreadable.length, 'file or folder', 'files or folders')} that cannot be read, or whose names are no UTF-8: ${named}${rest}: this is no proof of absence]`,
        ]),
    ...(isCut ? [cutNotice] : []),
  ];
}

function listMatching(walked: DependencyWalk, glob: string): ToolAnswer {
  const matching = filterByGlob(walked.files, glob);
  if (typeof matching === 'string') return failed(matching);
  const lines = matching.map(({ path }) => show(path));
  return told([print(lines, 'file', 'files'), ...notices(walked)].join('\n'));
}

function print(lines: readonly string[], noun: string, plural: string): string {
  const shown = lines.slice(0, answerLimits.entries);
  const rest = lines.length - shown.length;
  return [
    `${count(lines.length, noun, plural)} ${notTheRepository}`,
    ...shown,
    ...(rest === 0 ? [] : [`[${count(rest, 'more')} left out here: narrow the path or the glob]`]),
  ].join('\n');
}

function explain(
  folders: DependencyFolders,
  path: string,
  found: Extract<DependencyLookup, { outcome: 'absent' | 'refused' }>,
): ToolAnswer {
  if (found.outcome === 'refused') return failed(`${show(path)} is not opened: ${found.reason}.`);
  const labels = [...folders.roots.keys()].map((name) => `${show(name)}/`).join(', ');
  return failed(
    `there is no ${show(path)}; the folders are ${labels}, and every path begins with one of them.`,
  );
}
