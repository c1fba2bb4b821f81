import * as z from 'zod';
import { makeVisible } from '../../domain/visible-text.ts';
import { showCommitPatch } from '../../git/read-history.ts';
import { type AgentTool, defineTool, failed, told } from '../agent-tool.ts';
import { type FilePatchView, viewPatch } from '../patch-view.ts';
import { answerLimits } from './answer-limits.ts';
import { CommitText, Count, OptionalPathText } from './argument-types.ts';
import type { CodeBase } from './code-base.ts';
import { count, cutLine } from './line-text.ts';
import { pageOf } from './page.ts';
import { show, withoutDotSlash } from './path-text.ts';

const Arguments = z.object({ commit: CommitText, path: OptionalPathText, from: Count });

/** One commit: its message, and what it changed against its first parent, of all files or of one. */
export function createGitShow(code: CodeBase, description: string): AgentTool {
  return defineTool({
    name: 'git_show',
    description,
    access: 'read',
    schema: Arguments,
    async run({ commit: name, path, from = 1 }, { signal }) {
      const resolved = await code.commits.resolve(name, signal);
      if (resolved.outcome === 'refused') return failed(resolved.message);
      const { sha } = resolved.commit;
      const [commit, patch] = await Promise.all([
        code.repository.readCommit(sha),
        showCommitPatch(code.repository, { commit: sha, signal }),
      ]);
      const views = [...viewPatch(patch, code.repository).values()];
      const wanted = path === undefined ? views : views.filter((view) => isPath(view, path));
      if (wanted.length === 0 && path !== undefined)
        return failed(`commit ${sha} does not change ${show(path)}; it changes ${listPaths(views)}.`);
      const page = pageOf(
        wanted.flatMap((view) => view.lines),
        from,
        `git_show with commit "${sha}"${path === undefined ? '' : `, path "${show(path)}"`} and from`,
      );
      if (page.outcome === 'beyond') return failed(page.text);
      const { text: body, rest } = cutLine(commit.body, 0, answerLimits.lineLength * 4);
      return told(
        [
          `commit ${sha}`,
          `author ${show(commit.author.name)} <${show(commit.author.email)}>, ${commit.authoredAt}`,
          `subject: ${makeVisible(commit.subject)}`,
          ...(body.trim() === '' ? [] : [body.trimEnd()]),
          ...(rest > 0 ? [`[${count(rest, 'more character')} of the message]`] : []),
          '',
          ...(views.length === 0 ? ['(changes nothing against its first parent)'] : [page.text]),
        ].join('\n'),
      );
    },
  });
}

function isPath(view: FilePatchView, path: string): boolean {
  const exact = withoutDotSlash(path).replace(/\/+$/, '');
  const shown = show(view.path);
  return [view.path, shown].some((one) => one === exact || one.startsWith(`${exact}/`));
}

function listPaths(views: readonly FilePatchView[]): string {
  const named = views
    .slice(0, 20)
    .map((view) => show(view.path))
    .join(', ');
  return views.length > 20 ? `${named} and ${count(views.length - 20, 'more file')}` : named || 'nothing';
}
