import fc from 'fast-check';
import type { Change, FileDiff } from '../../src/domain/change.ts';
import type { Ledger, LedgerEntry } from '../../src/domain/ledger.ts';
import { type Review, ReviewFinish } from '../../src/domain/review.ts';
import { type Severity, severities, severityLetter } from '../../src/domain/vocabulary.ts';
import type { ReportInput } from '../../src/render/build/report-input.ts';
import { makeReview } from '../support/finding-fixture.ts';

type Ending = 'published' | 'refuted' | 'moved' | 'evidence-not-found' | 'withdrawn' | 'declined';

interface RandomFinding {
  reviewer: number;
  severity: Severity;
  ending: Ending;
  /** Findings of equal number and ending share a cluster. */
  group: number;
}

const paths = ['a.go', 'b/c.ts', 'd.md'];

/** Whole runs whose ledgers hold the law: every raw finding has exactly one fate, clusters one kept finding at most. */
export const randomRun: fc.Arbitrary<ReportInput> = fc
  .record({
    reviewers: fc.integer({ min: 1, max: 4 }),
    findings: fc.array(
      fc.record({
        reviewer: fc.nat(3),
        severity: fc.constantFrom(...severities),
        ending: fc.constantFrom<Ending>(
          'published',
          'refuted',
          'moved',
          'evidence-not-found',
          'withdrawn',
          'declined',
        ),
        group: fc.nat(3),
      }),
      { maxLength: 24 },
    ),
    decided: fc.array(fc.constantFrom(...severities), { minLength: 4, maxLength: 4 }),
    opened: fc.array(fc.subarray(paths), { minLength: 4, maxLength: 4 }),
    listed: fc.array(fc.subarray(paths), { minLength: 4, maxLength: 4 }),
  })
  .map(({ reviewers, findings, decided, opened, listed }) => {
    const kept = findings.map((finding) => ({ ...finding, reviewer: finding.reviewer % reviewers }));
    const named = nameFindings(kept);
    const clusters = groupFindings(named);
    const reviews = Array.from({ length: reviewers }, (_, at) =>
      makeRandomReview(at, named, { opened, listed }),
    );
    return {
      toolVersion: '1.2.3',
      run: {
        id: '20260101-000000-pr-1',
        status: 'complete',
        startedAt: '2026-01-01T00:00:00Z',
        wallClockMs: 1000,
        costUsd: 1,
        stageCosts: [],
        lostRequests: { count: 0, mostUsd: 0 },
        quorum: { asked: reviewers, required: Math.min(2, reviewers), completed: reviewers },
        notices: [],
      },
      change: emptyChange,
      reviews,
      clusters: {
        schemaVersion: 1,
        clusters: clusters.map(({ id, members }) => ({ id, members, links: [] })),
      },
      verdicts: {
        schemaVersion: 1,
        facts: [],
        verdicts: clusters.map(({ id }, at) => ({
          cluster: id,
          verdict: 'confirmed',
          evidence: 'inferred',
          severity: decided[at % 4] ?? 'important',
          severityReason: 'decided',
          examinations: [],
          verdictReason: 'decided',
        })),
      },
      ledger: makeRandomLedger(named, clusters, decided),
      symbols: new Map(),
      prose: null,
    };
  });

interface NamedFinding extends RandomFinding {
  key: string;
  id: string;
}

function nameFindings(findings: readonly RandomFinding[]): NamedFinding[] {
  const counts = new Map<string, number>();
  return findings.map((finding) => {
    const kind = `${finding.reviewer} ${finding.severity}`;
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    const id = `${severityLetter(finding.severity)}${number}`;
    return { ...finding, id, key: `${reviewerId(finding.reviewer)}/${id}` };
  });
}

interface Group {
  id: string;
  ending: Ending;
  members: string[];
}

function groupFindings(findings: readonly NamedFinding[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { ending, group, key } of findings) {
    if (ending !== 'published' && ending !== 'refuted' && ending !== 'moved') continue;
    const name = `${ending} ${group}`;
    const known = groups.get(name) ?? { id: `k${groups.size + 1}`, ending, members: [] };
    known.members.push(key);
    groups.set(name, known);
  }
  return [...groups.values()];
}

function makeRandomLedger(
  findings: readonly NamedFinding[],
  clusters: readonly Group[],
  decided: readonly Severity[],
): Ledger {
  const entries = findings.map((finding): LedgerEntry => {
    const { key, id, severity, ending } = finding;
    const at = clusters.findIndex(({ members }) => members.includes(key));
    const cluster = clusters[at];
    const first = cluster?.members[0] === key;
    const common = {
      key,
      reviewer: reviewerId(finding.reviewer),
      id,
      title: `Title ${key}`,
      severity,
      reason: 'because',
    };
    if (ending === 'published')
      return {
        ...common,
        cluster: cluster?.id ?? null,
        finalSeverity: decided[at % 4] ?? 'important',
        fate: first ? { fate: 'kept' } : { fate: 'merged', into: cluster?.members[0] ?? '' },
      };
    if (ending === 'moved')
      return {
        ...common,
        cluster: cluster?.id ?? null,
        finalSeverity: null,
        fate: { fate: 'moved', target: 'testing' },
      };
    return {
      ...common,
      cluster: cluster?.id ?? null,
      finalSeverity: null,
      fate: { fate: 'dropped', reason: ending },
    };
  });
  return { schemaVersion: 1, entries };
}

function makeRandomReview(
  at: number,
  findings: readonly NamedFinding[],
  { opened, listed }: { opened: readonly string[][]; listed: readonly string[][] },
): Review {
  const own = findings.filter(({ reviewer }) => reviewer === at);
  const sketches = own.map(({ id, severity, ending }, place) => ({
    id,
    severity,
    title: `Title ${reviewerId(at)}/${id}`,
    lines: [place * 10 + 1, place * 10 + 2] as [number, number],
    refused: ending === 'evidence-not-found',
    ...(ending === 'withdrawn' ? { withdrawn: 'no' } : {}),
  }));
  return makeReview(reviewerId(at), 'openai', sketches, {
    filesRead: opened[at] ?? [],
    finish: ReviewFinish.parse({
      summary: '',
      coverage: (listed[at] ?? []).map((path) => ({ path, status: 'reviewed' })),
    }),
  });
}

function reviewerId(at: number): string {
  return ['alpha', 'beta', 'gamma', 'delta'][at] ?? 'omega';
}

const file = (path: string): FileDiff => ({
  path,
  oldPath: null,
  status: 'modified',
  oldMode: '100644',
  newMode: '100644',
  oldOid: null,
  newOid: null,
  binary: false,
  additions: 1,
  deletions: 1,
  hunks: [],
  generated: false,
  vendored: false,
});

export const emptyChange: Change = {
  schemaVersion: 1,
  repository: { owner: 'o', name: 'n', url: null },
  headKind: 'commit',
  branch: null,
  base: { sha: '1'.repeat(40), name: 'main' },
  head: { sha: '2'.repeat(40), name: 'topic' },
  mergeBase: '1'.repeat(40),
  commits: [],
  files: paths.map(file),
  pullRequest: null,
  comments: null,
  checkRuns: null,
  earlierRounds: null,
  round: 1,
};
