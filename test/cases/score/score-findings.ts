import { type Severity, severities } from '../../../src/domain/vocabulary.ts';
import type { ExpectedFinding } from '../generate/create-case.ts';
import type { JudgedFinding } from './judged-finding.ts';
import { compare } from './likeness.ts';

export interface FoundDefect {
  expected: ExpectedFinding;
  /** Key of the finding that found it. */
  key: string;
  given: Severity;
  /** Steps that the severity is off: 1 is one too severe, -2 two too mild. */
  severityOff: number;
  /** false: published as introduced although it stood there before, or the other way round. */
  originRight: boolean;
}

export interface Score {
  found: FoundDefect[];
  missed: ExpectedFinding[];
  /** Keys of further findings of a defect that was found already. */
  duplicates: string[];
  /** Keys of findings that are right about something that stood there before and need not be named. */
  tolerated: string[];
  /** Keys of findings that match nothing. */
  false: string[];
}

export interface ScoreInput {
  findings: readonly JudgedFinding[];
  expected: readonly ExpectedFinding[];
  /** Standing defects: naming one is neither asked for nor held against anybody. */
  tolerated: readonly ExpectedFinding[];
}

interface Match {
  finding: JudgedFinding;
  expected: ExpectedFinding;
  gap: number;
  share: number;
}

/**
 * Gives each finding to at most one planted defect and each defect to one finding, the best pairs first: smaller gap,
 * larger share of the ideas, then the order given. What is left of a found defect's findings are duplicates.
 */
export function scoreFindings(input: ScoreInput): Score {
  const matches = allMatches(input.findings, input.expected);
  const taken = new Map<JudgedFinding, Match>();
  const found = new Map<ExpectedFinding, Match>();
  for (const match of matches) {
    if (taken.has(match.finding) || found.has(match.expected)) continue;
    taken.set(match.finding, match);
    found.set(match.expected, match);
  }
  const rest = input.findings.filter((finding) => !taken.has(finding));
  const isDuplicate = (finding: JudgedFinding) => matches.some((match) => match.finding === finding);
  const isTolerated = (finding: JudgedFinding) =>
    input.tolerated.some((expected) => compare(finding, expected) !== null);
  const others = rest.filter((finding) => !isDuplicate(finding));
  return {
    found: input.expected.flatMap((expected) => {
      const match = found.get(expected);
      return match === undefined ? [] : [toFound(match)];
    }),
    missed: input.expected.filter((expected) => !found.has(expected)),
    duplicates: keysOf(rest.filter(isDuplicate)),
    tolerated: keysOf(others.filter(isTolerated)),
    false: keysOf(others.filter((finding) => !finding.isObservation && !isTolerated(finding))),
  };
}

function allMatches(findings: readonly JudgedFinding[], expected: readonly ExpectedFinding[]): Match[] {
  return findings
    .flatMap((finding) =>
      expected.flatMap((one): Match[] => {
        const likeness = compare(finding, one);
        return likeness === null
          ? []
          : [{ finding, expected: one, gap: likeness.gap, share: likeness.share }];
      }),
    )
    .sort(
      (a, b) =>
        Number(a.finding.isObservation) - Number(b.finding.isObservation) ||
        a.gap - b.gap ||
        b.share - a.share,
    );
}

function toFound({ finding, expected }: Match): FoundDefect {
  return {
    expected,
    key: finding.key,
    given: finding.severity,
    severityOff: finding.isObservation
      ? 0
      : severities.indexOf(expected.severity) - severities.indexOf(finding.severity),
    originRight:
      finding.origin === null || finding.origin === 'unknown' || finding.origin === expected.origin,
  };
}

function keysOf(findings: readonly JudgedFinding[]): string[] {
  return findings.map(({ key }) => key);
}
