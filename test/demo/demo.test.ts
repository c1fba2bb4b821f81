import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPackageDirectory } from '../../src/config.ts';
import { Consolidation } from '../../src/domain/consolidation.ts';
import { Duplicates, type DuplicatesSession } from '../../src/domain/duplicates.ts';
import { Report } from '../../src/domain/report.ts';
import type { Usage } from '../../src/domain/usage.ts';
import { type ExaminerSession, Verdicts } from '../../src/domain/verdict.ts';
import { findSameLines } from '../../src/render/same-lines.ts';
import type { SarifLog } from '../../src/render/sarif/sarif-log.ts';
import { rereadQuotes } from '../real/reread-report.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import { requireSoundRetroIn } from '../support/check-retro.ts';
import { reportErrors } from '../support/report-schema.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { createSampleRepository } from '../support/sample-repository.ts';
import { sarifErrors } from '../support/sarif-schema.ts';
import { demoReviewers, recordedNotice, recordedSessions, serverVariables } from './recorded-sessions.ts';

interface Outcome {
  status: string;
  title: string;
  runDir: string;
  recommendation: { value: string; sentence: string };
  counts: Record<'critical' | 'important' | 'suggestion', number>;
  reviewers: unknown[];
  quorum: unknown;
  ledger: { raw: number; accounted: number };
  costUsd: number | null;
  files: { json: string; html: string; markdown: string; summary: string; sarif: string };
  exitCode: number;
}

