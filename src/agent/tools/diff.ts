import * as z from 'zod';
import type { FileDiff } from '../../domain/change.ts';
import { type AgentTool, defineTool, failed, type ToolAnswer, told } from '../agent-tool.ts';
import type { FilePatchView } from '../patch-view.ts';
import { Count, OptionalPathText } from './argument-types.ts';
import type { CodeBase } from './code-base.ts';
import { count } from './line-text.ts';
import { pageOf } from './page.ts';
import { show, withoutDotSlash } from './path-text.ts';

const Arguments = z.object({ path: OptionalPathText, from: Count });

export interface DiffOptions {
  code: CodeBase;
  /** The change's patch. */
  patch: ReadonlyMap<string, FilePatchView>;
  description: string;
}

/** What the change does: to one file in full, or how much to every file. */
export function createDiff({ code, patch, description }: DiffOptions): AgentTool {
  return defineTool({
    name: 'diff',
    description,
    access: 'read',
    schema: Arguments,
    async run({ path, from = 1 }) {
      if (path === undefined) return told(listChanges(code.change.files, from));
      return showDiff({ code, patch, path, from });
    },
  });
}

function showDiff(input: {
  code: CodeBase;
  patch: DiffOptions['patch'];
  path: string;
  from: number;
}): ToolAnswer {
  const { code, patch, from } = input;
  const path = withoutDotSlash(input.path);
  const { files } = code.change;
  const file =
    files.find((one) => one.path === path || show(one.path) === path) ??
    files.find((one) => one.oldPath !== null && (one.oldPath === path || show(one.oldPath) === path));
  if (file === undefined)
    return failed(
      `the change does not touch ${show(path)}. diff without a path lists what it touches; read_file shows files as they are.`,
    );
  const view = patch.get(file.path);
  if (view === undefined) throw new Error(`the patch says nothing about ${show(file.path)}`);
  const page = pageOf(view.lines, from, `diff with path "${show(file.path)}" and from`);
  if (page.outcome === 'beyond') return failed(page.text);
  return told(page.text, { opened: view.withheld === true ? [] : [file.path] });
}

/** One line for each changed file: status, path, lines, and what is special about it. */
export function listChanges(files: readonly FileDiff[], from = 1): string {
  const added = files.reduce((sum, file) => sum + (file.additions ?? 0), 0);
  const removed = files.reduce((sum, file) => sum + (file.deletions ?? 0), 0);
  const heading = `The change touches ${count(files.length, 'file')}, +${added} -${removed} lines:`;
  const page = pageOf(files.map(describeFile), from, 'diff with from');
  return page.outcome === 'beyond' ? page.text : `${heading}\n${page.text}`;
}

const letters: Record<FileDiff['status'], string> = {
  added: 'A',
  modified: 'M',
  removed: 'D',
  renamed: 'R',
  copied: 'C',
  'type-changed': 'T',
};

/** `M  path  +3 -1  (generated)`. */
export function describeFile(file: FileDiff): string {
  const size = file.binary ? 'binary' : `+${file.additions ?? 0} -${file.deletions ?? 0}`;
  const notes = [
    ...(file.oldPath === null ? [] : [`from ${show(file.oldPath)}`]),
    ...(file.generated ? ['generated'] : []),
    ...(file.vendored ? ['vendored'] : []),
    ...(file.ignored === true ? ['not to be reviewed'] : []),
  ];
  const remark = notes.length === 0 ? '' : `  (${notes.join(', ')})`;
  return `${letters[file.status]}  ${show(file.path)}  ${size}${remark}`;
}
