import type { PublishedFinding } from '../../domain/report.ts';
import { severities } from '../../domain/vocabulary.ts';
import { countSeverities, joinWords, wordCounts } from './words.ts';

/** `1 important finding (I4) and 12 suggestions (S1–S12)`, for findings in the report's order; empty for none. */
export function nameFindings(findings: readonly Pick<PublishedFinding, 'severity' | 'label'>[]): string {
  const parts = severities.flatMap((severity) => {
    const labels = findings
      .filter((finding) => finding.severity === severity)
      .map((finding) => finding.label);
    if (labels.length === 0) return [];
    const counts = { ...countSeverities([]), [severity]: labels.length };
    const range = labels.length === 1 ? `${labels[0]}` : `${labels[0]}–${labels.at(-1)}`;
    return [`${wordCounts(counts)} (${range})`];
  });
  return joinWords(parts);
}
