import { findAiAuthors } from '../../domain/ai-authors.ts';
import type { Change, LinkedIssue } from '../../domain/change.ts';
import { makeVisible } from '../../domain/visible-text.ts';
import { count } from '../tools/line-text.ts';
import { show } from '../tools/path-text.ts';
import { cutText, indent } from './cut-text.ts';
import { fitLines } from './fit-lines.ts';

const limits = {
  description: 20_000,
  commits: 200,
  commitBody: 2_000,
  allCommits: 40_000,
  comment: 4_000,
  discussion: 40_000,
};

/** What the change is, in facts that git and the forge gave. */
export function describeFacts(change: Change): string {
  const { repository, pullRequest, base, head, mergeBase, headKind } = change;
  const kinds = { commit: '', index: ' (what is staged)', 'work-tree': ' (the work tree)' };
  return [
    `- Repository: ${show(repository.owner)}/${show(repository.name)}`,
    ...(pullRequest === null
      ? []
      : [
          `- Pull request: #${pullRequest.number} ${show(pullRequest.title)}`,
          `- Author: ${show(pullRequest.author)}`,
          ...(change.linked ?? []).map(describeLinked),
        ]),
    ...(change.branch === null ? [] : [`- Branch: ${show(change.branch)}`]),
    `- head: ${head.sha}${kinds[headKind]}`,
    `- base: ${mergeBase} (the merge base with ${show(base.name)})`,
    `- Round of review: ${change.round}`,
    ...findAiAuthors(change).map(
      ({ name, commits }) => `- ${aiAuthor(name, commits, change.commits.length)}`,
    ),
  ].join('\n');
}

function describeLinked({ number, kind, title, state, willClose }: LinkedIssue): string {
  const what = kind === 'issue' ? 'issue' : 'pull request';
  return `- ${willClose ? 'Closes' : 'Speaks of'} ${what} #${number} (${state}): ${show(title)}`;
}

function aiAuthor(name: string, commits: number, all: number): string {
  if (commits === 0) return `Written with ${name}, says the description`;
  return `Written with ${name}, say ${commits} of ${count(all, 'commit')}`;
}

export function describePurpose({ pullRequest }: Change): string {
  const body = pullRequest?.body.trim() ?? '';
  if (pullRequest === null) return '(There is no pull request; the commits say what it is for.)';
  return body === '' ? '(nothing)' : cutText(body, limits.description);
}

export function listCommits({ commits, headKind }: Change): string {
  if (commits.length === 0) return headKind === 'commit' ? '(none)' : '(not committed yet)';
  const lines = commits.slice(0, limits.commits).map(({ sha, subject, body }) => {
    const text = body.trim();
    const indented = indent(cutText(text, limits.commitBody));
    return `- ${sha.slice(0, 12)} ${makeVisible(subject)}${text === '' ? '' : `\n${indented}`}`;
  });
  const more = commits.length - lines.length;
  return fitLines(
    lines,
    limits.allCommits,
    (left) => `[${count(left, 'more commit')}: git_log shows them]`,
    more,
  );
}

export function listDiscussion({ comments }: Change): string {
  if (comments === null) return '(not known)';
  if (comments.length === 0) return '(none)';
  const openFirst = comments.toSorted((a, b) => Number(a.resolved ?? false) - Number(b.resolved ?? false));
  const lines = openFirst.map(({ author, text, path, line, resolved, outdated }) => {
    const place = path === null ? '' : ` on ${show(path)}${line === null ? '' : `:${line}`}`;
    const since = outdated === true ? ', on lines that have changed since' : '';
    const state = resolved === null ? '' : ` (${resolved ? 'resolved' : 'open'}${since})`;
    return `${show(author)}${place}${state}:\n${indent(cutText(text.trim(), limits.comment))}`;
  });
  return fitLines(lines, limits.discussion, (left) => `[${count(left, 'more comment')} left out]`);
}
