import type { Clusters } from '../../src/domain/cluster.ts';
import {
  type FindingClaim,
  FindingClaim as FindingClaimSchema,
  type RawFinding,
} from '../../src/domain/finding.ts';
import type { Ledger, LedgerEntry } from '../../src/domain/ledger.ts';
import type { Location } from '../../src/domain/location.ts';
import type { Report } from '../../src/domain/report.ts';
import { type Review, ReviewFinish } from '../../src/domain/review.ts';
import type { Reviewer } from '../../src/domain/reviewer.ts';
import type { Examination, FindingFacts, Verdict, Verdicts } from '../../src/domain/verdict.ts';
import type { Severity } from '../../src/domain/vocabulary.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import type { ReportInput } from '../../src/render/build/report-input.ts';
import { createSourceReader, type SourceReader } from '../../src/render/source/source-reader.ts';
import { listClaims } from './report-claims.ts';
import { createReportRepository, type ReportRepository } from './report-repository.ts';

export interface ReportFixture {
  input: ReportInput;
  report: Report;
  sources: SourceReader;
  repository: ReportRepository;
  remove(): void;
}

/** One raw finding of the fixture, with what became of it. */
export interface FixtureClaim {
  key: string;
  claim: Partial<FindingClaim> & { title: string; severity: Severity };
  places: Location[];
  /** Absent for a quote that stands. */
  gate?: RawFinding['gate'];
  fate: LedgerEntry['fate'];
  finalSeverity: Severity | null;
  reason: string;
  cluster: string | null;
  withdrawn?: string;
  origin?: FindingFacts['origin'];
}

/** A report of three models and one program over a real repository: every fate, verdict and most states occur. */
export function createReportFixture(): ReportFixture {
  const repository = createReportRepository();
  const claims = listClaims(repository);
  const input: ReportInput = {
    toolVersion: '0.1.0',
    run: {
      id: '20260512-133636-pr-42',
      status: 'degraded',
      startedAt: '2026-05-12T13:36:36Z',
      wallClockMs: 1_011_000,
      costUsd: 4.37,
      stageCosts: [{ stage: 'review', costUsd: 4.37 }],
      lostRequests: { count: 0, mostUsd: 0 },
      stages: [
        { stage: 'collect', startedAt: '2026-05-12T13:36:36Z', durationMs: 3900 },
        { stage: 'review', startedAt: '2026-05-12T13:36:40Z', durationMs: 1_500_000 },
        { stage: 'reconcile', startedAt: '2026-05-12T14:01:40Z', durationMs: 400 },
        { stage: 'verify', startedAt: '2026-05-12T14:01:41Z', durationMs: 220_000 },
      ],
      sessions: [
        examined('claude', '2026-05-12T14:01:44Z', 214_000),
        examined('codex', '2026-05-12T14:01:44Z', 96_000),
      ],
      quorum: { asked: 3, required: 2, completed: 2 },
      notices: [],
    },
    change: repository.change,
    instructions: [
      { reviewers: ['claude', 'codex', 'gemini'], text: 'Read the change.\n\n- Quote what you find.\n' },
    ],
    reviews: reviewers.map((one) => makeReview(one, claims, repository)),
    clusters: makeClusters(claims),
    verdicts: makeVerdicts(claims, repository),
    ledger: makeLedger(claims),
    symbols: new Map([['k1', 'Evict']]),
    prose: null,
  };
  return {
    input,
    report: buildReport(input),
    sources: createSourceReader(createGitReader(repository)),
    repository,
    remove: () => repository.git.remove(),
  };
}

function examined(reviewer: string, startedAt: string, durationMs: number) {
  return { work: 'examination' as const, reviewer, status: 'completed' as const, startedAt, durationMs };
}

/** Reads files with git itself, in the shape of an object repository. */
export function createGitReader(repository: ReportRepository): Parameters<typeof createSourceReader>[0] {
  return {
    async readFile(commit, path) {
      const listed = repository.git.git('ls-tree', commit, '--', path);
      if (listed === '') return { outcome: 'absent' };
      const [mode = '', , oid = ''] = listed.split(/\s+/);
      return { outcome: 'found', oid, mode, bytes: Buffer.from(repository.show(commit, path)) };
    },
  };
}