const minutes = 60_000;
/** The part of the checks is what they find alone: their rules grow, and the models' part stays as it is. */
let checksAlone: Report;
let checksTable: string[][];
let folder: string;
let sample: string;
let demo: CliResult;
let outcome: Outcome;
let report: Report;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deep-review-demo-test-'));
  sample = createSampleRepository(join(folder, 'berth')).path;
  demo = runDemo(['--json', '--out', join(folder, 'demo')]);
  outcome = JSON.parse(demo.stdout);
  report = readReport(outcome);
  requireSoundRetroIn(outcome.runDir);
  const offline = await reviewSample(['checks']);
  checksAlone = readReport(offline);
  checksTable = readTable(offline.files.markdown, '| | Checks<br>built-in rules |');
}, 4 * minutes);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the demonstration', () => {
  test('ends well, with every reviewer and every finding accounted for', () => {
    const programs = checksAlone.counts;
    const reviewed = expect.closeTo(
      report.reviewers.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
      9,
    );
    const sessions = readSessions();
    expect(sessions.map(({ status }) => status)).toEqual(sessions.map(() => 'completed'));
    const compared = expect.closeTo(
      readComparisons().reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
      9,
    );
    expect(readComparisons().map(({ asked, status }) => [asked, status])).toEqual([['claude', 'completed']]);
    const examined = expect.closeTo(
      sessions.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
      9,
    );
    const written = expect.closeTo(readConsolidation().session.costUsd ?? 0, 9);
    expect(demo.code).toBe(0);
    expect(outcome).toEqual({
      status: 'complete',
      title: `Deep Review: ${report.run.id}`,
      runDir: expect.stringMatching(/[\\/]demo[\\/]local[\\/]berth[\\/]\d{8}-\d{6}-keep-alive$/),
      recommendation: {
        value: 'rework',
        sentence:
          'C1 and C2 are confirmed, and either of them deletes what users keep when the daemon is merely slow to answer.',
      },
      counts: {
        critical: 2,
        important: 4 + programs.important,
        suggestion: 3 + programs.suggestion,
      },
      reviewers: [
        { id: 'claude', status: 'completed', code: null, cause: null, findings: 4, withdrawn: 0 },
        { id: 'codex', status: 'completed', code: null, cause: null, findings: 4, withdrawn: 0 },
        { id: 'gemini', status: 'completed', code: null, cause: null, findings: 5, withdrawn: 1 },
        {
          id: 'checks',
          status: 'completed',
          code: null,
          cause: null,
          findings: checksAlone.ledger.raw,
          withdrawn: 0,
        },
      ],
      stopped: [],
      quorum: { asked: 3, required: 2, completed: 3 },
      ledger: { raw: 13 + checksAlone.ledger.raw, accounted: 13 + checksAlone.ledger.raw },
      costUsd: report.run.costUsd,
      stageCosts: (['collect', 'review', 'reconcile', 'verify', 'render'] as const).map((stage) => ({
        stage,
        costUsd: { collect: 0, review: reviewed, reconcile: compared, verify: examined, render: written }[
          stage
        ],
      })),
      lostRequests: { count: 0, mostUsd: 0 },
      files: Object.fromEntries(
        ['json', 'html', 'markdown', 'summary', 'sarif'].map((name) => [
          name,
          expect.stringContaining(report.run.id),
        ]),
      ),
      exitCode: 0,
    });
  });

  test('writes a report and a SARIF file that are valid by the schemas that are published', async () => {
    expect(await reportErrors(JSON.parse(readFileSync(outcome.files.json, 'utf8')))).toEqual([]);
    const sarif: SarifLog = JSON.parse(readFileSync(outcome.files.sarif, 'utf8'));
    expect(sarifErrors(sarif)).toEqual([]);
    expect(sarif.runs[0]?.results.map(({ properties }) => properties.label)).toEqual(
      report.findings.map(({ label }) => label),
    );
    expect(sarif.runs[0]?.results.filter(({ fixes }) => fixes !== undefined)).toHaveLength(
      report.findings.filter(({ fix }) => fix.check?.applies === true).length,
    );
  });

  test('knows what the reviewers were told, and when everything else ran', () => {
    const told = report.instructions ?? [];
    expect(told.flatMap(({ reviewers }) => reviewers).toSorted()).toEqual(['claude', 'codex', 'gemini']);
    expect(new Set(told.map(({ text }) => text)).size).toBe(told.length);
    expect(told[0]?.text).toContain('report_finding');
    expect(report.run.stages?.map(({ stage }) => stage)).toEqual([
      'collect',
      'review',
      'reconcile',
      'verify',
    ]);
    expect(report.run.sessions?.map(({ work, reviewer }) => [work, reviewer])).toEqual([
      ...readComparisons().map(({ asked }) => ['duplicates', asked]),
      ...readSessions().map(({ examiner }) => ['examination', examiner]),
      ['consolidation', 'claude'],
    ]);
  });

  test('has its sentences from a model, with the names put in, and says so', () => {
    expect(report.prose).toEqual({
      writer: 'claude',
      executiveSummary: true,
      recommendation: true,
      retro: ['claude', 'codex', 'gemini', 'checks'],
      closing: true,
    });
    expect(report.retro.closing).toMatch(/^Codex and Claude agree on C1, Codex and Gemini on C2\./);
    for (const file of [outcome.files.html, outcome.files.markdown])
      expect(readFileSync(file, 'utf8')).toContain('Written by Claude from the computed figures.');
  });

  test('says on the face of the report that the sessions are recorded', () => {
    expect(report.run.notices).toEqual([recordedNotice]);
    for (const file of [outcome.files.html, outcome.files.markdown, outcome.files.summary])
      expect(readFileSync(file, 'utf8')).toContain(recordedNotice);
  });

  test('publishes what two models found as one finding, and what one found as its own', () => {
    const published = report.findings
      .filter(({ reviewers }) => !reviewers.includes('checks'))
      .map(({ label, severity, members, verdict }) => ({
        label: label[0],
        severity,
        members,
        verdict,
      }));
    expect(published).toEqual([
      { label: 'C', severity: 'critical', members: ['claude/C1', 'codex/C1'], verdict: 'confirmed' },
      { label: 'C', severity: 'critical', members: ['codex/C2', 'gemini/C1'], verdict: 'confirmed' },
      { label: 'I', severity: 'important', members: ['claude/I2'], verdict: 'confirmed' },
      { label: 'I', severity: 'important', members: ['claude/I1'], verdict: 'confirmed' },
      { label: 'I', severity: 'important', members: ['codex/I1'], verdict: 'confirmed' },
      { label: 'I', severity: 'important', members: ['gemini/C2'], verdict: 'uncertain' },
      { label: 'S', severity: 'suggestion', members: ['codex/S1'], verdict: 'confirmed' },
      { label: 'S', severity: 'suggestion', members: ['gemini/S1'], verdict: 'confirmed' },
      { label: 'S', severity: 'suggestion', members: ['claude/S1'], verdict: 'confirmed' },
    ]);
    const [cascade] = report.findings;
    expect(cascade).toMatchObject({
      reviewers: ['claude', 'codex'],
      severityReason: '3 reviewers rate it critical',
      evidence: 'observed',
      examinations: [{ examiner: 'gemini', answer: 'confirm', refusedQuotes: [] }],
      locations: [
        { path: 'internal/provisioner/provisioner.go', startLine: 23, endLine: 26, side: 'head' },
        { path: 'internal/supervisor/restart.go', startLine: 32, endLine: 37, side: 'head' },
      ],
      origin: 'introduced',
      introducedBy: { subject: 'Restart workspaces whose container died' },
      fix: { check: { applies: true, parses: true } },
    });
  });

  test('shows no quote that plain git does not have, and every fix it calls applicable applies', () => {
    expect(rereadQuotes(report, sample)).toEqual([]);
    const fixes = report.findings.filter(({ fix }) => fix.diff !== '');
    expect(fixes.map(({ fix }) => fix.check)).toMatchObject([
      { applies: true, parses: true },
      { applies: true, parses: true },
      { applies: true, parses: true },
    ]);
    for (const { fix } of fixes) {
      const tried = spawnSync('git', ['-C', sample, 'apply', '--check', '-'], { input: fix.diff });
      expect([tried.status, tried.stderr.toString()]).toEqual([0, '']);
    }
  });

  test('gives each finding that was not published as it was raised its fate and the reason', () => {
    const entries = report.ledger.entries.filter(
      ({ reviewer, severity, finalSeverity }) => reviewer !== 'checks' && severity !== finalSeverity,
    );
    expect(entries).toEqual([
      {
        key: 'gemini/C2',
        reviewer: 'gemini',
        id: 'C2',
        title:
          '`start.sh` launches `dockerd` with `--iptables=false`, which takes the packet filter away from all workspaces',
        severity: 'critical',
        finalSeverity: 'important',
        cluster: expect.stringMatching(/^k\d+$/),
        fate: { fate: 'kept' },
        reason:
          'capped at important: one reviewer alone rates it critical and nobody confirmed it; Claude refuted it by argument alone, without code that contradicts it',
      },
      {
        key: 'gemini/I1',
        reviewer: 'gemini',
        id: 'I1',
        title: 'Two ticks may recreate the same workspace at the same time',
        severity: 'important',
        finalSeverity: null,
        cluster: null,
        fate: { fate: 'dropped', reason: 'withdrawn' },
        reason: expect.stringMatching(/^`KeepAlive` .* calls never overlap\.$/),
      },
      {
        key: 'gemini/I2',
        reviewer: 'gemini',
        id: 'I2',
        title: '`main` runs `KeepAlive` on a background context, so it survives the shutdown',
        severity: 'important',
        finalSeverity: null,
        cluster: null,
        fate: { fate: 'dropped', reason: 'evidence-not-found' },
        reason: expect.stringContaining('No such lines in cmd/berthd/main.go at the head'),
      },
    ]);
  });

  test('keeps the refused quote in the trail of the finding that corrected it', () => {
    const codex = report.reviewers.find(({ reviewer }) => reviewer.id === 'codex');
    const corrected = codex?.findings.filter(({ attempts }) => attempts.length > 0);
    expect(corrected).toMatchObject([
      {
        id: 'C2',
        gate: { outcome: 'stands' },
        attempts: [
          {
            id: 'A1',
            claim: { quote: expect.stringContaining('rm -rf "$data/$name"') },
            gate: { outcome: 'refused', reason: 'no-such-lines' },
          },
        ],
      },
    ]);
  });

  test('has a retro table that comes out the same when it is counted by hand', () => {
    const header =
      '| | Claude<br>claude-opus-5-5 | Codex<br>gpt-6.1-sol | Gemini<br>gemini-4-argon | Checks<br>built-in rules |';
    const rows = readTable(outcome.files.markdown, header);
    const checks = (name: string) => checksTable.find((row) => row[0] === name)?.[1] ?? 'no such row';
    const besides = report.findings.filter(
      (finding) => finding.reviewers[0] === 'checks' && findSameLines(finding, report.findings).length > 0,
    );
    expect(besides.map(({ locations: [place] }) => `${place?.path}:${place?.startLine}`)).toEqual([
      'internal/provisioner/provisioner.go:24',
      'internal/supervisor/restart.go:32',
      'scripts/cleanup.sh:9',
    ]);
    const seconds = expect.stringMatching(/^(?:\d+m )?\d+m?s$/);
    expect(rows).toEqual([
      ['Duration', seconds, seconds, seconds, seconds],
      ['Findings', '1C 2I 1S', '2C 1I 1S', '2C 1I 1S (+1I withdrawn)', checks('Findings')],
      [
        'Tool calls',
        '20 (read_file 7, report_finding 4, search 3, diff 2, finish_review 1, git_blame 1, git_log 1, list_files 1)',
        '18 (read_file 7, report_finding 5, search 2, diff 1, finish_review 1, git_blame 1, git_show 1)',
        '18 (read_file 7, report_finding 5, diff 2, finish_review 2, search 1, withdraw_finding 1)',
        '0',
      ],
      ['Design observations', '2', '2', '2', '0'],
      ['False positives', '0', '0', '1', '0'],
      ['Unique insights', '3', '2', '2', `${Number(checks('Unique insights')) - besides.length}`],
      ['Files reviewed', '8', '8', '8', checks('Files reviewed')],
      ['Coverage misses', '0', '0', '0', '0'],
      ['**Totals**', '**1C 2I 1S**', '**2C 1I 1S**', '**1C 1I 1S**', checks('**Totals**')],
      ['Downgraded', '0', '0', '1 (C→I)', checks('Downgraded')],
      ['Dropped', '0', '0', '1', '0'],
      ['Cost', priceOf('claude'), priceOf('codex'), priceOf('gemini'), '$0.00'],
    ]);
  });

  test(
    'prints lines for people without --json, and refuses what it does not know',
    () => {
      const help = runDemo(['--help']);
      const unknown = runDemo(['--fast']);
      expect([help.code, help.stdout.split('\n')[0], unknown.code]).toEqual([
        0,
        'Usage: npm run demo -- [--json] [--keep DIR] [--out DIR]',
        2,
      ]);
      const shown = runDemo(['--keep', join(folder, 'kept'), '--out', join(folder, 'shown')]);
      const lines = shown.stdout.trimEnd().split('\n');
      expect({ code: shown.code, lines }).toEqual({
        code: 0,
        lines: [
          expect.stringMatching(/[\\/]render[\\/]report\.html$/),
          'rework: C1 and C2 are confirmed, and either of them deletes what users keep when the daemon is merely slow to answer.',
          `2 critical, ${outcome.counts.important} important, ${outcome.counts.suggestion} suggestions`,
          expect.stringMatching(/^recorded sessions: no model was asked; they would cost \$\d\.\d\d$/),
        ],
      });
      expect(shown.stderr).toContain('Codex A1 refused');
      expect(
        spawnSync('git', ['-C', join(folder, 'kept', 'berth'), 'status', '--short']).stdout.toString(),
      ).toBe('');
    },
    2 * minutes,
  );
});

