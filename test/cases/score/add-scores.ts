import { type Severity, severities } from '../../../src/domain/vocabulary.ts';
import type { Score } from './score-findings.ts';

/** Sums over many cases; one row of a table. */
export interface Totals {
  /** Planted defects. */
  planted: number;
  found: number;
  missed: number;
  duplicates: number;
  tolerated: number;
  false: number;
  /** Found at another severity than expected. */
  severityOff: number;
  /** Found, but as introduced instead of pre-existing or the other way round. */
  originOff: number;
  /** How many defects of one severity (first) were found at another (second). */
  confusion: Record<Severity, Record<Severity, number>>;
}

export function addScores(scores: readonly Score[]): Totals {
  const sum = (count: (score: Score) => number) => scores.reduce((total, score) => total + count(score), 0);
  const found = scores.flatMap((score) => score.found);
  const given = (expected: Severity) => (severity: Severity) =>
    found.filter((one) => one.expected.severity === expected && givenSeverity(one) === severity).length;
  return {
    planted: sum((score) => score.found.length + score.missed.length),
    found: found.length,
    missed: sum((score) => score.missed.length),
    duplicates: sum((score) => score.duplicates.length),
    tolerated: sum((score) => score.tolerated.length),
    false: sum((score) => score.false.length),
    severityOff: found.filter(({ severityOff }) => severityOff !== 0).length,
    originOff: found.filter(({ originRight }) => !originRight).length,
    confusion: bySeverity((expected) => bySeverity(given(expected))),
  };
}

/** The part of a score that is about defects some test is true of; false findings belong to no defect and are left out. */
export function onlyDefects(score: Score, isWanted: (expected: Score['missed'][number]) => boolean): Score {
  return {
    found: score.found.filter(({ expected }) => isWanted(expected)),
    missed: score.missed.filter(isWanted),
    duplicates: [],
    tolerated: [],
    false: [],
  };
}

/** An observation has no severity of its own: it counts as the expected one. */
function givenSeverity({ given, severityOff, expected }: Score['found'][number]): Severity {
  return severityOff === 0 ? expected.severity : given;
}

function bySeverity<T>(make: (severity: Severity) => T): Record<Severity, T> {
  return Object.fromEntries(severities.map((severity) => [severity, make(severity)])) as Record<Severity, T>;
}
