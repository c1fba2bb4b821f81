import type { PublishedFinding } from '../../domain/report.ts';
import {
  type Severity,
  severities,
  type VerdictValue,
  VerdictValue as verdictValue,
} from '../../domain/vocabulary.ts';
import { verdictWords } from './finding-view.ts';
import type { BadgeView, ViewContext } from './view-context.ts';

/** What the findings of a page can be narrowed to. A list with fewer than two choices is empty: it would choose nothing. */
export interface FiltersView {
  severities: { severity: Severity; word: string; count: number }[];
  reviewers: { badge: BadgeView; count: number }[];
  verdicts: { verdict: VerdictValue; words: string; count: number }[];
  /** `key` stands for the path in attributes, which hold no arbitrary text. */
  files: { key: string; path: string; count: number }[];
}

const severityWords: Record<Severity, string> = {
  critical: 'Critical',
  important: 'Important',
  suggestion: 'Suggestions',
};

export function viewFilters({ report, badge, fileKeys }: ViewContext): FiltersView {
  const { findings } = report;
  const count = (isOne: (finding: PublishedFinding) => boolean) => findings.filter(isOne).length;
  const reviewers = [...report.reviewers, ...(report.guard == null ? [] : [report.guard])];
  return {
    severities: choices(
      severities.map((severity) => ({
        severity,
        word: severityWords[severity],
        count: count((finding) => finding.severity === severity),
      })),
    ),
    reviewers: choices(
      reviewers.map(({ reviewer }) => ({
        badge: badge(reviewer.id),
        count: count((finding) => finding.reviewers.includes(reviewer.id)),
      })),
    ),
    verdicts: choices(
      verdictValue.options.map((verdict) => ({
        verdict,
        words: verdictWords[verdict],
        count: count((finding) => finding.verdict === verdict),
      })),
    ),
    files: choices(
      [...fileKeys].map(([path, key]) => ({
        key,
        path,
        count: count(({ locations }) => locations.some((location) => location.path === path)),
      })),
    ).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

function choices<T extends { count: number }>(all: readonly T[]): T[] {
  const used = all.filter(({ count }) => count > 0);
  return used.length < 2 ? [] : used;
}