interface FixtureReviewer {
  reviewer: Reviewer;
  review: Partial<Review>;
  finish: Partial<ReviewFinish> | null;
  opened: string[];
}

const reviewers: FixtureReviewer[] = [
  {
    reviewer: {
      type: 'model',
      id: 'claude',
      provider: 'anthropic',
      model: 'claude-opus-5-5',
      effort: 'xhigh',
    },
    review: { status: 'completed', durationMs: 439_000, costUsd: 2.11 },
    opened: [
      'internal/cache/store.go',
      'internal/cache/store_test.go',
      'web/src/session.ts',
      'cmd/lanternd/main.go',
      'scripts/release.sh',
    ],
    finish: {
      summary:
        'The eviction is the heart of this change, and its second half runs without the lock. See `internal/cache/store.go:46-58`.',
      designObservations: [
        {
          kind: 'strength',
          scope: 'in-scope',
          title: 'Collecting keys before deleting',
          text: 'Two passes keep the critical section short; with the lock held in both it would be a good pattern.',
        },
        {
          kind: 'concern',
          scope: 'future',
          title: 'No bound on the number of entries',
          text: 'Age alone does not bound memory: a burst of `Put` calls fills it within `maxAge`.',
        },
      ],
      testing:
        'The one test of `Evict` is single-threaded, so `go test -race` cannot see C1. A test with a concurrent `Put` would.',
      documentation: '`docs/cache.md:3` contradicts the code now.',
      commits: 'Three commits, one subject each; the release script is unrelated to the other two.',
      acknowledged: [
        {
          location: 'internal/cache/store.go:53',
          text: 'The comment says that `EvictEvery` runs until the program ends; that is deliberate.',
        },
      ],
      unresolvedFeedback: [
        { author: 'grace-reviewer', text: 'Should the interval be configurable?', state: 'no answer yet' },
      ],
      coverage: [
        { path: 'docs/cache.md', status: 'reviewed', note: '' },
        { path: 'web/yarn.lock', status: 'trivial', note: 'lock file' },
        { path: 'old/legacy.py', status: 'skipped', note: 'removed' },
      ],
      contextUpdates: [
        {
          scope: 'repo',
          rule: 'Every method of `cache.Store` must hold `mu` for all of its accesses.',
          why: 'C1 broke it silently.',
        },
      ],
    },
  },
  {
    reviewer: { type: 'model', id: 'codex', provider: 'openai', model: 'gpt-6.1-sol', effort: 'xhigh' },
    review: { status: 'completed', durationMs: 591_000, costUsd: 1.42 },
    opened: [
      'internal/cache/store.go',
      'scripts/release.sh',
      'web/src/session.ts',
      'docs/cache.md',
      'old/legacy.py',
    ],
    finish: {
      summary:
        'Two defects must be fixed before this is released: the unguarded `delete` and the `rm -rf` of an empty target.',
      designObservations: [
        {
          kind: 'strength',
          scope: 'in-scope',
          title: 'The fetcher is a parameter',
          text: '`refresh` can be tested without a network.',
        },
      ],
      testing: '`web/src/session.ts` has no test at all.',
      coverage: [
        { path: 'internal/cache/store_test.go', status: 'reviewed', note: 'only skimmed' },
        { path: 'web/yarn.lock', status: 'trivial', note: '' },
      ],
      contextUpdates: [
        {
          scope: 'tool',
          rule: 'Ask for the empty value of every positional parameter of a shell script.',
          why: 'That is where C2 came from.',
        },
      ],
    },
  },
  {
    reviewer: { type: 'model', id: 'gemini', provider: 'google', model: 'gemini-4-argon', effort: 'high' },
    review: {
      status: 'timed-out',
      cause: { code: 'timed-out', message: 'no answer within 25 minutes', retryable: true },
      durationMs: 1_500_000,
      costUsd: 0.84,
    },
    opened: ['web/src/session.ts', 'cmd/lanternd/main.go'],
    finish: null,
  },
  {
    reviewer: { type: 'program', id: 'checks', program: 'built-in rules' },
    review: { status: 'completed', durationMs: 420, costUsd: 0, usage: null },
    opened: [],
    finish: { summary: '' },
  },
];

