import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Report } from '../../src/domain/report.ts';
import { rereadQuotes } from '../real/reread-report.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { cliEnvironment, cliPath, runCli } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const before = `package probe

import "context"

type Client interface{ Inspect(context.Context, string) (bool, error) }

func Name() string { return "probe" }
`;
const after = `${before}
// IsRunning tells whether a container runs.
func IsRunning(ctx context.Context, client Client, id string) (bool, error) {
	running, err := client.Inspect(ctx, id)
	if err != nil {
		return false, nil
	}
	return running, nil
}
`;

let repository: GitFixture;
let base: string;
let head: string;

beforeAll(() => {
  repository = createGitFixture();
  base = repository.commit({ 'probe.go': before, 'notes.txt': 'one\n' }, 'Begin');
  head = repository.commit({ 'probe.go': after }, 'Tell whether a container runs');
});
afterAll(() => repository.remove());

interface Outcome {
  status: string;
  runDir: string;
  counts: Record<string, number>;
  ledger: { raw: number; accounted: number };
  files: { json: string; html: string; markdown: string; summary: string };
  exitCode: number;
  recommendation: { value: string };
}

async function review(
  words: readonly string[],
  home = repository.scratch,
): Promise<{ code: number | null; outcome: Outcome; stderr: string }> {
  const result = await runCli(['--json', '--no-config', ...words], { cwd: repository.directory, home });
  return { code: result.code, outcome: JSON.parse(result.stdout), stderr: result.stderr };
}

function readReport(outcome: Outcome): Report {
  return Report.parse(JSON.parse(readFileSync(outcome.files.json, 'utf8')));
}

/** What of a report depends on the code alone: no times, no durations, no names of folders. */
function timeless(report: Report): unknown {
  const text = JSON.stringify(report, (key, value) =>
    ['durationMs', 'wallClockMs', 'startedAt'].includes(key) ? 0 : value,
  );
  return JSON.parse(text.replaceAll(`"${report.run.id}"`, '"RUN"').replaceAll(`: ${report.run.id}`, ': RUN'));
}

describe('a review of a range, offline', () => {
  test('finds the planted defect, accounts for everything, and every quote stands', async () => {
    const out = temporaryDirectory();
    const { code, outcome } = await review([
      '--reviewers',
      'checks',
      '--range',
      `${base}..${head}`,
      '--out',
      out,
    ]);
    const report = readReport(outcome);
    expect({ code, status: outcome.status, ledger: outcome.ledger }).toEqual({
      code: 0,
      status: 'complete',
      ledger: { raw: 1, accounted: 1 },
    });
    expect(report.findings).toMatchObject([
      {
        reviewers: ['checks'],
        verdict: 'unexamined',
        evidence: 'inferred',
        origin: 'introduced',
        introducedBy: { sha: head, subject: 'Tell whether a container runs' },
        locations: [{ path: 'probe.go', side: 'head' }],
      },
    ]);
    expect(rereadQuotes(report, repository.directory)).toEqual([]);
    expect(readdirSync(outcome.runDir).sort()).toEqual([
      'collect',
      'events.jsonl',
      'reconcile',
      'render',
      'review',
      'run.json',
      'verify',
    ]);
    expect(readdirSync(join(outcome.runDir, 'render')).sort()).toEqual([
      'report.html',
      'report.json',
      'report.md',
      'report.sarif',
      'summary.md',
    ]);
    expect(JSON.parse(readFileSync(join(outcome.runDir, 'run.json'), 'utf8'))).toMatchObject({
      status: 'complete',
      stages: ['collect', 'review', 'reconcile', 'verify', 'render'].map((stage) => ({
        stage,
        status: 'completed',
      })),
    });
  });

  test('twice gives the same report, times aside', async () => {
    const words = ['--reviewers', 'checks', '--range', `${base}..${head}`, '--out', temporaryDirectory()];
    const [one, two] = [await review(words), await review(words)];
    expect(one.outcome.runDir).not.toBe(two.outcome.runDir);
    expect(timeless(readReport(two.outcome))).toEqual(timeless(readReport(one.outcome)));
  });

  test('of a range without a change says that there is nothing to review', async () => {
    const { code, outcome } = await review([
      '--reviewers',
      'checks',
      '--range',
      `${head}..${head}`,
      '--out',
      temporaryDirectory(),
    ]);
    const report = readReport(outcome);
    expect([code, outcome.status, outcome.recommendation.value]).toEqual([0, 'complete', 'merge-as-is']);
    expect(report.reviewers).toMatchObject([{ status: 'skipped', cause: { code: 'nothing-to-review' } }]);
    expect(readFileSync(outcome.files.markdown, 'utf8')).toMatch(/nothing to review/i);
  });

  test.each([
    ['--staged', 'index'],
    ['--dirty', 'work-tree'],
  ])('of %s sees what is not committed, and leaves the repository as it was', async (flag, headKind) => {
    repository.write({ 'probe.go': after.replace('Running', 'Alive') });
    if (flag === '--staged') repository.git('add', '-A');
    else repository.write({ 'new.txt': 'untracked\n' });
    const status = repository.git('status', '--porcelain');
    const { outcome } = await review(['--reviewers', 'checks', flag, '--out', temporaryDirectory()]);
    const report = readReport(outcome);
    expect(report.change).toMatchObject({ headKind, base: { sha: head }, files: flag === '--dirty' ? 2 : 1 });
    expect(repository.git('status', '--porcelain')).toBe(status);
    repository.git('reset', '-q', '--hard', head);
    repository.git('clean', '-qfd');
  });

  test('of one commit compares it with its parent, of the first commit with nothing', async () => {
    const out = temporaryDirectory();
    const one = readReport((await review(['--reviewers', 'checks', '--commit', head, '--out', out])).outcome);
    expect(one.change).toMatchObject({ mergeBase: base, files: 1, commits: [{ sha: head }] });
    const first = readReport(
      (await review(['--reviewers', 'checks', '--commit', base, '--out', out])).outcome,
    );
    expect(first.change).toMatchObject({ files: 2, deletions: 0 });
  });

  test('takes another tool’s results as findings, and drops what it made up', async () => {
    const line = after.split('\n').findIndex((text) => text.includes('return false, nil')) + 1;
    const result = (uri: string, startLine: number) => ({
      ruleId: 'R1',
      level: 'error',
      message: { text: `Problem in ${uri}` },
      locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine } } }],
    });
    const path = join(repository.scratch, 'tool.sarif');
    writeFileSync(
      path,
      JSON.stringify({
        version: '2.1.0',
        runs: [
          {
            tool: { driver: { name: 'Go Scan', version: '1.2' } },
            results: [result('probe.go', line), result('gone.go', 3), result('probe.go', 9999)],
          },
        ],
      }),
    );
    const words = ['--reviewers', 'checks', '--range', `${base}..${head}`, '--sarif', path];
    const { outcome } = await review([...words, '--out', temporaryDirectory()]);
    const report = readReport(outcome);
    expect(outcome.ledger).toEqual({ raw: 4, accounted: 4 });
    expect(report.reviewers.map(({ reviewer }) => reviewer)).toMatchObject([
      { id: 'checks' },
      { id: 'sarif-go-scan', program: 'Go Scan 1.2' },
    ]);
    expect(
      report.ledger.entries.filter(({ reviewer }) => reviewer === 'sarif-go-scan').map(({ fate }) => fate),
    ).toMatchObject([
      { fate: expect.stringMatching(/kept|merged/) },
      { fate: 'dropped', reason: 'evidence-not-found' },
      { fate: 'dropped', reason: 'evidence-not-found' },
    ]);
  });

  test('exits 1 when a finding is at or above --fail-on', async () => {
    const words = ['--reviewers', 'checks', '--range', `${base}..${head}`, '--out', temporaryDirectory()];
    expect((await review([...words, '--fail-on', 'suggestion'])).code).toBe(1);
    expect((await review([...words, '--fail-on', 'never'])).code).toBe(0);
  });

  test('with a model reviewer that has no key names who is missing, and exits 3', async () => {
    const words = [
      '--reviewers',
      'claude,checks',
      '--range',
      `${base}..${head}`,
      '--out',
      temporaryDirectory(),
    ];
    const { code, outcome } = await review(words);
    const report = readReport(outcome);
    expect([code, outcome.status, outcome.recommendation.value]).toEqual([3, 'degraded', 'incomplete']);
    expect(report.title).toContain('(0 of 1 reviewers)');
    expect(report.reviewers[0]).toMatchObject({
      status: 'skipped',
      cause: { code: 'no-key', message: 'no key: set ANTHROPIC_API_KEY' },
    });
  });
});

describe('a run in pieces', () => {
  test('stage by stage comes to the same report', async () => {
    const run = join(temporaryDirectory(), '20260101-000000-pieces');
    const options = { cwd: repository.directory, home: repository.scratch };
    const target = ['--reviewers', 'checks', '--range', `${base}..${head}`];
    const stage = async (...words: string[]) =>
      await runCli(['stage', ...words, '--run', run, '--no-config'], options);
    expect(await stage('collect', ...target)).toMatchObject({ code: 0, stdout: `${run}\n` });
    expect(await stage('verify')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('checks.json is missing'),
    });
    expect((await stage('review', '--reviewer', 'claude')).code).toBe(2);
    for (const name of ['review', 'reconcile', 'verify', 'render']) expect((await stage(name)).code).toBe(0);
    const whole = readReport((await review([...target, '--out', temporaryDirectory()])).outcome);
    const pieces = Report.parse(JSON.parse(readFileSync(join(run, 'render/report.json'), 'utf8')));
    expect(timeless(pieces)).toEqual(timeless(whole));
  });

  test('--from verify takes the reviews of the newest run and does the rest again', async () => {
    const out = temporaryDirectory();
    const words = ['--reviewers', 'checks', '--range', `${base}..${head}`, '--out', out];
    const { outcome } = await review(words);
    const reviewFile = join(outcome.runDir, 'review/checks.json');
    const reviewed = readFileSync(reviewFile, 'utf8');
    rmSync(join(outcome.runDir, 'verify'), { recursive: true });
    const again = await review([...words, '--from', 'verify']);
    expect(again.outcome.runDir).toBe(outcome.runDir);
    expect(readFileSync(reviewFile, 'utf8')).toBe(reviewed);
    expect(existsSync(join(outcome.runDir, 'verify/ledger.json'))).toBe(true);
  });

  test('killed after any of its steps, the same call continues it and says so', {
    timeout: 180_000,
  }, async () => {
    const words = [
      '--no-config',
      '--verbose',
      '--reviewers',
      'checks',
      '--range',
      `${base}..${head}`,
      '--out',
    ];
    let continued = 0;
    for (const lines of [1, 3, 5, 7, 9]) {
      const out = temporaryDirectory();
      const child = spawn(process.execPath, [cliPath, ...words, out], {
        cwd: repository.directory,
        env: cliEnvironment({ home: repository.scratch }),
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
        if (stderr.split('\n').length > lines) child.kill('SIGKILL');
      });
      await once(child, 'close');
      const after = await review([...words.slice(2), out]);
      expect([after.code, after.outcome.status, after.outcome.ledger]).toEqual([
        0,
        'complete',
        { raw: 1, accounted: 1 },
      ]);
      if (after.stderr.includes('continuing')) continued += 1;
    }
    expect(continued).toBe(5);
  });

  test('that is interrupted exits 130, and the same call ends it', async () => {
    const out = temporaryDirectory();
    const words = ['--no-config', '--reviewers', 'checks', '--range', `${base}..${head}`, '--out', out];
    const child = spawn(process.execPath, [cliPath, ...words], {
      cwd: repository.directory,
      env: cliEnvironment({ home: repository.scratch }),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      if (stderr === '') child.kill('SIGINT');
      stderr += chunk;
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    expect(stderr).toContain('deep-review: cancelled\n  → run the same command again to continue');
    expect((await review(words.slice(1))).outcome.status).toBe('complete');
  });
});

describe('a report', () => {
  test('is rendered again from its run alone, with its code, when the repository is gone', async () => {
    const clone = createGitFixture();
    const from = clone.commit({ 'probe.go': before }, 'Begin');
    const to = clone.commit({ 'probe.go': after }, 'Change');
    const run = temporaryDirectory();
    const options = { cwd: clone.directory, home: repository.scratch };
    const made = await runCli(
      ['--json', '--no-config', '--reviewers', 'checks', '--range', `${from}..${to}`],
      options,
    );
    const outcome: Outcome = JSON.parse(made.stdout);
    cpSync(outcome.runDir, run, { recursive: true });
    const html = readFileSync(join(run, 'render/report.html'), 'utf8');
    rmSync(join(run, 'render/report.html'));
    clone.remove();
    const again = await runCli(['render', join(run, 'render/report.json')], {
      cwd: run,
      home: repository.scratch,
    });
    expect(again).toMatchObject({ code: 0, stdout: `${join(run, 'render/report.html')}\n` });
    expect(readFileSync(join(run, 'render/report.html'), 'utf8')).toBe(html);
    expect(html).toContain('IsRunning');
  });

  test('of a newer version is refused, naming both', async () => {
    const path = join(temporaryDirectory(), 'report.json');
    writeFileSync(path, '{"schemaVersion": 99}');
    const result = await runCli(['render', path], { cwd: repository.directory, home: repository.scratch });
    expect(result).toMatchObject({ code: 2, stderr: expect.stringMatching(/version 99.*version 1/) });
  });
});
