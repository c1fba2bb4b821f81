import type { GateAnswer, RawFinding } from '../../src/domain/finding.ts';
import type { Review, ReviewFinish } from '../../src/domain/review.ts';
import type { ProviderId, Reviewer } from '../../src/domain/reviewer.ts';
import type { Severity } from '../../src/domain/vocabulary.ts';
import type { ChallengeDependencies } from '../../src/verify/verify.ts';

export interface FindingSketch {
  id: string;
  severity?: Severity;
  title?: string;
  explanation?: string;
  quote?: string;
  path?: string;
  lines?: [start: number, end: number];
  kind?: RawFinding['claim']['kind'];
  refused?: boolean;
  withdrawn?: string;
}

/** A whole raw finding out of what a test cares about. */
export function makeFinding(reviewer: string, sketch: FindingSketch): RawFinding {
  const [startLine, endLine] = sketch.lines ?? [10, 12];
  const location = { path: sketch.path ?? 'src/server.go', startLine, endLine, side: 'head' as const };
  const gate: GateAnswer = sketch.refused
    ? { outcome: 'refused', reason: 'no-such-lines', nearest: null, message: 'no such lines' }
    : { outcome: 'stands', location, message: 'stands' };
  return {
    id: sketch.id,
    reviewer,
    claim: {
      severity: sketch.severity ?? severityOf(sketch.id),
      kind: sketch.kind ?? 'gap',
      category: 'correctness',
      title: sketch.title ?? `Finding ${sketch.id}`,
      locations: [location],
      quote: sketch.quote ?? 'if err != nil {',
      absent: false,
      explanation: sketch.explanation ?? '',
      scenario: '',
      fix: { text: '', diff: '' },
      confidence: null,
      replaces: '',
    },
    gate,
    locations: sketch.refused ? [] : [location],
    attempts: [],
    withdrawn: sketch.withdrawn ?? null,
  };
}

/** A completed review of a model reviewer; `provider` null makes it a program's. */
export function makeReview(
  id: string,
  provider: ProviderId | null,
  sketches: readonly FindingSketch[],
  overrides: Partial<Review> = {},
): Review {
  const reviewer: Reviewer =
    provider === null
      ? { type: 'program', id, program: 'built-in rules' }
      : { type: 'model', id, provider, model: `${id}-model`, effort: 'high' };
  return {
    schemaVersion: 1,
    reviewer,
    status: 'completed',
    cause: null,
    findings: sketches.map((sketch) => makeFinding(id, sketch)),
    finish: emptyFinish,
    filesRead: [],
    toolCalls: [],
    usage: null,
    costUsd: 0,
    lostRequests: { count: 0, mostUsd: 0 },
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 1000,
    ...overrides,
  };
}

export const emptyFinish: ReviewFinish = {
  summary: 'Read everything.',
  designObservations: [],
  testing: '',
  documentation: '',
  commits: '',
  acknowledged: [],
  unresolvedFeedback: [],
  coverage: [],
  contextUpdates: [],
};

function severityOf(id: string): Severity {
  return id.startsWith('C') ? 'critical' : id.startsWith('I') ? 'important' : 'suggestion';
}

/** A run without a model that could be asked. */
export const nobodyToAsk: ChallengeDependencies = {
  examiners: [],
  isKept: async () => false,
  examine: async () => {
    throw new Error('there is nobody to ask');
  },
};
