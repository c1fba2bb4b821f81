import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Report } from '../../src/domain/report.ts';
import { SecondLooks } from '../../src/domain/second-look.ts';
import { Verdicts } from '../../src/domain/verdict.ts';
import { CancelledError } from '../../src/errors.ts';
import { serverVariables } from '../demo/recorded-sessions.ts';
import type { JournalEntry } from '../servers/model/journal.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import type { ModelScript, ScriptTurn } from '../servers/model/script.ts';
import {
  type ChallengedChange,
  challengedScript,
  claims,
  counterQuote,
  createChallengedChange,
  hidePath,
  submit,
  wipePath,
} from '../support/challenged-change.ts';
import { always, finishReview } from '../support/reviewed-change.ts';
import { runCli } from '../support/run-cli.ts';
import { serverCost } from '../support/server-cost.ts';

const minutes = 60_000;
const cannotTell = { verdict: 'cannot-tell' } as const;
const refuted = { verdict: 'refute', quotes: [counterQuote] } as const;

/** What Gemini claims of its own, in the words of its first and of its second try. */
const naming = (title: string) => ({
  ...claims.hides,
  arguments: {
    ...(claims.hides.arguments as Record<string, unknown>),
    title,
    locations: [{ path: 'probe.go', startLine: 16, endLine: 16, side: 'head' }],
    quote: 'func Wipe(store Store) {',
    explanation: 'Neither a context nor a channel reaches this place.',
    scenario: `${title}.`,
  },
});
const finish: ScriptTurn = {
  toolCalls: (finishReview.toolCalls ?? []).map((call) => ({
    ...call,
    arguments: { summary: 'Read.', coverage: [{ path: 'probe.go', status: 'reviewed', note: '' }] },
  })),
};

/** A script in which Gemini reviews by these turns, and nobody else is there to review again where `alone`. */
function script(
  gemini: readonly ScriptTurn[],
  examiners: Parameters<typeof challengedScript>[0],
  alone = false,
): ModelScript {
  const { keys = [], sessions } = challengedScript(examiners);
  return {
    keys,
    sessions: sessions
      .filter(({ name }) => !alone || (name !== 'claude' && name !== 'codex'))
      .map((session) => (session.name === 'gemini' ? { ...session, turns: gemini } : session)),
  };
}

let change: ChallengedChange;
let out: string;
let runDir: string;
const paid: JournalEntry[] = [];

/** A call against a server of its own; what was asked of it, by session. */
async function call(
  played: ModelScript,
  words: readonly string[],
  env: Record<string, string> = {},
  isLast: (entry: JournalEntry) => boolean = () => false,
) {
  const server = await startModelServer({ script: played });
  const stop = new AbortController();
  void server.journal.waitFor(isLast).then(() => stop.abort(new CancelledError('stopped')));
  try {
    const result = await runCli(words, {
      signal: stop.signal,
      cwd: change.repository.directory,
      home: change.repository.scratch,
      env: { ...serverVariables(server.url), ...env },
    });
    paid.push(...server.journal.entries);
    // Whoever writes the report's prose is no part of this.
    const asked = server.journal.entries.flatMap(({ session }) =>
      session === null || session === 'plain-writer' ? [] : [session],
    );
    return { ...result, asked: [...new Set(asked)].sort(), entries: server.journal.entries };
  } finally {
    await server.close();
  }
}

const read = (...parts: string[]) => readFileSync(join(runDir, ...parts), 'utf8');
const readReport = () => Report.parse(JSON.parse(read('render', 'report.json')));
const readVerdicts = () => Verdicts.parse(JSON.parse(read('verify', 'verdicts.json')));
const findingOf = ({ findings }: Report, member: string) =>
  findings.find(({ members }) => members.includes(member));
const keysOf = ({ ledger }: Report, ...reviewers: string[]) =>
  ledger.entries.filter(({ reviewer }) => reviewers.includes(reviewer)).map(({ key, title }) => [key, title]);
