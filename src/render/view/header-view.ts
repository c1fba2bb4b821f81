import type { PullRequest } from '../../domain/change.ts';
import type { Report, ReviewerOutcome } from '../../domain/report.ts';
import { wordEnd } from '../text/reviewer-end.ts';
import { wordCost } from '../text/word-cost.ts';
import {
  formatDate,
  nameRevision,
  plural,
  reviewerLabel,
  shorten,
  wordDuration,
  wordRecommendation,
} from '../text/words.ts';
import type { BadgeView, LinkView, ViewContext } from './view-context.ts';

/** One item of a header row: a linked text and what follows it. */
export interface HeaderItem extends LinkView {
  code: boolean;
  strong: boolean;
  after: string;
  /** The mark of a reviewer, before its name. */
  badge: BadgeView | null;
}

export interface HeaderRow {
  name: string;
  /** Whether there is more than one item. */
  list: boolean;
  items: HeaderItem[];
}

const mostCommits = 50;

/** The header table, row by row. A row without a value is left out. */
export function viewHeader({ report, links, badge }: ViewContext): HeaderRow[] {
  const { change, run, recommendation } = report;
  const rows: [name: string, items: HeaderItem[]][] = [
    ['Date', [item({ text: formatDate(run.startedAt) })]],
    ['Repo', [item({ text: `${change.repository.owner}/${change.repository.name}`, url: links.repository })]],
    ['Round', [item({ text: wordRound(change) })]],
    ['Author', viewAuthor(report, links.person)],
    ['PR', viewPullRequest(report, links.repository)],
    ['Branch', viewBranch(report, links.branch)],
    ['Commits', viewCommits(report, links.commit)],
    ['Reviewers', report.reviewers.map((outcome) => viewReviewer(outcome, badge(outcome.reviewer.id)))],
    [
      'Verdict',
      [
        item({
          text: wordRecommendation(recommendation.value),
          strong: true,
          after: recommendation.sentence === '' ? '' : ` — ${recommendation.sentence}`,
        }),
      ],
    ],
    ['Wall-clock time', [item({ text: wordDuration(run.wallClockMs), code: true })]],
    ['Cost', [item({ text: wordCost(run) })]],
  ];
  return rows.flatMap(([name, items]) => (items.length > 0 ? [{ name, items, list: items.length > 1 }] : []));
}

function item(fields: Partial<HeaderItem> & { text: string }): HeaderItem {
  return { url: null, code: false, strong: false, after: '', badge: null, ...fields };
}

function viewAuthor({ change }: Report, person: (login: string) => string | null): HeaderItem[] {
  if (change.author === null) return [];
  if (change.pullRequest === null) return [item({ text: change.author })];
  return [item({ text: `@${change.author}`, url: person(change.author) })];
}

function viewPullRequest({ change }: Report, repository: string | null): HeaderItem[] {
  const { pullRequest } = change;
  if (pullRequest === null) return [];
  const url = repository === null ? null : `${repository}/pull/${pullRequest.number}`;
  const after = ` — ${pullRequest.title}${wordState(pullRequest)}`;
  return [item({ text: `#${pullRequest.number}`, url, after })];
}

/** What is not as usual: an open one that can be discussed needs no word. */
function wordState({ state, draft, locked }: PullRequest): string {
  const words = [
    ...(state === 'open' ? [] : [state]),
    ...(draft === true ? ['draft'] : []),
    ...(locked === true ? ['locked'] : []),
  ];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function viewBranch({ change }: Report, branch: (name: string) => string | null): HeaderItem[] {
  if (change.headKind === 'index') return [item({ text: 'the index', after: ' (staged changes)' })];
  if (change.headKind === 'work-tree')
    return [item({ text: 'the work tree', after: ' (uncommitted changes)' })];
  if (change.branch === null) return [];
  const { pullRequest, branch: name, base } = change;
  if (pullRequest === null)
    return [
      item({ text: name, code: true, url: branch(name), after: ` against ${nameRevision(base.name)}` }),
    ];
  const { owner, isGone } = viewFork(change, pullRequest);
  const after = `${isGone ? ' (its repository was deleted)' : ''} into ${nameRevision(base.name)}`;
  return [item({ text: owner === null ? name : `${owner}:${name}`, code: true, after })];
}

/** Whose fork the branch is of; null for the repository itself, and where that is not known. */
function viewFork(
  { repository }: Report['change'],
  { headRepository }: PullRequest,
): { owner: string | null; isGone: boolean } {
  if (headRepository === undefined || headRepository === null)
    return { owner: null, isGone: headRepository === null };
  const isOwn = headRepository.toLowerCase() === `${repository.owner}/${repository.name}`.toLowerCase();
  return { owner: isOwn ? null : (headRepository.split('/')[0] ?? null), isGone: false };
}

/** Oldest first, as in the history. */
function viewCommits({ change }: Report, commit: (sha: string) => string | null): HeaderItem[] {
  const shown = change.commits.slice(-mostCommits);
  const hidden = change.commits.length - shown.length;
  return [
    ...(hidden > 0 ? [item({ text: `${hidden} earlier commits not listed` })] : []),
    ...shown.map(({ sha, subject }) =>
      item({ text: sha.slice(0, 7), code: true, url: commit(sha), after: ` ${shorten(subject, 200)}` }),
    ),
  ];
}

function viewReviewer(outcome: ReviewerOutcome, badge: BadgeView): HeaderItem {
  return item({ text: reviewerLabel(outcome.reviewer), badge, after: ` — ${wordEnd(outcome)}` });
}

/** `2, first what changed since 1a2b3c4d5e6f (3 files)`, or why it is a review of the whole. */
function wordRound({ round, focus }: Report['change']): string {
  if (focus === undefined) return `${round}`;
  if (focus.whole !== null) return `${round}, of the whole; of round ${focus.round}: ${focus.whole.text}`;
  const head = focus.head === null ? `round ${focus.round}` : focus.head.slice(0, 12);
  return `${round}, first what changed since ${head} (${plural(focus.changed.length, 'file')})`;
}