function makeReview(
  one: FixtureReviewer,
  claims: readonly FixtureClaim[],
  { change }: ReportRepository,
): Review {
  const { id, type } = one.reviewer;
  return {
    schemaVersion: 1,
    reviewer: one.reviewer,
    status: 'completed',
    cause: null,
    findings: claims.filter(({ key }) => key.startsWith(`${id}/`)).map(makeRawFinding),
    finish: one.finish === null ? null : ReviewFinish.parse({ summary: '', ...one.finish }),
    filesRead: one.opened,
    toolCalls: type === 'program' ? [] : makeToolCalls(one.opened, change.head.sha),
    usage: { input: 41_200, cacheRead: 803_441, cacheWrite: 52_010, output: 18_930, reasoning: 9_000 },
    costUsd: 0,
    lostRequests: { count: 0, mostUsd: 0 },
    startedAt: '2026-05-12T13:36:40Z',
    durationMs: 0,
    ...one.review,
  };
}

function makeToolCalls(opened: readonly string[], head: string): Review['toolCalls'] {
  const call = (turn: number, tool: string, given: string, isError = false) => ({
    turn,
    tool,
    arguments: given,
    isError,
    durationMs: 12 + turn * 7,
    answerBytes: isError ? 61 : 900 + turn * 310,
  });
  return [
    call(1, 'diff', '{}'),
    ...opened.map((path, at) => call(2 + at, 'read_file', JSON.stringify({ path }))),
    call(opened.length + 2, 'search', '{"pattern":"EvictEvery\\\\("}'),
    call(
      opened.length + 3,
      'git_show',
      JSON.stringify({ commit: head.slice(0, 8), path: 'missing.go' }),
      true,
    ),
  ];
}

function makeRawFinding({ key, claim, places, gate, withdrawn }: FixtureClaim): RawFinding {
  const [reviewer = '', id = ''] = key.split('/');
  const [first] = places;
  if (first === undefined) throw new Error(`${key} names no place`);
  const stands = { outcome: 'stands' as const, location: first, message: 'accepted' };
  return {
    id,
    reviewer,
    claim: FindingClaimSchema.parse({ locations: places, quote: '', ...claim }),
    gate: gate ?? stands,
    locations: gate?.outcome === 'refused' ? [] : places,
    attempts: [],
    withdrawn: withdrawn ?? null,
  };
}

function makeClusters(claims: readonly FixtureClaim[]): Clusters {
  const ids = [...new Set(claims.flatMap(({ cluster }) => (cluster === null ? [] : [cluster])))];
  return {
    schemaVersion: 1,
    clusters: ids.map((id) => ({
      id,
      members: claims.filter(({ cluster }) => cluster === id).map(({ key }) => key),
      links: [],
    })),
  };
}

function makeLedger(claims: readonly FixtureClaim[]): Ledger {
  return {
    schemaVersion: 1,
    entries: claims.map(({ key, claim, finalSeverity, cluster, fate, reason }) => {
      const [reviewer = '', id = ''] = key.split('/');
      return {
        key,
        reviewer,
        id,
        title: claim.title,
        severity: claim.severity,
        finalSeverity,
        cluster,
        fate,
        reason,
      };
    }),
  };
}

