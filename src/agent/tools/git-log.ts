import * as z from 'zod';
import { GitError } from '../../errors.ts';
import { readHistory } from '../../git/read-history.ts';
import { type AgentTool, defineTool, failed, told } from '../agent-tool.ts';
import { answerLimits } from './answer-limits.ts';
import { CommitText, Count, OptionalPathText } from './argument-types.ts';
import type { CodeBase } from './code-base.ts';
import { shortId } from './commit-names.ts';
import { count } from './line-text.ts';
import { show, withoutDotSlash } from './path-text.ts';

const Arguments = z.object({ path: OptionalPathText, limit: Count, commit: CommitText });
const usualLimit = 20;

/** The newest commits of the history, or those of them that touched a path. */
export function createGitLog(code: CodeBase, description: string): AgentTool {
  return defineTool({
    name: 'git_log',
    description,
    access: 'read',
    schema: Arguments,
    async run({ path, limit = usualLimit, commit: name }, { signal }) {
      const resolved = await code.commits.resolve(name, signal);
      if (resolved.outcome === 'refused') return failed(resolved.message);
      const { commit } = resolved;
      const wanted = Math.min(limit, answerLimits.history);
      const exact = path === undefined ? null : await knownSpelling(code, commit.sha, path);
      const entries = await readHistory(code.repository, {
        commit: commit.sha,
        path: exact,
        limit: wanted + 1,
        signal,
      }).catch((cause: unknown) => {
        if (cause instanceof GitError && cause.hint !== undefined) return cause.message;
        throw cause;
      });
      if (typeof entries === 'string') return failed(`${entries}.`);
      const of = exact === null ? '' : ` of ${show(exact)}`;
      if (entries.length === 0)
        return failed(`no commit up to ${commit.label} touches ${show(exact ?? '')}; check the path.`);
      const shown = entries.slice(0, wanted);
      for (const { sha } of shown) code.commits.learn(sha);
      const more =
        entries.length > shown.length
          ? [`[older commits left out here: git_log with commit "${shortId(entries[wanted]?.sha ?? '')}"]`]
          : [];
      code.commits.learn(entries[wanted]?.sha ?? '');
      return told(
        [
          `${count(shown.length, 'commit')}${of} up to ${commit.label}, newest first:`,
          ...shown.map(
            ({ sha, authoredAt, author, subject }) =>
              `${shortId(sha)}  ${authoredAt.slice(0, 10)}  ${show(author)}  ${show(subject)}`,
          ),
          ...more,
        ].join('\n'),
      );
    },
  });
}

/** A path as git knows it: history may hold files that are gone, so an unknown one is asked for as it is. */
async function knownSpelling(code: CodeBase, sha: string, path: string): Promise<string | null> {
  const exact = withoutDotSlash(path).replace(/\/+$/, '');
  if (exact === '' || exact === '.') return null;
  return (await code.files(sha)).find(exact)?.path ?? exact;
}
