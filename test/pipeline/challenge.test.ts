import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Report } from '../../src/domain/report.ts';
import { RunManifest } from '../../src/domain/run.ts';
import { Verdicts } from '../../src/domain/verdict.ts';
import { serverVariables } from '../demo/recorded-sessions.ts';
import type { JournalEntry } from '../servers/model/journal.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import type { ModelScript } from '../servers/model/script.ts';
import {
  type ChallengedChange,
  challengedScript,
  counterQuote,
  createChallengedChange,
  hidePath,
  planted,
  submit,
  wipePath,
} from '../support/challenged-change.ts';
import { runCli } from '../support/run-cli.ts';
import { serverCost } from '../support/server-cost.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const minutes = 60_000;
const reviewers = 'claude,codex,gemini';
let change: ChallengedChange;
beforeAll(() => {
  change = createChallengedChange();
});
afterAll(() => change.repository.remove());

interface Reviewed {
  code: number | null;
  runDir: string;
  report: Report;
  verdicts: Verdicts;
  html: string;
  entries: readonly JournalEntry[];
}

async function review(
  script: ModelScript,
  out: string,
  words: readonly string[] = ['--no-config'],
): Promise<Reviewed> {
  const server = await startModelServer({ script });
  try {
    const flags = ['--json', '--fail-on', 'never', '--out', out, '--reviewers', reviewers];
    const result = await runCli(['review', '--range', change.range, ...flags, ...words], {
      cwd: change.repository.directory,
      home: change.repository.scratch,
      env: serverVariables(server.url),
    });
    if (result.stdout === '') throw new Error(result.stderr);
    const { runDir, files } = JSON.parse(result.stdout);
    const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
    return {
      code: result.code,
      runDir,
      report: Report.parse(read(files.json)),
      verdicts: Verdicts.parse(read(join(runDir, 'verify', 'verdicts.json'))),
      html: readFileSync(files.html, 'utf8'),
      entries: server.journal.entries,
    };
  } finally {
    await server.close();
  }
}

const cannotTell = { verdict: 'cannot-tell' } as const;
const script = challengedScript({
  // guarded, wipes
  claude: [
    submit([
      { verdict: 'refute', quotes: [counterQuote] },
      { verdict: 'confirm', severity: 'important', quotes: [wipePath] },
    ]),
  ],
  // races, waits, hides
  codex: [
    submit([cannotTell, cannotTell, { verdict: 'confirm', severity: 'important', quotes: [hidePath] }]),
  ],
  // guarded, wipes, races, waits, hides: the first answer asks for a quote that contradicts the last claim
  gemini: [
    submit([cannotTell, cannotTell, cannotTell, cannotTell, { verdict: 'refute' }]),
    submit([{ id: 'q5', verdict: 'refute' }]),
  ],
});

function findingOf({ report }: Reviewed, member: string) {
  return report.findings.find(({ members }) => members[0] === member);
}

describe('a review with examiners', () => {
  let run: Reviewed;
  let out: string;
  beforeAll(async () => {
    out = join(change.repository.scratch, 'reports');
    run = await review(script, out);
  }, 2 * minutes);

  test('drops a critical whose quote stands nowhere, and asks nobody about it', () => {
    expect(run.report.ledger.entries.find(({ key }) => key === 'gemini/C1')).toMatchObject({
      fate: { fate: 'dropped', reason: 'evidence-not-found' },
    });
    const asked = run.verdicts.sessions?.map(({ examiner, status, clusters }) => [
      examiner,
      status,
      clusters.length,
    ]);
    expect(asked).toEqual([
      ['claude', 'completed', 2],
      ['codex', 'completed', 3],
      ['gemini', 'completed', 5],
    ]);
    for (const { text } of examinations(run)) expect(text).not.toContain('Name panics');
  });

  test('drops a false critical with a real quote that one counter-quote contradicts', () => {
    expect(run.report.ledger.entries.find(({ key }) => key === 'codex/C1')).toMatchObject({
      fate: { fate: 'dropped', reason: 'refuted' },
      reason: 'Claude refuted it with code that contradicts it',
    });
    expect(findingOf(run, 'codex/C1')).toBeUndefined();
  });

  test('keeps what one examiner confirms and another disputes by argument, and shows both', () => {
    expect(findingOf(run, 'claude/I2')).toMatchObject({
      severity: 'important',
      verdict: 'uncertain',
      evidence: 'observed',
      verdictReason: 'Codex confirmed it and Gemini refuted it',
      examinations: [
        { examiner: 'codex', answer: 'confirm', quotes: [{ contradicts: false, reanchored: false }] },
        { examiner: 'gemini', answer: 'refute', quotes: [] },
      ],
    });
    for (const words of ['I confirm it.', 'I refute it.']) expect(run.html).toContain(words);
  });

  test('keeps a confirmed critical that one sceptic wants lowered', () => {
    expect(findingOf(run, 'codex/C2')).toMatchObject({
      severity: 'critical',
      verdict: 'confirmed',
      evidence: 'observed',
      severityReason:
        'rated critical; Claude rates it important, which alone does not lower a confirmed critical',
    });
    expect(run.report.recommendation.value).toBe('rework');
  });

  test('caps a lone critical that stays inferred, and says so', () => {
    expect(findingOf(run, 'claude/C1')).toMatchObject({
      severity: 'important',
      verdict: 'unexamined',
      evidence: 'inferred',
      severityReason: expect.stringContaining('capped at important'),
      verdictReason: 'its quote stands; Codex and Gemini could not tell',
    });
  });

  test('moves a defect that was there before to the design observations', () => {
    expect(run.report.ledger.entries.find(({ key }) => key === 'claude/I1')).toMatchObject({
      fate: { fate: 'moved', target: 'design-observation' },
    });
  });

  test('tells examiners neither who raised it, how bad, how sure, why, nor how to mend it', () => {
    const requests = examinations(run);
    expect(requests.length).toBe(4);
    for (const { session, text, body } of requests) {
      for (const token of Object.values(planted)) expect(text).not.toContain(token);
      const [own] = (session ?? '').split('-');
      const others = reviewers.split(',').filter((id) => id !== own);
      const said = JSON.stringify({ ...body, model: '' }).toLowerCase();
      for (const other of others) expect(said).not.toContain(other);
      expect(text).toMatch(/Drop deletes what is not old|Wait has no bound/);
    }
  });

  test('pays for them out of the budget, and names what they cost', () => {
    const { stageCosts, costUsd } = run.report.run;
    expect(costUsd).toBeCloseTo(serverCost(run.entries), 9);
    expect(stageCosts.find(({ stage }) => stage === 'verify')?.costUsd).toBeCloseTo(
      serverCost(examinations(run)),
      9,
    );
  });

  test('never pays for a session twice', async () => {
    const again = await review(challengedScript({}), out, ['--no-config', '--from', 'verify']);
    expect(again.runDir).toBe(run.runDir);
    expect(again.entries).toEqual([]);
    expect(again.verdicts).toEqual(run.verdicts);
    const { units } = RunManifest.parse(JSON.parse(readFileSync(join(run.runDir, 'run.json'), 'utf8')));
    expect(
      Object.keys(units)
        .filter((unit) => unit.startsWith('verify/'))
        .sort(),
    ).toEqual(['verify/claude-1.json', 'verify/codex-1.json', 'verify/gemini-1.json']);
  });
});

