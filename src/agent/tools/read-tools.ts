import type { Change } from '../../domain/change.ts';
import { ConfigError } from '../../errors.ts';
import type { ObjectRepository } from '../../git/object-repository.ts';
import type { AgentTool } from '../agent-tool.ts';
import type { FilePatchView } from '../patch-view.ts';
import { CodeBase } from './code-base.ts';
import { createDiff } from './diff.ts';
import { createGitBlame } from './git-blame.ts';
import { createGitLog } from './git-log.ts';
import { createGitShow } from './git-show.ts';
import { createListFiles } from './list-files.ts';
import { createReadFile } from './read-file.ts';
import { createSearch } from './search.ts';

/** What models are told about each tool, by its name. */
export type ToolDescriptions = ReadonlyMap<string, string>;

export interface ReadToolsInput {
  repository: ObjectRepository;
  change: Change;
  /** The change's patch, as `viewPatch` gives it. */
  patch: ReadonlyMap<string, FilePatchView>;
  descriptions: ToolDescriptions;
}

/** The tools that look at the repository's objects and at nothing else, for one session. */
export function createReadTools({ repository, change, patch, descriptions }: ReadToolsInput): AgentTool[] {
  const code = new CodeBase({ repository, change });
  const of = (name: string) => describe(descriptions, name);
  return [
    createReadFile(code, of('read_file')),
    createListFiles(code, of('list_files')),
    createSearch(code, of('search')),
    createDiff({ code, patch, description: of('diff') }),
    createGitLog(code, of('git_log')),
    createGitBlame(code, of('git_blame')),
    createGitShow(code, of('git_show')),
  ];
}

/** Throws `ConfigError` when nobody wrote one. */
export function describe(descriptions: ToolDescriptions, name: string): string {
  const text = descriptions.get(name);
  if (text === undefined) throw new ConfigError(`there is no description of the tool ${name}`);
  return text;
}
