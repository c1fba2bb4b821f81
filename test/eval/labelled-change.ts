import { findingKey, type RawFinding } from '../../src/domain/finding.ts';
import type { Location } from '../../src/domain/location.ts';
import type { Review } from '../../src/domain/review.ts';
import type { Severity } from '../../src/domain/vocabulary.ts';
import { makeReview } from '../support/finding-fixture.ts';

/** Two findings of different reviewers, as places in the list of findings. */
export interface LabelledPair {
  a: number;
  b: number;
  /** Whether they were recorded as one defect. */
  same: boolean;
  /** Whether that was stated or follows, rather than being told from how alike the texts are. */
  strict: boolean;
}

/** What several reviewers said about one change, and what was recorded of it. */
export interface LabelledChange {
  /** What is drawn together when resampling: the report or pull request. */
  unit: string;
  /** What a threshold is fitted without, before it is tried here: the repository. */
  part: string;
  judge: string;
  findings: readonly RawFinding[];
  pairs: readonly LabelledPair[];
}

export interface Recording {
  id: string;
  reviewer: string;
  severity: Severity;
  title: string;
  explanation: string;
  locations: readonly Location[];
}

/** A finding that passed the gate, out of what was recorded of it. */
export function toFinding(recording: Recording): RawFinding {
  const { id, reviewer, severity, title, explanation, locations } = recording;
  const location = locations[0];
  const answer = { message: 'recorded' };
  return {
    id,
    reviewer,
    claim: {
      severity,
      kind: 'gap',
      category: 'correctness',
      title,
      locations: [...locations],
      quote: '',
      absent: false,
      explanation,
      scenario: '',
      fix: { text: '', diff: '' },
      confidence: null,
      replaces: '',
    },
    gate:
      location === undefined
        ? { outcome: 'stands-in-text', text: 'recorded', ...answer }
        : { outcome: 'stands', location, ...answer },
    locations: [...locations],
    attempts: [],
    withdrawn: null,
  };
}

/** The findings as reviews, one for each reviewer. */
export function toReviews(findings: readonly RawFinding[]): Review[] {
  const reviewers = [...new Set(findings.map(({ reviewer }) => reviewer))];
  return reviewers.map((id) =>
    makeReview(id, null, [], { findings: findings.filter(({ reviewer }) => reviewer === id) }),
  );
}

/** For each labelled pair, whether both are in one of these clusters. */
export function pairsTogether(
  { findings, pairs }: LabelledChange,
  clusters: readonly { members: readonly string[] }[],
): boolean[] {
  const clusterOf = new Map(clusters.flatMap(({ members }, at) => members.map((key) => [key, at] as const)));
  const at = (place: number) => {
    const finding = findings[place];
    return finding === undefined ? undefined : clusterOf.get(findingKey(finding));
  };
  return pairs.map(({ a, b }) => at(a) !== undefined && at(a) === at(b));
}
