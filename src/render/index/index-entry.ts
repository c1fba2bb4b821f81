import type { ForeignReport } from '../../domain/foreign-report.ts';
import type { Report } from '../../domain/report.ts';
import { isDone } from '../../domain/run-outcome.ts';
import type { Recommendation } from '../../domain/vocabulary.ts';
import { wordEnd } from '../text/reviewer-end.ts';
import { type Counts, countSeverities, formatDate, nameRevision, wordRecommendation } from '../text/words.ts';

/** One row of an index page. */
export interface IndexEntry {
  /** `run`: one of ours; `report` and `document`: Markdown of others; `unreadable`: `note` says why. */
  kind: 'run' | 'report' | 'document' | 'unreadable';
  /** From the folder that is indexed, `/` between names. */
  path: string;
  /** The file to open, as `path`; null when there is none. */
  page: string | null;
  /** `2026-05-12 13:36 UTC`, or as a report of others has it; empty when unknown. */
  date: string;
  repository: string;
  /** `#12 — title`, or the branch, or the title. */
  subject: string;
  /** `value` is null for words that are none of ours. */
  recommendation: { value: Recommendation | null; words: string } | null;
  counts: Counts | null;
  reviewers: string[];
  costUsd: number | null;
  wallClockMs: number | null;
  /** Why it could not be read, or what is to be known about it; else empty. */
  note: string;
}

type Described = Omit<IndexEntry, 'path' | 'page'>;

export function describeRun({ change, run, recommendation, reviewers, counts }: Report): Described {
  const { pullRequest, repository } = change;
  return {
    kind: 'run',
    date: formatDate(run.startedAt),
    repository: `${repository.owner}/${repository.name}`,
    subject:
      pullRequest === null
        ? `${change.branch ?? nameRevision(change.head.name)} against ${nameRevision(change.base.name)}`
        : `#${pullRequest.number} — ${pullRequest.title}`,
    recommendation: { value: recommendation.value, words: wordRecommendation(recommendation.value) },
    counts,
    reviewers: reviewers.map((outcome) =>
      isDone(outcome) ? outcome.name : `${outcome.name} (${wordEnd(outcome)})`,
    ),
    costUsd: run.costUsd,
    wallClockMs: run.wallClockMs,
    note: '',
  };
}

export function describeForeign({
  kind,
  title,
  facts,
  findings,
  reviewers,
  notices,
}: ForeignReport): Described {
  const { pullRequest, repository, branch } = facts;
  const isReport = kind === 'report';
  return {
    kind: isReport ? 'report' : 'document',
    date: facts.date ?? '',
    repository: repository === null ? '' : `${repository.owner}/${repository.name}`,
    subject: pullRequest === null ? (branch ?? title) : namePullRequest(pullRequest),
    recommendation: facts.recommendation && {
      value: facts.recommendation.value,
      words: facts.recommendation.words,
    },
    counts: isReport ? countSeverities(findings.map(({ severity }) => severity)) : null,
    reviewers: reviewers.map(({ name }) => name),
    costUsd: facts.costUsd,
    wallClockMs: facts.wallClockMs,
    note: isReport ? '' : notices.join(' '),
  };
}

function namePullRequest({ number, title }: { number: number; title: string }): string {
  return title === '' ? `#${number}` : `#${number} — ${title}`;
}

/** A row for what could not be read. */
export function describeUnreadable(note: string): Described {
  return {
    kind: 'unreadable',
    date: '',
    repository: '',
    subject: '',
    recommendation: null,
    counts: null,
    reviewers: [],
    costUsd: null,
    wallClockMs: null,
    note,
  };
}
