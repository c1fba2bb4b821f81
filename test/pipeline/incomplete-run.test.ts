import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Report } from '../../src/domain/report.ts';
import { serverVariables } from '../demo/recorded-sessions.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import type { ModelScript } from '../servers/model/script.ts';
import {
  always,
  createReviewedChange,
  findDefect,
  finishReview,
  type ReviewedChange,
  scriptOf,
  writeConfig,
} from '../support/reviewed-change.ts';
import { cliEnvironment, cliPath, runCli } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const minutes = 60_000;
const good = [findDefect, finishReview];
const stall = { kind: 'stall', afterFrames: 1 } as const;
/** So that a stalled stream is given up soon, and a good one never, however busy the machine is. */
const impatient = { idleMs: 2_500, progressMs: 2_500, firstByteMs: 60_000, deadlineMs: 6_000 };
/** So that only the run's own time can end a stalled stream. */
const patient = { idleMs: 600_000, progressMs: 600_000 };

let change: ReviewedChange;
beforeAll(() => {
  change = createReviewedChange();
});
afterAll(() => change.repository.remove());

interface Incomplete {
  code: number | null;
  stderr: string;
  outcome: {
    status: string;
    title: string;
    runDir: string;
    recommendation: { value: string; sentence: string };
    reviewers: {
      id: string;
      status: string;
      code: string | null;
      cause: string | null;
      findings: number;
    }[];
    stopped: string[];
    quorum: unknown;
    files: Record<'json' | 'html' | 'markdown' | 'summary', string>;
  };
  report: Report;
  /** What the HTML report says, the Markdown report and the summary. */
  faces: string[];
}

async function review(
  script: ModelScript,
  words: readonly string[],
  limits: Record<string, number>,
): Promise<Incomplete> {
  const server = await startModelServer({ script });
  const config = writeConfig(change.repository.scratch, limits);
  try {
    const flags = ['--json', '--config', config, '--fail-on', 'never', '--out', temporaryDirectory()];
    const result = await runCli(['review', '--range', change.range, ...flags, ...words], {
      cwd: change.repository.directory,
      home: change.repository.scratch,
      env: serverVariables(server.url),
    });
    if (result.stdout === '') throw new Error(result.stderr);
    const outcome: Incomplete['outcome'] = JSON.parse(result.stdout);
    const { json, html, markdown, summary } = outcome.files;
    return {
      code: result.code,
      stderr: result.stderr,
      outcome,
      report: Report.parse(JSON.parse(readFileSync(json, 'utf8'))),
      faces: [
        textOf(readFileSync(html, 'utf8')),
        readFileSync(markdown, 'utf8'),
        readFileSync(summary, 'utf8'),
      ],
    };
  } finally {
    await server.close();
  }
}

