import type { Change } from '../../domain/change.ts';
import { makeVisible } from '../../domain/visible-text.ts';
import type { FilePatchView } from '../patch-view.ts';
import { describeFile } from '../tools/diff.ts';
import { count } from '../tools/line-text.ts';
import { show } from '../tools/path-text.ts';

/** Lengths are UTF-16 units. */
export interface PromptLimits {
  /** Of all patches together that are in the first message. */
  diffLength: number;
  /** Of one of them; a larger one is named. */
  fileLength: number;
}

export const promptLimits: PromptLimits = { diffLength: 240_000, fileLength: 80_000 };

const limits = {
  description: 20_000,
  commits: 200,
  commitBody: 2_000,
  allCommits: 40_000,
  comment: 4_000,
  discussion: 40_000,
  files: 60_000,
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
        ]),
    ...(change.branch === null ? [] : [`- Branch: ${show(change.branch)}`]),
    `- head: ${head.sha}${kinds[headKind]}`,
    `- base: ${mergeBase} (the merge base with ${show(base.name)})`,
    `- Round of review: ${change.round}`,
  ].join('\n');
}

export function describePurpose({ pullRequest }: Change): string {
  const body = pullRequest?.body.trim() ?? '';
  if (pullRequest === null) return '(There is no pull request; the commits say what it is for.)';
  return body === '' ? '(nothing)' : cut(body, limits.description);
}

export function listCommits({ commits, headKind }: Change): string {
  if (commits.length === 0) return headKind === 'commit' ? '(none)' : '(not committed yet)';
  const lines = commits.slice(0, limits.commits).map(({ sha, subject, body }) => {
    const text = body.trim();
    const indented = cut(text, limits.commitBody).replace(/^(?=.)/gm, '    ');
    return `- ${sha.slice(0, 12)} ${makeVisible(subject)}${text === '' ? '' : `\n${indented}`}`;
  });
  const more = commits.length - lines.length;
  return fitLines(
    lines,
    limits.allCommits,
    more,
    (left) => `[${count(left, 'more commit')}: git_log shows them]`,
  );
}

export function listDiscussion({ comments }: Change): string {
  if (comments === null) return '(not known)';
  if (comments.length === 0) return '(none)';
  const lines = comments.map(({ author, text, path, line, resolved }) => {
    const place = path === null ? '' : ` on ${show(path)}${line === null ? '' : `:${line}`}`;
    const state = resolved === null ? '' : resolved ? ' (resolved)' : ' (open)';
    return `${show(author)}${place}${state}:\n${cut(text.trim(), limits.comment).replace(/^(?=.)/gm, '    ')}`;
  });
  return fitLines(lines, limits.discussion, 0, (left) => `[${count(left, 'more comment')} left out]`);
}

export function listFiles({ files }: Change): string {
  return fitLines(
    files.map(describeFile),
    limits.files,
    0,
    (left) => `[${count(left, 'more file')}: diff lists them]`,
  );
}

/** Whole patches of as many files as fit, written by people first; the rest is named. */
export function showDiff(
  change: Change,
  patch: ReadonlyMap<string, FilePatchView>,
  { diffLength, fileLength }: PromptLimits,
): { text: string; given: string[] } {
  const given: string[] = [];
  const shown: string[] = [];
  const named: string[] = [];
  let length = 0;
  for (const file of change.files) {
    const view = patch.get(file.path);
    if (view === undefined) continue;
    const isRead = !file.generated && !file.vendored && file.ignored !== true;
    if (!isRead || view.length > fileLength || length + view.length > diffLength) {
      named.push(describeFile(file));
      continue;
    }
    length += view.length;
    if (!file.binary) given.push(file.path);
    shown.push(view.lines.join('\n'));
  }
  const rest =
    named.length === 0
      ? []
      : [
          fitLines(
            [`Not shown here; diff with their path shows them:`, ...named],
            limits.files,
            0,
            (left) => `[${count(left, 'more file')}]`,
          ),
        ];
  return { text: [...shown, ...rest].join('\n\n'), given };
}

function cut(text: string, length: number): string {
  const rest = text.length - length;
  if (rest <= 0) return makeVisible(text);
  return `${makeVisible(text.slice(0, length))}\n[${count(rest, 'more character')} left out]`;
}

/** As many lines as fit, and a last one about those that do not. */
function fitLines(
  lines: readonly string[],
  length: number,
  alreadyOut: number,
  note: (left: number) => string,
): string {
  const shown: string[] = [];
  let used = 0;
  for (const line of lines) {
    used += line.length + 1;
    if (used > length && shown.length > 0) break;
    shown.push(line);
  }
  const left = lines.length - shown.length + alreadyOut;
  return [...shown, ...(left > 0 ? [note(left)] : [])].join('\n');
}
