import type { ForeignFinding, ForeignReport } from '../../domain/foreign-report.ts';
import { type Severity, severities } from '../../domain/vocabulary.ts';
import type { BadgeView } from '../view/describe-badge.ts';

/** As the filters of a report; what a foreign report cannot say is empty. */
export interface ForeignFilters {
  severities: { severity: Severity; word: string; count: number }[];
  reviewers: { badge: BadgeView; count: number }[];
  verdicts: [];
  files: { key: string; path: string; count: number }[];
}

const words: Record<Severity, string> = {
  critical: 'Critical',
  important: 'Important',
  suggestion: 'Suggestions',
};

export function viewForeignFilters(
  { findings, reviewers }: ForeignReport,
  badge: (id: string) => BadgeView,
  keys: ReadonlyMap<string, string>,
): ForeignFilters {
  const count = (isOne: (finding: ForeignFinding) => boolean) => findings.filter(isOne).length;
  return {
    severities: choices(
      severities.map((severity) => ({
        severity,
        word: words[severity],
        count: count((finding) => finding.severity === severity),
      })),
    ),
    reviewers: choices(
      reviewers.map(({ id }) => ({
        badge: badge(id),
        count: count((finding) => finding.reviewers.includes(id)),
      })),
    ),
    verdicts: [],
    files: choices(
      [...keys].map(([path, key]) => ({
        key,
        path,
        count: count(({ locations }) => locations.some((location) => location.path === path)),
      })),
    ).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** What would choose nothing is no choice. */
function choices<T extends { count: number }>(all: readonly T[]): T[] {
  const used = all.filter(({ count }) => count > 0);
  return used.length < 2 ? [] : used;
}
