import type { Location } from '../../domain/location.ts';
import {
  type Severity,
  severities,
  type VerdictValue,
  VerdictValue as verdictValue,
} from '../../domain/vocabulary.ts';
import { verdictWords } from './finding-view.ts';
import type { BadgeView } from './view-context.ts';

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

/** What a finding can be told by; foreign ones have no verdict. */
export interface FilteredFinding {
  severity: Severity;
  reviewers: readonly string[];
  locations: readonly Pick<Location, 'path'>[];
  verdict?: VerdictValue;
}

/** `keys` are those of all paths that findings are at. */
export function viewFilters(
  findings: readonly FilteredFinding[],
  {
    reviewers,
    keys,
  }: { reviewers: readonly { id: string; badge: BadgeView }[]; keys: ReadonlyMap<string, string> },
): FiltersView {
  const ofFile = countPaths(findings);
  const count = (isOne: (finding: FilteredFinding) => boolean) => findings.filter(isOne).length;
  return {
    severities: choices(
      severities.map((severity) => ({
        severity,
        word: severityWords[severity],
        count: count((finding) => finding.severity === severity),
      })),
    ),
    reviewers: choices(
      reviewers.map(({ id, badge }) => ({
        badge,
        count: count((finding) => finding.reviewers.includes(id)),
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
      [...keys].map(([path, key]) => ({
        key,
        path,
        count: ofFile.get(path) ?? 0,
      })),
    ).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** In how many findings each path stands. There can be as many paths as findings: each is looked at once. */
function countPaths(findings: readonly FilteredFinding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { locations } of findings)
    for (const path of new Set(locations.map((location) => location.path)))
      counts.set(path, (counts.get(path) ?? 0) + 1);
  return counts;
}

/** What would choose nothing is no choice. */
function choices<T extends { count: number }>(all: readonly T[]): T[] {
  const used = all.filter(({ count }) => count > 0);
  return used.length < 2 ? [] : used;
}