/** What a page says, without what it is made of and what the reviewers were told. */
function textOf(html: string): string {
  return html
    .replace(/<pre class="told".*?<\/pre>/gs, '')
    .replace(/<(style|script)\b.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

/** No rendering says that the change is fine. */
function expectNoApproval({ faces, outcome }: Incomplete): void {
  for (const face of [...faces, outcome.recommendation.sentence])
    expect(face).not.toMatch(/merge as-is|merge-as-is|\bclean\b/i);
}

describe('a reviewer whose stream stalls', () => {
  test.each([
    ['Claude', 'claude', 'claude-opus-5-5'],
    ['Codex', 'codex', 'gpt-6.1-sol'],
  ] as const)(
    '%s: the other two finish, and every face of the report says who is missing and why',
    async (name, id, model) => {
      const turns = { claude: good, codex: good, gemini: good, [id]: [findDefect, always(stall)] };
      const run = await review(scriptOf(turns), [], impatient);
      const missing = run.outcome.reviewers.find((one) => one.id === id);
      expect({ code: run.code, status: run.outcome.status, quorum: run.outcome.quorum }).toEqual({
        code: 0,
        status: 'degraded',
        quorum: { asked: 3, required: 2, completed: 2 },
      });
      expect(missing).toEqual({
        id,
        status: 'timed-out',
        code: expect.stringMatching(/^timeout-(idle|progress|deadline)$/),
        cause: expect.stringContaining(model),
        findings: 1,
        withdrawn: 0,
      });
      expect(run.outcome.stopped).toEqual([]);
      const manifest = JSON.parse(readFileSync(join(run.outcome.runDir, 'run.json'), 'utf8'));
      const { costUsd, stageCosts, lostRequests } = run.report.run;
      expect(manifest.stages[1]).toMatchObject(stageCosts[1] ?? { stage: 'no stage' });
      expect(stageCosts.map(({ stage }) => stage)).toEqual([
        'collect',
        'review',
        'reconcile',
        'verify',
        'render',
      ]);
      expect(costUsd).toBeCloseTo(
        stageCosts.reduce((sum, one) => sum + (one.costUsd ?? 0), 0),
        9,
      );
      expect(lostRequests.count).toBeGreaterThan(0);
      for (const face of run.faces) expect(face).toMatch(/ \+ up to (under )?\$\d.* that broke off/);

      expect(run.outcome.title).toBe(
        `Deep Review: ${run.report.run.id} (2 of 3 reviewers), without ${name} (timed out)`,
      );
      for (const face of run.faces) {
        expect(face).toContain(`(2 of 3 reviewers), without ${name} (timed out)`);
        expect(face).toContain(`Only 2 of 3 reviewers completed; missing: ${name} (timed out: ${model}: `);
        expect(face).toContain('1 finding by then');
      }
      expect(run.report.findings).toMatchObject([{ reviewers: ['claude', 'codex', 'gemini'] }]);
      expectNoApproval(run);
    },
    2 * minutes,
  );

  test(
    'two of three: below the quorum no recommendation is made, exit 3',
    async () => {
      const lost = [always(stall)];
      const run = await review(scriptOf({ claude: lost, codex: lost, gemini: good }), [], impatient);
      expect({ code: run.code, status: run.outcome.status, advice: run.outcome.recommendation }).toEqual({
        code: 3,
        status: 'degraded',
        advice: {
          value: 'incomplete',
          sentence: '1 of 3 reviewers completed, 2 needed; no recommendation is made.',
        },
      });
      expect(run.outcome.title).toContain(
        '(1 of 3 reviewers), without Claude (timed out) and Codex (timed out)',
      );
      expectNoApproval(run);
    },
    2 * minutes,
  );

  test(
    'all three: the run failed, exit 4, and the report is there',
    async () => {
      const lost = [always(stall)];
      const run = await review(scriptOf({ claude: lost, codex: lost, gemini: lost }), [], impatient);
      expect({ code: run.code, status: run.outcome.status, advice: run.outcome.recommendation }).toEqual({
        code: 4,
        status: 'failed',
        advice: {
          value: 'incomplete',
          sentence: 'no reviewer came to its end; no recommendation is made.',
        },
      });
      expect(run.outcome.title).toContain(
        '(0 of 3 reviewers), without Claude (timed out), Codex (timed out)',
      );
      expectNoApproval(run);
    },
    2 * minutes,
  );
});

describe('the limits of the run', () => {
  test(
    'its time stops whoever still works: findings so far are kept, the report is written, exit 3',
    async () => {
      const turns = { claude: good, codex: [findDefect, always(stall)], gemini: good };
      const run = await review(scriptOf(turns), ['--timeout', '.4'], patient);
      expect({ code: run.code, status: run.outcome.status, stopped: run.outcome.stopped }).toEqual({
        code: 3,
        status: 'degraded',
        stopped: ['codex'],
      });
      const cause = 'the run’s time of 24 seconds was over';
      expect(run.outcome.reviewers[1]).toEqual({
        id: 'codex',
        status: 'timed-out',
        code: 'run-deadline',
        cause,
        findings: 1,
        withdrawn: 0,
      });
      expect(run.outcome.title).toContain('(2 of 3 reviewers), without Codex (out of time)');
      for (const face of run.faces) expect(face).toContain(`Codex (timed out: ${cause}; 1 finding by then)`);
      expect(run.report.findings).toMatchObject([{ reviewers: ['claude', 'codex', 'gemini'] }]);
      expectNoApproval(run);
    },
    2 * minutes,
  );

  test(
    'its time, when nobody came to an end: stopped is not failed',
    async () => {
      const slow = [findDefect, always(stall)];
      const run = await review(
        scriptOf({ claude: slow, codex: slow, gemini: slow }),
        ['--timeout', '0.3'],
        patient,
      );
      expect({ code: run.code, status: run.outcome.status, stopped: run.outcome.stopped }).toEqual({
        code: 3,
        status: 'degraded',
        stopped: ['claude', 'codex', 'gemini'],
      });
      expect(run.outcome.recommendation.value).toBe('incomplete');
      expect(run.report.findings).toMatchObject([{ reviewers: ['claude', 'codex', 'gemini'] }]);
    },
    2 * minutes,
  );

  test(
    'its money stops a reviewer before the next request, exit 3 although it cost next to nothing',
    async () => {
      const run = await review(
        scriptOf({ claude: good, codex: good, gemini: good }),
        ['--max-cost', '0.001'],
        patient,
      );
      expect({ code: run.code, stopped: run.outcome.stopped }).toEqual({
        code: 3,
        stopped: ['claude', 'codex', 'gemini'],
      });
      for (const one of run.outcome.reviewers)
        expect(one).toMatchObject({
          status: 'partial',
          code: 'budget',
          cause: expect.stringContaining('USD'),
        });
      expect(run.outcome.title).toContain('without Claude (out of budget)');
      expectNoApproval(run);
    },
    2 * minutes,
  );

  test(
    'a user who interrupts is no limit: cancelled, exit 130',
    async () => {
      const slow = [always(stall)];
      const server = await startModelServer({
        script: scriptOf({ claude: slow, codex: slow, gemini: slow }),
      });
      const out = temporaryDirectory();
      const config = writeConfig(change.repository.scratch, patient);
      const words = [
        '--range',
        change.range,
        '--config',
        config,
        '--timeout',
        '5',
        '--out',
        out,
        '--verbose',
      ];
      const child = spawn(process.execPath, [cliPath, ...words], {
        cwd: change.repository.directory,
        env: cliEnvironment({ home: change.repository.scratch, env: serverVariables(server.url) }),
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      child.stderr.on('data', (chunk) => {
        const isFirst = !stderr.includes('turn 1');
        stderr += chunk;
        if (isFirst && stderr.includes('turn 1')) child.kill('SIGINT');
      });
      const [code] = await once(child, 'close');
      await server.close();
      expect(code).toBe(130);
      const runDir = /\((\d{8}-\d{6}[^)]*)\)/.exec(stderr)?.[1] ?? 'no run';
      const manifest = readFileSync(
        join(out, 'local', change.repository.directory.split('/').at(-1) ?? '', runDir, 'run.json'),
        'utf8',
      );
      expect(JSON.parse(manifest)).toMatchObject({ status: 'cancelled' });
      expect(stderr).not.toContain('run-deadline');
    },
    2 * minutes,
  );
});
