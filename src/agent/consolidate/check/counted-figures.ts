import { type Severity, severities } from '../../../domain/vocabulary.ts';
import type {
  BriefFinding,
  BriefReviewer,
  ConsolidationBrief,
  SeverityFigures,
} from '../consolidation-brief.ts';

/** What a number counts: findings of a severity, with a verdict, or all of them. */
export interface Counted {
  severity: Severity | null;
  verdict: 'confirmed' | 'uncertain' | 'unexamined' | null;
  /** As handed in, before anything was put together or dropped. */
  raw: boolean;
}

/** How many findings of that sort there are, in the report and with each of these reviewers. */
export function countedFigures(
  brief: ConsolidationBrief,
  counted: Counted,
  reviewers: readonly BriefReviewer[],
): number[] {
  const whole = counted.raw ? brief.raw : count(brief.findings, counted);
  return [whole, ...reviewers.flatMap((reviewer) => ownFigures(brief, counted, reviewer))];
}

/** Every figure of the run, for numbers that count no findings. */
export function allFigures({
  change,
  counts,
  verdicts,
  raw,
  fates,
  reviewers,
  findings,
}: ConsolidationBrief): number[] {
  return [
    ...Object.values(change),
    ...Object.values(counts),
    ...Object.values(verdicts),
    raw,
    ...Object.values(fates),
    findings.length,
    reviewers.length,
    ...reviewers.flatMap((one) => [
      ...Object.values(one.figures),
      ...withSum(one.raised),
      ...withSum(one.published),
    ]),
  ];
}

function ownFigures(brief: ConsolidationBrief, counted: Counted, reviewer: BriefReviewer): number[] {
  const { letter, raised, published, figures } = reviewer;
  const { severity, verdict } = counted;
  const own = brief.findings.filter(({ raisedBy }) => raisedBy.includes(letter));
  const alone = own.filter(({ raisedBy }) => raisedBy.length === 1);
  if (verdict !== null) return [count(own, counted), count(alone, counted)];
  const sums = [sum(raised, severity), sum(published, severity), count(alone, counted)];
  return severity === null ? [...sums, figures.alone, figures.dropped, figures.false, figures.lowered] : sums;
}

function count(findings: readonly BriefFinding[], { severity, verdict }: Counted): number {
  return findings.filter(
    (one) =>
      (severity === null || one.severity === severity) && (verdict === null || one.verdict === verdict),
  ).length;
}

function sum(figures: SeverityFigures, severity: Severity | null): number {
  return severity === null ? severities.reduce((total, one) => total + figures[one], 0) : figures[severity];
}

function withSum(figures: SeverityFigures): number[] {
  return [...severities.map((one) => figures[one]), sum(figures, null)];
}
