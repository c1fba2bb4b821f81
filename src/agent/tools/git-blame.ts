import * as z from 'zod';
import type { BlameLine } from '../../git/object-repository.ts';
import { type AgentTool, defineTool, failed, told } from '../agent-tool.ts';
import { answerLimits } from './answer-limits.ts';
import { CommitText, Count, PathText } from './argument-types.ts';
import type { CodeBase } from './code-base.ts';
import { shortId } from './commit-names.ts';
import { count, cutLine, numbered, splitLines } from './line-text.ts';
import { show } from './path-text.ts';

const Arguments = z.object({ path: PathText, startLine: Count, endLine: Count, commit: CommitText });

/** Who last wrote each line of a range. */
export function createGitBlame(code: CodeBase, description: string): AgentTool {
  return defineTool({
    name: 'git_blame',
    description,
    access: 'read',
    schema: Arguments,
    async run({ path, startLine, endLine, commit: name }, { signal }) {
      const resolved = await code.commits.resolve(name, signal);
      if (resolved.outcome === 'refused') return failed(resolved.message);
      const { commit } = resolved;
      const found = code.findFile(await code.files(commit.sha), path, commit);
      if (found.entry === null) return failed(found.message);
      const { entry } = found;
      const lookup = entry.mode === '160000' ? null : await code.texts.read(commit.sha, entry);
      if (lookup?.outcome === 'withheld')
        return failed(`${show(entry.path)} is kept from you by the egress rule: its lines are not shown.`);
      if (lookup?.outcome !== 'text') return failed(`${show(entry.path)} is no text file: it has no lines.`);
      const lines = splitLines(lookup.text);
      const [a, b] = [startLine ?? 1, endLine ?? startLine ?? lines.length];
      const [start, asked] = [Math.min(a, b), Math.min(Math.max(a, b), lines.length)];
      if (start > lines.length)
        return failed(`${show(entry.path)} at ${commit.label} has ${count(lines.length, 'line')}.`);
      const end = Math.min(asked, start + answerLimits.blamedLines - 1);
      const blamed = await code.repository.blame(commit.sha, entry.path, { start, end });
      for (const { sha } of blamed) code.commits.learn(sha);
      const more =
        end < asked
          ? [
              `[${count(asked - end, 'line')} up to ${asked} left out here: git_blame with startLine ${end + 1}]`,
            ]
          : [];
      const heading = `${show(entry.path)} at ${commit.label}, lines ${start}-${end} of ${lines.length}:`;
      return told([heading, ...printGroups(blamed, lines), ...more].join('\n'));
    },
  });
}

/** Runs of lines from one commit under one heading. */
function printGroups(blamed: readonly BlameLine[], lines: readonly string[]): string[] {
  const printed: string[] = [];
  let previous: string | null = null;
  for (const { line, sha, author, authoredAt, subject, orEarlier } of blamed) {
    const mark = orEarlier === true ? '  [or earlier: the history here begins with it]' : '';
    if (sha !== previous)
      printed.push(`${shortId(sha)}  ${authoredAt.slice(0, 10)}  ${show(author)}  ${show(subject)}${mark}`);
    previous = sha;
    const { text, rest } = cutLine(lines[line - 1] ?? '', 0, answerLimits.matchLength);
    printed.push(numbered(line, rest === 0 ? text : `${text}[${count(rest, 'more character')}]`));
  }
  return printed;
}
