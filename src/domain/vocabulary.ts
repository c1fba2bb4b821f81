import * as z from 'zod';

/** How bad a finding is, most severe first. Printed as C, I, S. */
export const Severity = z.enum(['critical', 'important', 'suggestion']);
export type Severity = z.infer<typeof Severity>;

export const severities: readonly Severity[] = Severity.options;

/** What sort of statement a finding makes about the change. */
export const FindingKind = z.enum(['regression', 'gap', 'enhancement', 'documentation', 'style']);
export type FindingKind = z.infer<typeof FindingKind>;

export const Category = z.enum([
  'correctness',
  'security',
  'concurrency',
  'error-handling',
  'data-loss',
  'performance',
  'api',
  'build',
  'testing',
  'documentation',
  'maintainability',
]);
export type Category = z.infer<typeof Category>;

/** Whether the change brought the defect, or it stood there before; `unknown` when history could not be read. */
export const Origin = z.enum(['introduced', 'pre-existing', 'unknown']);
export type Origin = z.infer<typeof Origin>;

export const VerdictValue = z.enum(['confirmed', 'refuted', 'uncertain', 'unexamined']);
export type VerdictValue = z.infer<typeof VerdictValue>;

/**
 * Set by verification, never by the reviewer who claims it. `reproduced`: a user-named command failed as stated;
 * `observed`: an examiner of another vendor confirmed it with quotes that stand; `inferred`: what it quotes exists.
 */
export const Evidence = z.enum(['reproduced', 'observed', 'inferred']);
export type Evidence = z.infer<typeof Evidence>;

export const ReviewStatus = z.enum([
  'completed',
  'partial',
  'refused',
  'failed',
  'timed-out',
  'cancelled',
  'skipped',
]);
export type ReviewStatus = z.infer<typeof ReviewStatus>;

export const RunStatus = z.enum(['complete', 'degraded', 'failed', 'cancelled']);
export type RunStatus = z.infer<typeof RunStatus>;

export const Recommendation = z.enum([
  'rework',
  'merge-with-fixes',
  'merge-with-optional-fixes',
  'merge-as-is',
  'incomplete',
]);
export type Recommendation = z.infer<typeof Recommendation>;

/** Letter a severity is printed with: C, I or S. */
export function severityLetter(severity: Severity): 'C' | 'I' | 'S' {
  return severity === 'critical' ? 'C' : severity === 'important' ? 'I' : 'S';
}

/** The severity whose letter a label such as `C1` begins with; null for none. */
export function severityOfLabel(label: string): Severity | null {
  return severities.find((severity) => label.startsWith(severityLetter(severity))) ?? null;
}

/** Sorts the most severe first: negative when `a` is worse than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b);
}
