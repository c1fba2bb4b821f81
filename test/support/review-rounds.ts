import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Report } from '../../src/domain/report.ts';
import { serverVariables } from '../demo/recorded-sessions.ts';
import type { JournalEntry } from '../servers/model/journal.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import type { ModelScript, ScriptSession, ScriptToolCall, ScriptTurn } from '../servers/model/script.ts';
import type { GitFixture } from './git-fixture.ts';
import { type DefaultReviewer, defaultModels } from './reviewed-change.ts';
import { type CliResult, runCli } from './run-cli.ts';

export interface ToldFinding {
  title: string;
  explanation: string;
  severity?: string;
  path: string;
  quote: string;
}

/** Of `probe.go` with a `Watch` that makes a ticker: the same defect in two wordings. */
export const leaks: ToldFinding = {
  path: 'probe.go',
  quote: '\tticker := time.NewTicker(interval)',
  title: 'Ticker in Watch is never stopped',
  explanation:
    'Watch creates a time.Ticker and returns without Stop, so that each subscription leaks a ticker.',
};
export const leaksReworded: ToldFinding = {
  path: 'probe.go',
  quote: '\tfor range ticker.C {',
  title: 'Watch leaks its ticker',
  explanation:
    'The time.Ticker that Watch creates for a subscription lives on, because Stop is never called.',
};

export interface ReviewedRound {
  runDir: string;
  report: Report;
  stderr: string;
  entries: readonly JournalEntry[];
}

const names = ['claude', 'codex', 'gemini'] as const;

/** One review of a range by three scripted models. Whoever is asked as an examiner cannot tell. */
export async function reviewRound(
  repository: GitFixture,
  input: {
    range: string;
    out: string;
    told: Told;
    words?: readonly string[];
    /** More environment, such as an empty key of a vendor. */
    env?: Record<string, string>;
  },
): Promise<ReviewedRound> {
  const server = await startModelServer({ script: scriptOfRounds([input.told]) });
  try {
    const flags = ['--json', '--fail-on', 'never', '--out', input.out, '--reviewers', names.join(',')];
    const words = input.words ?? ['--no-config'];
    const result = await runCli(['review', '--range', input.range, ...flags, ...words], {
      cwd: repository.directory,
      home: repository.scratch,
      env: { ...serverVariables(server.url), ...input.env },
    });
    if (result.stdout === '') throw new Error(result.stderr);
    const { runDir, files } = JSON.parse(result.stdout);
    const report = Report.parse(JSON.parse(readFileSync(files.json, 'utf8')));
    return { runDir, report, stderr: result.stderr, entries: server.journal.entries };
  } finally {
    await server.close();
  }
}

/** `deep-review resolve RUN --from FILE`, with this text in the file. */
export async function resolveRound(repository: GitFixture, runDir: string, text: string): Promise<CliResult> {
  repository.write({ '../scratch/decided.yml': text });
  return await runCli(['resolve', runDir, '--from', join(repository.scratch, 'decided.yml')], {
    cwd: repository.directory,
    home: repository.scratch,
  });
}

type Told = Partial<Record<DefaultReviewer, readonly ToldFinding[]>>;

/** What the three models say in each round, from the first; the last one's also in all that come after. */
export function scriptOfRounds(rounds: readonly Told[]): ModelScript {
  const verdicts = Array.from({ length: 8 }, (_, at) => ({
    id: `q${at + 1}`,
    verdict: 'cannot-tell',
    argument: 'I cannot tell.',
  }));
  const answer: ScriptTurn = { toolCalls: [{ name: 'submit_verdicts', arguments: { verdicts } }] };
  const examiners = names.map(
    (name): ScriptSession => ({
      name: `${name}-examines`,
      match: { model: defaultModels[name], tool: 'submit_verdicts' },
      turns: [answer],
      afterEnd: 'repeat-last',
    }),
  );
  const reviewers = rounds.flatMap((told, at) =>
    names.map((name): ScriptSession => {
      const findings = (told[name] ?? []).map(toCall);
      const isLast = at === rounds.length - 1;
      return {
        name: rounds.length === 1 ? name : `${name}-${at + 1}`,
        match: {
          model: defaultModels[name],
          ...(isLast ? {} : { contains: `- Round of review: ${at + 1}\n` }),
        },
        turns: [...(findings.length > 0 ? [{ toolCalls: findings }] : []), finish],
        afterEnd: 'repeat-last',
      };
    }),
  );
  return { keys: ['recorded'], sessions: [...examiners, ...reviewers] };
}

const finish: ScriptTurn = {
  toolCalls: [
    {
      name: 'finish_review',
      arguments: { summary: 'Read.', coverage: [{ path: 'probe.go', status: 'reviewed', note: '' }] },
    },
  ],
};

function toCall({ path, quote, title, explanation, severity = 'important' }: ToldFinding): ScriptToolCall {
  return {
    name: 'report_finding',
    arguments: {
      severity,
      kind: 'gap',
      category: 'error-handling',
      title,
      // The gate finds the place.
      locations: [{ path, startLine: 1, endLine: 1, side: 'head' }],
      quote,
      explanation,
      scenario: '',
      fix: { text: '', diff: '' },
      confidence: 0.9,
    },
  };
}
