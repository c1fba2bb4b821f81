import { createHash } from 'node:crypto';
import type { RawFinding } from '../../../src/domain/finding.ts';
import type { PublishedFinding, Report } from '../../../src/domain/report.ts';
import { severities, severityLetter } from '../../../src/domain/vocabulary.ts';

/** A report with this many findings, made of another one's; every reviewer's own review grows with them. */
export function enlargeReport(report: Report, count: number): Report {
  const taken = Array.from({ length: count }, (_, at) => ({
    at,
    finding: pick(report.findings, at),
  }));
  const findings = severities.flatMap((severity) =>
    taken
      .filter(({ finding }) => finding.severity === severity)
      .map(({ at, finding }, number) => renumber(finding, at, number + 1)),
  );
  const times = Math.ceil(count / report.findings.length);
  return {
    ...report,
    findings,
    counts: {
      critical: findings.filter(({ severity }) => severity === 'critical').length,
      important: findings.filter(({ severity }) => severity === 'important').length,
      suggestion: findings.filter(({ severity }) => severity === 'suggestion').length,
    },
    reviewers: report.reviewers.map((outcome) => ({
      ...outcome,
      findings: Array.from({ length: times }, (_, at) =>
        outcome.findings.map((raw) => rewrite(raw, at)),
      ).flat(),
      toolCalls: Array.from({ length: times }, () => outcome.toolCalls).flat(),
    })),
  };
}

function renumber(finding: PublishedFinding, at: number, number: number): PublishedFinding {
  const fingerprint = createHash('sha256').update(`${finding.fingerprint} ${at}`).digest('hex');
  return {
    ...finding,
    label: `${severityLetter(finding.severity)}${number}`,
    fingerprint,
    shortId: fingerprint.slice(0, 8),
    title: `${finding.title} (${at + 1})`,
    explanation: `${finding.explanation} This is number ${at + 1}.`,
    fix: { ...finding.fix, diff: tellApart(finding.fix.diff, at) },
  };
}

/** Texts that differ, so that nothing is saved by having been met before. */
function rewrite(raw: RawFinding, at: number): RawFinding {
  const { claim } = raw;
  return {
    ...raw,
    claim: {
      ...claim,
      explanation: `${claim.explanation} Copy ${at + 1}.`,
      quote: tellApart(claim.quote, at),
      fix: { ...claim.fix, diff: tellApart(claim.fix.diff, at) },
    },
  };
}

function tellApart(code: string, at: number): string {
  return code === '' ? code : `${code.trimEnd()}\n // copy ${at + 1}\n`;
}

function pick<T>(list: readonly T[], at: number): T {
  const item = list[at % list.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
