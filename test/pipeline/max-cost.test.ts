import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Report } from '../../src/domain/report.ts';
import { serverVariables } from '../demo/recorded-sessions.ts';
import type { JournalEntry } from '../servers/model/journal.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import type { ModelScript, ScriptSession, ScriptTurn } from '../servers/model/script.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { defaultModels, findDefect, finishReview } from '../support/reviewed-change.ts';
import { runCli } from '../support/run-cli.ts';
import { serverCost } from '../support/server-cost.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const turns = 40;
const probe = `package probe

func Name() string { return "probe" }

// IsRunning tells whether a container runs.
func IsRunning(client Client, id string) (bool, error) {
	running, err := client.Inspect(id)
	if err != nil {
		return false, nil
	}
	return running, nil
}
`;

let git: GitFixture;
let range: string;
beforeAll(() => {
  git = createGitFixture();
  const library = Object.fromEntries(
    Array.from({ length: turns }, (_, file) => [
      `lib/part${file}.go`,
      `package lib\n\n${Array.from({ length: 60 }, (_, line) => `func part${file}line${line}() int { return ${line} }\n`).join('')}`,
    ]),
  );
  const base = git.commit({ ...library, 'probe.go': 'package probe\n' }, 'Begin');
  const head = git.commit({ 'probe.go': probe }, 'Tell whether a container runs');
  range = `${base}..${head}`;
});
afterAll(() => git.remove());

/** A long session: it hands in its finding early, then reads file after file and thinks hard about each. */
function longSession(): ScriptTurn[] {
  const usage = { output: 4_000, reasoning: 3_500 };
  const reading = Array.from({ length: turns }, (_, file) => ({
    thinking: `What does part ${file} rest on?`,
    toolCalls: [{ name: 'read_file', arguments: { path: `lib/part${file}.go` } }],
    usage,
  }));
  return [{ ...findDefect, usage }, ...reading, { ...finishReview, usage }];
}

/** A model that is told that its budget is used up finishes at once, wherever it stands. */
const script: ModelScript = {
  keys: ['recorded'],
  sessions: Object.entries(defaultModels).flatMap(([name, model]): ScriptSession[] => [
    {
      name: `${name}-asked-to-finish`,
      match: { model, contains: 'The budget of this session is used up' },
      turns: [{ ...finishReview, usage: { output: 600, reasoning: 300 } }],
      afterEnd: 'repeat-last',
    },
    { name, match: { model }, turns: longSession() },
  ]),
};

interface Outcome {
  title: string;
  status: string;
  costUsd: number;
  stopped: string[];
  reviewers: {
    id: string;
    status: string;
    code: string | null;
    cause: string | null;
    findings: number;
    withdrawn: number;
  }[];
  files: { json: string; summary: string };
}

async function review(words: readonly string[]) {
  const server = await startModelServer({ script });
  try {
    const flags = ['--json', '--no-config', '--fail-on', 'never', '--out', temporaryDirectory()];
    const result = await runCli(['review', '--range', range, ...flags, ...words], {
      cwd: git.directory,
      home: git.scratch,
      env: serverVariables(server.url),
    });
    if (result.stdout === '') throw new Error(result.stderr);
    const outcome: Outcome = JSON.parse(result.stdout);
    return {
      code: result.code,
      outcome,
      report: Report.parse(JSON.parse(readFileSync(outcome.files.json, 'utf8'))),
      summary: readFileSync(outcome.files.summary, 'utf8'),
      entries: server.journal.entries,
    };
  } finally {
    await server.close();
  }
}

test('a capped run never costs more than its cap by the count of the servers, and keeps what was found', async () => {
  const whole = await review(['--max-cost', '100']);
  const uncapped = serverCost(whole.entries);
  expect(whole).toMatchObject({ code: 0, outcome: { status: 'complete', stopped: [] } });
  expect(whole.entries).toHaveLength(3 * (turns + 2) + 1);
  expect(whole.outcome.costUsd).toBeCloseTo(uncapped, 9);

  const cap = Number((uncapped * 0.4).toFixed(4));
  const capped = await review(['--max-cost', String(cap)]);
  const spent = serverCost(capped.entries);
  expect(spent).toBeLessThanOrEqual(cap);
  expect(capped.outcome.costUsd).toBeCloseTo(spent, 9);
  expect(capped.code).toBe(3);
  expect(capped.outcome.reviewers.filter(({ id }) => id in defaultModels)).toEqual(
    Object.keys(defaultModels).map((id) => ({
      id,
      status: 'partial',
      code: 'budget',
      cause: expect.stringMatching(/^the limit of \d+\.\d\d USD for one session was reached$/),
      findings: 1,
      withdrawn: 0,
    })),
  );
  // Each was asked to finish, once, and that request is in the sum.
  for (const name of Object.keys(defaultModels))
    expect(requestsOf(capped.entries, `${name}-asked-to-finish`)).toHaveLength(1);
  // The cap is used, not only kept.
  expect(spent).toBeGreaterThan(cap * 0.4);
  expect(capped.report.findings).toMatchObject([{ reviewers: ['claude', 'codex', 'gemini'] }]);
  expect(capped.outcome.stopped).not.toEqual([]);
  for (const text of [capped.outcome.title, capped.summary]) expect(text).toMatch(/budget/);
}, 180_000);

function requestsOf(entries: readonly JournalEntry[], session: string): JournalEntry[] {
  return entries.filter((entry) => entry.session === session);
}
