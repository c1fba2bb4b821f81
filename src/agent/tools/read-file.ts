import * as z from 'zod';
import type { TreeEntry } from '../../git/object-repository.ts';
import { type AgentTool, defineTool, failed, type ToolAnswer, told } from '../agent-tool.ts';
import { answerLimits } from './answer-limits.ts';
import { CommitText, Count, PathText } from './argument-types.ts';
import type { CodeBase } from './code-base.ts';
import type { NamedCommit } from './commit-names.ts';
import { count, cutLine, numbered, splitLines } from './line-text.ts';
import { show } from './path-text.ts';

const Arguments = z.object({
  path: PathText,
  commit: CommitText,
  startLine: Count,
  endLine: Count,
  startColumn: Count,
});
type Arguments = z.output<typeof Arguments>;

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
      const shown = showLines(text, wanted);
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

type Shown = { outcome: 'shown' | 'beyond'; text: string };

function showLines(text: string, wanted: Arguments): Shown {
  if (text === '') return { outcome: 'shown', text: 'is empty.' };
  const lines = splitLines(text);
  const ends = lineEnds(lines);
  const [start, end] = order(wanted, lines.length);
  const total = count(lines.length, 'line');
  if (start > lines.length)
    return { outcome: 'beyond', text: `has ${total}; there is no line ${start.toLocaleString('en-US')}.` };
  const body: string[] = [];
  let length = 0;
  let last = start - 1;
  for (let line = start; line <= Math.min(end, start + answerLimits.lines - 1); line += 1) {
    const shown = showLine(ends.strip(lines[line - 1] ?? ''), line, wanted.startColumn);
    if (length + shown.length > answerLimits.answerLength && body.length > 0) break;
    body.push(shown);
    length += shown.length + 1;
    last = line;
  }
  const heading = `${start === last ? `line ${start}` : `lines ${start}-${last}`} of ${lines.length}${ends.remark}`;
  const notes: string[] = [];
  if (last < end)
    notes.push(
      `[${count(end - last, 'line')} up to line ${end} left out here: read_file with startLine ${last + 1}]`,
    );
  if (last === lines.length && !text.endsWith('\n')) notes.push('[no line feed at the end of the file]');
  return { outcome: 'shown', text: [`${heading}:`, ...body, ...notes].join('\n') };
}

/** Reversed ends are swapped, a missing one is the file's, the end stays in the file. */
function order({ startLine, endLine }: Arguments, lines: number): [start: number, end: number] {
  const [a, b] = [startLine ?? 1, endLine ?? lines];
  if (startLine !== undefined && endLine !== undefined && a > b) return [b, Math.min(a, lines)];
  return [a, Math.max(Math.min(b, lines), Math.min(a, lines))];
}

function showLine(line: string, number: number, startColumn = 1): string {
  if (startColumn > 1 && startColumn > line.length) return numbered(number, '', '|');
  const { text, rest } = cutLine(line, startColumn - 1, answerLimits.lineLength);
  const before = startColumn > 1 ? `[from column ${startColumn}]` : '';
  if (rest === 0) return numbered(number, before + text);
  const next = line.length - rest + 1;
  return numbered(
    number,
    `${before}${text}[${count(rest, 'more character')} in this line: read_file with startLine ${number}, endLine ${number}, startColumn ${next}]`,
  );
}

/** Where all lines end in CR LF the CR says nothing and is not shown; a lone or a mixed one is. */
function lineEnds(lines: readonly string[]): { strip: (line: string) => string; remark: string } {
  const withReturn = lines.filter((line) => line.endsWith('\r')).length;
  if (withReturn === 0 || withReturn < lines.length - 1)
    return {
      strip: (line) => line,
      remark: withReturn === 0 ? '' : ' (CR LF and LF line ends are mixed; a CR is shown)',
    };
  return { strip: (line) => line.replace(/\r$/, ''), remark: ' (CR LF line ends)' };
}