describe('the same review by the program itself, with the models in a process of their own', () => {
  test(
    'has the same report, times aside',
    async () => {
      const server = await startModelServer({ script: recordedSessions() });
      try {
        const own = readReport(await reviewSample(demoReviewers, serverVariables(server.url)));
        expect(timeless({ ...own, run: { ...own.run, notices: [recordedNotice] } })).toEqual(
          timeless(report),
        );
        const requests = server.journal.entries.map(({ status, refusal }) => [status, refusal]);
        expect(requests).toEqual(Array.from({ length: 45 }, () => [200, null]));
      } finally {
        await server.close();
      }
    },
    2 * minutes,
  );
});

function runDemo(words: readonly string[]): CliResult {
  const result = spawnSync('npm', ['run', '-s', 'demo', '--', ...words], {
    cwd: findPackageDirectory(),
    encoding: 'utf8',
    timeout: 2 * minutes,
    maxBuffer: 2 ** 26,
  });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

/** The built program, in a process of its own. */
async function reviewSample(
  reviewers: readonly string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const out = join(folder, `by-${reviewers.length}`);
  const words = ['review', '--range', 'main..keep-alive', '--no-config', '--fail-on', 'never', '--json'];
  const result = await runCli([...words, '--reviewers', reviewers.join(','), '--out', out], {
    cwd: sample,
    home: folder,
    env,
  });
  expect(result).toMatchObject({ code: 0 });
  return JSON.parse(result.stdout);
}

function readSessions(): ExaminerSession[] {
  const text = readFileSync(join(outcome.runDir, 'verify', 'verdicts.json'), 'utf8');
  return Verdicts.parse(JSON.parse(text)).sessions ?? [];
}

function readComparisons(): DuplicatesSession[] {
  const text = readFileSync(join(outcome.runDir, 'reconcile', 'duplicates.json'), 'utf8');
  return Duplicates.parse(JSON.parse(text)).batches.map(({ session }) => session);
}

function readConsolidation(): Consolidation {
  const text = readFileSync(join(outcome.runDir, 'reconcile', 'consolidation.json'), 'utf8');
  return Consolidation.parse(JSON.parse(text));
}

function readReport(one: Outcome): Report {
  return Report.parse(JSON.parse(readFileSync(one.files.json, 'utf8')));
}

/** The cells of the Markdown table under this heading line, row by row. */
function readTable(file: string, header: string): string[][] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const start = lines.indexOf(header) + 2;
  const end = lines.indexOf('', start);
  expect(start).toBeGreaterThan(1);
  return lines.slice(start, end).map((line) => line.slice(2, -2).split(' | '));
}

