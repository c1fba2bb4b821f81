import { printUsd } from '../../domain/print-usd.ts';
import { type Reviewer, reviewerName } from '../../domain/reviewer.ts';
import {
  type Recommendation,
  type ReviewStatus,
  type Severity,
  severities,
  severityLetter,
} from '../../domain/vocabulary.ts';

/** Numbers by severity, as `SeverityCounts` of domain/report.ts. */
export type Counts = Record<Severity, number>;

/** Counts a list by severity. */
export function countSeverities(list: readonly Severity[]): Counts {
  const counts: Counts = { critical: 0, important: 0, suggestion: 0 };
  for (const severity of list) counts[severity] += 1;
  return counts;
}

/** Counts as a table prints them: `1C 4I 5S`; `none` when all are zero. */
export function formatCounts(counts: Counts): string {
  const parts = severities.flatMap((severity) =>
    counts[severity] > 0 ? [`${counts[severity]}${severityLetter(severity)}`] : [],
  );
  return parts.length > 0 ? parts.join(' ') : 'none';
}

/** Counts as a sentence says them: `1 critical finding, 2 important findings and 1 suggestion`; `no finding`. */
export function wordCounts(counts: Counts): string {
  const parts = [
    counts.critical > 0 ? plural(counts.critical, 'critical finding') : '',
    counts.important > 0 ? plural(counts.important, 'important finding') : '',
    counts.suggestion > 0 ? plural(counts.suggestion, 'suggestion') : '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? joinWords(parts) : 'no finding';
}

/** `1 file`, `3 files`, `2 entries` with the plural given. */
export function plural(count: number, singular: string, pluralForm = `${singular}s`): string {
  return `${formatInteger(count)} ${count === 1 ? singular : pluralForm}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

/** `12,345`, the same in every locale. */
export function formatInteger(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Milliseconds as a table prints them: `7m 19s`, `1h 4m 43s`, `12s`, `420ms`. */
export function formatDuration(ms: number): string {
  const { hours, minutes, seconds } = splitDuration(ms);
  if (hours > 0) return `${hours}h ${minutes}m ${seconds}s`;
  if (minutes > 0) return `${minutes}m ${seconds}s`;
  return ms < 1000 ? `${Math.round(ms)}ms` : `${seconds}s`;
}

/** Milliseconds as a sentence says them: `16 min 51 s`, `1 h 4 min 43 s`, `420 ms`. */
export function wordDuration(ms: number): string {
  return formatDuration(ms).replace(/(?:ms|[hms])(?= |$)/g, (unit) => (unit === 'm' ? ' min' : ` ${unit}`));
}

/** `$1.23`, `$0.0012`; `unknown` for null. */
export function formatUsd(usd: number | null): string {
  return usd === null ? 'unknown' : `$${printUsd(usd)}`;
}

/** A revision as people write it: a name as it is, a whole object id by its first 12 digits. */
export function nameRevision(name: string): string {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(name) ? name.slice(0, 12) : name;
}

/** ISO 8601 in UTC → `2026-05-12 13:36 UTC`; a text that is no such date is returned as it is. */
export function formatDate(iso: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(iso);
  return match === null ? iso : `${match[1]} ${match[2]} UTC`;
}

/** `1.4 kB`, `320 B`: bytes for people. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `Claude claude-opus-5-5 (effort: xhigh)`; for a program `Checks (built-in rules)`. */
export function reviewerLabel(reviewer: Reviewer): string {
  const name = reviewerName(reviewer.id);
  return reviewer.type === 'program'
    ? `${name} (${reviewer.program})`
    : `${name} ${reviewer.model} (effort: ${reviewer.effort ?? 'default'})`;
}

const recommendationWords: Record<Recommendation, string> = {
  rework: 'Rework',
  'merge-with-fixes': 'Merge with fixes',
  'merge-with-optional-fixes': 'Merge with optional fixes',
  'merge-as-is': 'Merge as-is',
  incomplete: 'Incomplete',
};

export function wordRecommendation(value: Recommendation): string {
  return recommendationWords[value];
}

const statusWords: Record<ReviewStatus, string> = {
  completed: 'completed',
  partial: 'partial',
  refused: 'refused',
  failed: 'failed',
  'timed-out': 'timed out',
  cancelled: 'cancelled',
  skipped: 'skipped',
};

export function wordStatus(status: ReviewStatus): string {
  return statusWords[status];
}

/** Shortens to at most `limit` UTF-16 units of the original and says how much is left out. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, limit).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… (${plural(text.length - kept.length, 'more character')})`;
}

function splitDuration(ms: number): { hours: number; minutes: number; seconds: number } {
  const total = Math.round(ms / 1000);
  return { hours: Math.floor(total / 3600), minutes: Math.floor(total / 60) % 60, seconds: total % 60 };
}