test(
  'an examiner that fails leaves its findings unexamined, and the report says so',
  async () => {
    const run = await review(challengedScript({}), temporaryDirectory());
    expect(run.report.findings.map(({ verdict }) => verdict)).toEqual(
      run.report.findings.map(() => 'unexamined'),
    );
    expect(run.report.ledger.entries).toHaveLength(6);
    expect(run.report.run.notices).toEqual(
      ['Claude was asked to examine 2', 'Codex was asked to examine 3', 'Gemini was asked to examine 5'].map(
        (start) => expect.stringContaining(start),
      ),
    );
    expect(run.code).toBe(0);
  },
  2 * minutes,
);

test(
  'code that a rule keeps from a vendor is not put to its model, nor named in the questions it gets',
  async () => {
    const config = join(change.repository.scratch, 'egress.yml');
    writeFileSync(config, 'egress:\n  - {paths: [probe.go], to: [anthropic, google]}\n');
    const examiners = challengedScript({
      codex: [submit([cannotTell])],
      gemini: [submit([cannotTell, cannotTell, cannotTell])],
    });
    const run = await review(examiners, temporaryDirectory(), ['--config', config]);
    const asked = examinations(run).map(({ session, text }) => [
      session,
      ...['Sync loses the flush', 'Wait has no bound', 'becomes', 'func'].filter((words) =>
        text.includes(words),
      ),
    ]);
    expect(asked).toEqual(
      expect.arrayContaining([
        ['codex-examines', 'Wait has no bound', 'func'],
        ['gemini-examines', 'Sync loses the flush', 'Wait has no bound', 'becomes', 'func'],
      ]),
    );
    for (const { text } of run.entries.filter(({ vendor }) => vendor === 'openai'))
      expect(text).not.toContain('IsRunning');
  },
  2 * minutes,
);

test(
  'examiners never cost more than a quarter of the budget by the count of the servers, and who it stops says so',
  async () => {
    const usage = { output: 4_000, reasoning: 3_500 };
    const reading = Array.from({ length: 12 }, (_, at) => ({
      toolCalls: [{ name: 'read_file', arguments: { path: 'probe.go', startLine: at + 1 } }],
      usage,
    }));
    const cap = 2;
    const words = ['--no-config', '--max-cost', String(cap)];
    const script = challengedScript({ claude: reading, codex: reading, gemini: reading });
    const run = await review(script, temporaryDirectory(), words);
    const spent = serverCost(examinations(run));
    expect(spent).toBeLessThanOrEqual(cap / 4);
    expect(spent).toBeGreaterThan(cap / 16);
    expect(run.verdicts.sessions?.map(({ status, cause }) => [status, cause?.code])).toEqual(
      reading.slice(0, 3).map(() => ['partial', 'budget']),
    );
    expect(run.report.run.costUsd).toBeCloseTo(serverCost(run.entries), 9);
    expect(run.report.run.notices).toEqual(
      ['Claude', 'Codex', 'Gemini'].map((name) => expect.stringMatching(`^${name} was asked .*limit of`)),
    );
    expect(new Set(run.report.findings.map(({ verdict }) => verdict))).toEqual(new Set(['unexamined']));
  },
  2 * minutes,
);

function examinations({ entries }: Reviewed): JournalEntry[] {
  return entries.filter(({ session }) => session?.endsWith('-examines') === true);
}