/** USD for a million tokens: input, read from the cache, written to it, output. */
function listPrice(reviewer: string): readonly [number, number, number, number] {
  if (reviewer === 'claude') return [4, 0.2, 5, 20];
  if (reviewer === 'codex') return [2, 0.1, 2.5, 10];
  return report.run.startedAt < '2026-12-01' ? [2, 0.1, 0, 10] : [4, 0.2, 0, 20];
}

function priceOf(reviewer: string): string {
  const usage: Usage | null = report.reviewers.find((one) => one.reviewer.id === reviewer)?.usage ?? null;
  const [input, cacheRead, cacheWrite, output] = listPrice(reviewer);
  if (usage === null) return 'no usage';
  const { input: fresh, cacheRead: read, cacheWrite: written, output: said } = usage;
  if (fresh === null || read === null || written === null || said === null) return 'unknown';
  const usd = (fresh * input + read * cacheRead + written * cacheWrite + said * output) / 1_000_000;
  return `$${usd.toFixed(2)}`;
}

/** What of a report does not depend on when and how fast it was made. */
function timeless(one: Report): unknown {
  const text = JSON.stringify(one, (key, value) =>
    ['durationMs', 'wallClockMs', 'startedAt'].includes(key) ? 0 : value,
  );
  return JSON.parse(text.replaceAll(one.run.id, 'RUN'));
}