const nobody: ModelScript = { keys: ['recorded'], sessions: [] };
const quiet = ['--json', '--no-config', '--fail-on', 'never'];

describe('a finished run is looked at again', () => {
  let first: Report;
  let firstTry: string;

  beforeAll(async () => {
    change = createChallengedChange();
    out = join(change.repository.scratch, 'reports');
    // Gemini breaks off after one finding, and examines nothing.
    const played = script([{ toolCalls: [naming('Long loops cannot be interrupted')] }], {
      // guarded, wipes, naming
      claude: [
        submit([refuted, { verdict: 'confirm', severity: 'critical', quotes: [wipePath] }, cannotTell]),
      ],
      // races, waits, naming, hides
      codex: [
        submit([
          ...[cannotTell, cannotTell, cannotTell],
          { verdict: 'confirm', severity: 'important', quotes: [hidePath] },
        ]),
      ],
    });
    const words = ['review', '--range', change.range, '--out', out, '--reviewers', 'claude,codex,gemini'];
    const result = await call(played, [...words, ...quiet]);
    if (result.stdout === '') throw new Error(result.stderr);
    runDir = JSON.parse(result.stdout).runDir;
    first = readReport();
    firstTry = read('review', 'gemini.json');
    expect([first.title, first.findings.length]).toEqual([
      `Deep Review: ${first.run.id} (2 of 3 reviewers), without Gemini (failed)`,
      4,
    ]);
  }, 4 * minutes);
  afterAll(() => change.repository.remove());

  test(
    'one reviewer anew: 2 of 3 becomes 3 of 3, others are asked only about what is new, both tries are paid',
    async () => {
      const others = ['claude', 'codex', 'guard'].map((id) => read('review', `${id}.json`));
      const played = script(
        [{ toolCalls: [naming('No context ends a slow iteration'), claims.hides] }, finish, finish],
        {
          // guarded, wipes, races, waits
          gemini: [submit([refuted, cannotTell, cannotTell, cannotTell])],
          claude: [submit([cannotTell])],
          codex: [submit([cannotTell])],
        },
        true,
      );
      const result = await call(played, ['rerun', runDir, 'gemini', ...quiet]);
      expect([result.code, result.stderr.match(/error.*/g), result.asked]).toEqual([
        0,
        null,
        ['claude-examines', 'codex-examines', 'gemini', 'gemini-examines'],
      ]);
      const report = readReport();
      expect({ title: report.title, status: report.run.status, quorum: report.run.quorum }).toEqual({
        title: `Deep Review: ${first.run.id}`,
        status: 'complete',
        quorum: { asked: 3, required: 2, completed: 3 },
      });
      // Of the others nothing is lost and nothing is new; the first try is kept, and counts for nothing.
      expect(['claude', 'codex', 'guard'].map((id) => read('review', `${id}.json`))).toEqual(others);
      expect(keysOf(report, 'claude', 'codex')).toEqual(keysOf(first, 'claude', 'codex'));
      expect(keysOf(report, 'gemini').map(([, title]) => title)).toEqual([
        'No context ends a slow iteration',
        'An error of Inspect becomes "not running"',
      ]);
      expect(read('review', 'gemini.1.json')).toBe(firstTry);
      expect(report.run.notices[0]).toMatch(
        /^Gemini was asked again on [\d-]+ [\d:]+ UTC, on the command line: the try before ended early \(failed: .*\) with 1 finding; it is kept in review\/gemini\.1\.json and counts no more, but for what it cost\.$/,
      );
      expect(JSON.parse(result.stdout).again).toEqual([report.run.notices[0]]);
      // Answers that were given stand, whoever raises the claim now.
      expect(findingOf(report, 'claude/I2')).toMatchObject({
        reviewers: ['claude', 'gemini'],
        verdict: 'confirmed',
        evidence: 'observed',
        examinations: [{ examiner: 'codex', answer: 'confirm' }],
      });
      expect(report.ledger.entries.find(({ key }) => key === 'codex/C1')).toMatchObject({
        fate: { fate: 'dropped', reason: 'refuted' },
        reason: 'Claude and Gemini refuted it',
      });
      expect(report.run.costUsd).toBeCloseTo(serverCost(paid), 9);
      const column = report.retro.columns.find(({ reviewer }) => reviewer === 'gemini');
      expect(column?.findings).toEqual({ critical: 0, important: 2, suggestion: 0 });
      expect(column?.costUsd).toBeCloseTo(serverCost(paid.filter(({ session }) => session === 'gemini')), 9);
    },
    4 * minutes,
  );

  test(
    'one finding anew: only it is asked about, the verdict turns, and the earlier one stays in the ledger',
    async () => {
      const before = readReport();
      const wipes = findingOf(before, 'codex/C2');
      const name = `${wipes?.label}·${wipes?.shortId}`;
      expect([wipes?.severity, wipes?.verdict]).toEqual(['critical', 'confirmed']);
      const examiners = { claude: [submit([refuted])], gemini: [submit([refuted])] };
      const result = await call(script([], examiners, true), ['verify', runDir, name, ...quiet]);
      expect([result.code, result.asked]).toEqual([0, ['claude-examines', 'gemini-examines']]);
      for (const { session, text } of result.entries)
        if (result.asked.includes(session ?? ''))
          expect(text).not.toMatch(/Drop deletes|Wait has no bound|slow iteration/);
      const report = readReport();
      expect(report.ledger.entries.find(({ key }) => key === 'codex/C2')).toMatchObject({
        fate: { fate: 'dropped', reason: 'refuted' },
        reason: 'Claude and Gemini refuted it',
        superseded: [
          {
            by: null,
            verdict: 'confirmed',
            severity: 'critical',
            reason: 'Claude confirmed it with a path whose quotes stand',
          },
        ],
      });
      expect(
        readVerdicts().verdicts.flatMap(({ superseded = [] }) => superseded.map((one) => one.examinations)),
      ).toMatchObject([
        [
          { examiner: 'claude', answer: 'confirm' },
          { examiner: 'gemini', answer: 'unsure' },
        ],
      ]);
      const untouched = ({ findings }: Report) =>
        findings
          .filter(({ shortId }) => shortId !== wipes?.shortId)
          .map(({ shortId, verdict, severity, examinations }) => [shortId, verdict, severity, examinations]);
      expect(untouched(report)).toEqual(untouched(before));
      expect(report.run.notices[1]).toMatch(
        /^C1·[0-9a-f]{4}, as the report before called it, was checked again on .*, on the command line\. Before it was confirmed, critical \(.*\)\. Now it is refuted \(Claude and Gemini refuted it\)\.$/,
      );
      expect(report.run.costUsd).toBeCloseTo(serverCost(paid), 9);
    },
    4 * minutes,
  );

  test(
    'what was done before a kill is not done again, also in a copy, and stages stay replayable',
    async () => {
      const report = readReport();
      const copy = join(change.repository.scratch, 'copy');
      cpSync(runDir, copy, { recursive: true });
      // As it would stand if the process had been killed while it looked again: examiners had answered already.
      const path = join(copy, 'second-looks.json');
      const looks = SecondLooks.parse(JSON.parse(readFileSync(path, 'utf8')));
      for (const look of looks.looks) {
        look.done = false;
        if (look.subject.kind === 'review') look.subject.second = null;
      }
      writeFileSync(path, JSON.stringify(looks));
      const again = await call(nobody, ['rerun', copy, 'Gemini', ...quiet]);
      expect([again.code, again.asked]).toEqual([0, []]);
      const continued = Report.parse(JSON.parse(readFileSync(join(copy, 'render', 'report.json'), 'utf8')));
      expect([continued.findings, continued.ledger, continued.run.costUsd]).toEqual([
        report.findings,
        report.ledger,
        report.run.costUsd,
      ]);
      for (const stage of ['verify', 'render']) {
        const result = await call(nobody, ['stage', stage, '--run', copy, '--no-config']);
        expect([stage, result.code, result.asked]).toEqual([stage, 0, []]);
      }
      const staged = Report.parse(JSON.parse(readFileSync(join(copy, 'render', 'report.json'), 'utf8')));
      expect([staged.findings, staged.ledger, staged.run.costUsd]).toEqual([
        report.findings,
        report.ledger,
        report.run.costUsd,
      ]);
    },
    4 * minutes,
  );

  test('a call that is stopped leaves the review that stands', async () => {
    const standing = read('review', 'gemini.json');
    const stalls = script([always({ kind: 'stall', afterFrames: 1 })], {}, true);
    const result = await call(
      stalls,
      ['rerun', runDir, 'gemini', ...quiet],
      {},
      (entry) => entry.framesSent > 0,
    );
    expect([result.code, result.asked, read('review', 'gemini.json')]).toEqual([130, ['gemini'], standing]);
  }, 60_000);

  test('a second try that ends worse, or that the budget has nothing left for, takes nothing away', async () => {
    const standing = JSON.parse(read('review', 'gemini.json'));
    const rows: [string[], string, RegExp][] = [
      [
        [],
        'gemini.3.json',
        /^Gemini was asked again .*: this try ended early \(failed: .*\) with no finding; it is kept in review\/gemini\.3\.json, and the one before still counts\. The cost is that of both\.$/,
      ],
      [
        ['--max-cost', '0.01'],
        'gemini.5.json',
        /this try ended early \(partial: the limit of 0\.00 USD .*\) .*; it is kept in review\/gemini\.5\.json, and/,
      ],
    ];
    for (const [at, [flags, aside, notice]] of rows.entries()) {
      const asked = await call(script([], {}, true), ['rerun', runDir, 'gemini', ...quiet, ...flags]);
      expect(asked.asked).toEqual([]);
      expect(readReport().run.quorum.completed).toBe(3);
      expect(JSON.parse(read('review', 'gemini.json')).findings).toEqual(standing.findings);
      expect(JSON.parse(read('review', aside)).findings).toEqual([]);
      expect(readReport().run.notices[2 + at]).toMatch(notice);
    }
  }, 60_000);

  test(
    'a replay of it, without any key, comes to the same',
    async () => {
      const report = readReport();
      const words = ['review', '--replay', runDir, '--out', join(change.repository.scratch, 'replays')];
      const keys = { ANTHROPIC_API_KEY: '', OPENAI_API_KEY: '', GEMINI_API_KEY: '' };
      const result = await call(nobody, [...words, ...quiet], keys);
      expect([result.code, result.entries.length]).toEqual([0, 0]);
      const { files, differences } = JSON.parse(result.stdout);
      const replayed = Report.parse(JSON.parse(readFileSync(files.json, 'utf8')));
      expect([replayed.findings, replayed.ledger, replayed.run.notices, differences]).toEqual([
        report.findings,
        report.ledger,
        report.run.notices,
        [],
      ]);
    },
    minutes,
  );

  test('what the run does not have, or nobody could be asked for, is refused before anything is touched', async () => {
    const before = [read('run.json'), read('second-looks.json')];
    const rows: [string[], Record<string, string>, string][] = [
      [['rerun', runDir, 'gemma'], {}, 'this run has no reviewer "gemma"'],
      [['verify', runDir, 'I9·ffff'], {}, `"I9·ffff" names no finding of ${first.run.id}`],
      [['rerun', runDir, 'codex'], { OPENAI_API_KEY: '' }, 'there is no key for codex'],
      [['rerun', out, 'codex'], {}, 'run.json is missing'],
      [['rerun', runDir, 'gemini', '--post', 'summary'], {}, 'posting needs a token, and there is none'],
    ];
    const told = [];
    for (const [words, env, message] of rows) {
      const { code, stderr, entries } = await call(nobody, [...words, '--no-config'], env);
      told.push([code, stderr.includes(message) ? message : stderr, entries.length]);
    }
    expect(told).toEqual(rows.map(([, , message]) => [2, message, 0]));
    expect([read('run.json'), read('second-looks.json')]).toEqual(before);
  });
});