function makeVerdicts(claims: readonly FixtureClaim[], { locate, change }: ReportRepository): Verdicts {
  const introducedBy = change.commits[0] ?? null;
  return {
    schemaVersion: 1,
    verdicts: listVerdicts(locate),
    facts: claims
      .filter(({ gate }) => gate?.outcome !== 'refused')
      .map(({ key, claim, origin }) => ({
        key,
        touchedByChange: origin !== 'pre-existing',
        standsAtMergeBase: origin === 'pre-existing',
        introducedBy: introducedBy === null ? null : { sha: introducedBy.sha, subject: introducedBy.subject },
        origin: origin ?? 'introduced',
        fix:
          claim.fix === undefined || claim.fix.diff === ''
            ? null
            : {
                applies: true,
                parses: true,
                message: 'applies cleanly, and every patched file still parses',
              },
      })),
  };
}

function listVerdicts(locate: ReportRepository['locate']): Verdict[] {
  const verdict = (
    cluster: string,
    severity: Severity,
    rest: Partial<Verdict> & { severityReason: string; verdictReason: string },
  ): Verdict => ({
    cluster,
    severity,
    verdict: 'confirmed',
    evidence: 'inferred',
    examinations: [],
    ...rest,
  });
  const examination = (
    examiner: string,
    answer: Examination['answer'],
    rest: Partial<Examination>,
  ): Examination => ({
    examiner,
    answer,
    argument: '',
    quotes: [],
    severity: null,
    ...rest,
  });
  return [
    verdict('k1', 'critical', {
      verdictReason: 'Two vendors raised it, the quotes stand, and nobody refuted it.',
      severityReason:
        'Claude says critical, Codex important; data is lost without a message, so the higher one stands.',
    }),
    verdict('k2', 'critical', {
      evidence: 'observed',
      verdictReason: 'Claude confirmed it and gave the path to the failure.',
      severityReason: 'Raised and examined as critical.',
      examinations: [
        examination('claude', 'confirm', {
          severity: 'critical',
          argument:
            '`target` is the empty string then, `set -e` does not object to it, and the glob starts at the root.',
          quotes: [
            {
              location: locate('scripts/release.sh', 'target=$1'),
              text: 'target=$1',
              contradicts: false,
            },
          ],
        }),
      ],
    }),
    verdict('k3', 'important', {
      verdictReason: 'Two vendors raised it, the quotes stand, and nobody refuted it.',
      severityReason: 'Gemini says critical, Claude important; the token is short-lived.',
    }),
    verdict('k4', 'important', {
      verdict: 'unexamined',
      verdictReason: 'Nobody was left to ask.',
      severityReason: 'As its reviewer rated it.',
    }),
    verdict('k5', 'important', {
      verdict: 'uncertain',
      verdictReason: 'Claude refutes it by argument only; Codex confirms it.',
      severityReason: 'Examined as important by Codex.',
      examinations: [
        examination('claude', 'refute', {
          argument: 'Browsers treat a negative delay as zero, so the refresh comes early rather than never.',
        }),
        examination('codex', 'confirm', {
          severity: 'important',
          argument:
            'The delay is computed once, so every later refresh comes at the first interval, whatever the server answers.',
          quotes: [
            {
              location: locate('web/src/session.ts', '}, session.expiresAt - Date.now());'),
              text: '}, session.expiresAt - Date.now());',
              contradicts: false,
            },
          ],
        }),
      ],
    }),
    verdict('k6', 'suggestion', {
      verdictReason: 'Codex confirmed it.',
      severityReason: 'As its reviewer rated it.',
      evidence: 'observed',
    }),
    verdict('k7', 'suggestion', {
      verdictReason: 'Claude confirmed it.',
      severityReason: 'As its reviewer rated it.',
      evidence: 'observed',
    }),
    verdict('k8', 'suggestion', {
      verdict: 'unexamined',
      verdictReason: 'Found by a rule; no model was asked.',
      severityReason: 'As the rule says.',
    }),
    verdict('k9', 'important', {
      verdictReason: 'The line stands.',
      severityReason: 'It was there before the change.',
    }),
    verdict('k10', 'suggestion', {
      verdict: 'refuted',
      verdictReason: 'Two examiners refuted it.',
      severityReason: '',
    }),
    verdict('k11', 'suggestion', { verdictReason: 'The gap is real.', severityReason: 'A test is missing.' }),
  ];
}
