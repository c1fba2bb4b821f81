import * as z from 'zod';
import type { TreeEntry } from '../../git/object-repository.ts';
import { type AgentTool, defineTool, failed, type ToolAnswer, told } from '../agent-tool.ts';
import { answerLimits } from './answer-limits.ts';
import { CommitText, Count, PathText } from './argument-types.ts';
import type { CodeBase } from './code-base.ts';
import type { NamedCommit } from './commit-names.ts';
import { count } from './line-text.ts';
import { show } from './path-text.ts';
import { showLines } from './show-lines.ts';

const Arguments = z.object({
  path: PathText,
  commit: CommitText,
  startLine: Count,
  endLine: Count,
  startColumn: Count,
});

/** Numbered lines of one file at one commit. */
export function createReadFile(code: CodeBase, description: string): AgentTool {
  return defineTool({
    name: 'read_file',
    description,
    access: 'read',
    schema: Arguments,
    async run(wanted, { signal }) {
      const resolved = await code.commits.resolve(wanted.commit, signal);
      if (resolved.outcome === 'refused') return failed(resolved.message);
      const { commit } = resolved;
      const found = code.findFile(await code.files(commit.sha), wanted.path, commit);
      if (found.entry === null) return failed(found.message);
      const { entry } = found;
      const opened = code.changedFile(commit.side, entry.path);
      const text = await openFile(code, commit, entry);
      if (typeof text !== 'string') return text;
      const shown = showLines(text, wanted, 'read_file');
      if (shown.outcome === 'beyond') return failed(`${show(entry.path)} at ${commit.label} ${shown.text}`);
      const link = entry.mode === '120000' ? ', a symbolic link: this is its target, not followed' : '';
      return told(`${show(entry.path)} at ${commit.label}${link}, ${shown.text}`, {
        opened: opened === null ? [] : [opened],
      });
    },
  });
}

async function openFile(code: CodeBase, commit: NamedCommit, entry: TreeEntry): Promise<string | ToolAnswer> {
  const path = show(entry.path);
  if (entry.mode === '160000')
    return failed(`${path} is a submodule at commit ${entry.oid}; its files are not here.`);
  const file = await code.repository.readFile(commit.sha, entry.path, { maxBytes: answerLimits.fileBytes });
  if (file.outcome === 'withheld')
    return failed(`${path} is kept from you by the egress rule: its content is not shown.`);
  if (file.outcome === 'too-large')
    return failed(
      `${path} has ${count(file.size, 'byte')}; files over ${count(answerLimits.fileBytes, 'byte')} are not opened.`,
    );
  if (file.outcome !== 'found')
    throw new Error(`${path} is listed as a file at ${commit.sha} and is ${file.outcome}`);
  if (file.bytes.subarray(0, 8000).includes(0))
    return failed(`${path} is a binary file of ${count(file.bytes.length, 'byte')}.`);
  return file.bytes.toString('utf8');
}
