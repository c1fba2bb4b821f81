import type { Location } from '../../../src/domain/location.ts';
import type { Report } from '../../../src/domain/report.ts';
import type { Origin, Severity } from '../../../src/domain/vocabulary.ts';

/** What the score looks at: a finding of one reviewer, or a published one. */
export interface JudgedFinding {
  /** `claude/I1`, or the label of a published finding. */
  key: string;
  severity: Severity;
  title: string;
  /** Explanation, scenario and fix in words; never the quote, which says nothing about what is wrong. */
  text: string;
  /** Proved places. */
  locations: readonly Location[];
  /** null: the reviewer does not say. */
  origin: Origin | null;
  /** A remark about older code beside the findings: it can find a defect, and is never counted as false. */
  isObservation: boolean;
}

/** Everything one reviewer handed in and did not take back. What the gate refused has no place and counts as false. */
export function rawFindings(report: Report, reviewer: string): JudgedFinding[] {
  const outcome = report.reviewers.find((one) => one.reviewer.id === reviewer);
  if (outcome === undefined) throw new RangeError(`the report has no reviewer ${reviewer}`);
  const findings = outcome.findings
    .filter(({ withdrawn }) => withdrawn === null)
    .map((finding): JudgedFinding => {
      const { severity, title, explanation, scenario, fix } = finding.claim;
      return {
        key: `${finding.reviewer}/${finding.id}`,
        severity,
        title,
        text: [explanation, scenario, fix.text].join('\n'),
        locations: finding.locations,
        origin: null,
        isObservation: false,
      };
    });
  const observations = (outcome.finish?.designObservations ?? []).filter(({ kind }) => kind === 'concern');
  return [
    ...findings,
    ...observations.map(
      ({ title, text }, index): JudgedFinding => ({
        key: `${reviewer}/observation ${index + 1}`,
        severity: 'suggestion',
        title,
        text,
        locations: mentionedPlaces(text),
        origin: 'pre-existing',
        isObservation: true,
      }),
    ),
  ];
}

/** What the report publishes: findings, and beside them the concerns about the design. */
export function publishedFindings(report: Report): JudgedFinding[] {
  return [
    ...report.findings.map(
      (finding): JudgedFinding => ({
        key: finding.label,
        severity: finding.severity,
        title: finding.title,
        text: [finding.explanation, finding.scenario, finding.fix.text].join('\n'),
        locations: finding.locations,
        origin: finding.origin,
        isObservation: false,
      }),
    ),
    ...report.designObservations
      .filter(({ kind }) => kind === 'concern')
      .map(
        (observation, index): JudgedFinding => ({
          key: `observation ${index + 1}`,
          severity: severityOf(report, observation.from),
          title: observation.title,
          text: observation.text,
          locations:
            observation.locations.length > 0 ? observation.locations : mentionedPlaces(observation.text),
          origin: 'pre-existing',
          isObservation: true,
        }),
      ),
  ];
}

function severityOf(report: Report, key: string | null): Severity {
  return report.ledger.entries.find((entry) => entry.key === key)?.severity ?? 'suggestion';
}

/** Places named in prose as `path:12` or `path:12-14`. */
function mentionedPlaces(text: string): Location[] {
  return [...text.matchAll(/`([^`\s:]+):(\d+)(?:-(\d+))?`/g)].map(([, path = '', start = '1', end]) => ({
    path,
    startLine: Number(start),
    endLine: Number(end ?? start),
    side: 'head',
  }));
}
