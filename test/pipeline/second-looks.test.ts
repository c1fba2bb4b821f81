import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Report } from '../../src/domain/report.ts';
import { SecondLooks } from '../../src/domain/second-look.ts';
import { readRenamedAt } from '../../src/pipeline/named-since.ts';
import { readSecondLooks } from '../../src/pipeline/second-looks-file.ts';
import { readManifest, runDirectoryAt } from '../../src/run/run-directory.ts';
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
} from '../support/challenged-change.ts';
import { finishReview } from '../support/reviewed-change.ts';
import { runCli } from '../support/run-cli.ts';
import { serverCost } from '../support/server-cost.ts';

const minutes = 60_000;
const finish: ScriptTurn = {
  toolCalls: (finishReview.toolCalls ?? []).map((call) => ({
    ...call,
    arguments: { summary: 'Read.', coverage: [{ path: 'probe.go', status: 'reviewed', note: '' }] },
  })),
};
const quiet = ['--json', '--no-config', '--fail-on', 'never'];

/** Who reviews by which turns; whoever is not named is not there. */
function script(
  reviews: Partial<Record<'claude' | 'codex', readonly ScriptTurn[]>>,
  examiners: Parameters<typeof challengedScript>[0] = {},
): ModelScript {
  const { keys = [], sessions } = challengedScript(examiners);
  return {
    keys,
    sessions: sessions.flatMap((session) => {
      if (session.name?.endsWith('-examines') === true) return [session];
      const turns = session.name === 'claude' || session.name === 'codex' ? reviews[session.name] : undefined;
      return turns === undefined ? [] : [{ ...session, turns }];
    }),
  };
}

let change: ChallengedChange;
let runDir: string;
const paid: JournalEntry[] = [];

async function call(played: ModelScript, words: readonly string[]) {
  const server = await startModelServer({ script: played });
  try {
    const result = await runCli(words, {
      cwd: change.repository.directory,
      home: change.repository.scratch,
      env: serverVariables(server.url),
    });
    paid.push(...server.journal.entries);
    return { ...result, asked: server.journal.entries.map(({ session }) => session) };
  } finally {
    await server.close();
  }
}

const readReport = (run = runDir) =>
  Report.parse(JSON.parse(readFileSync(join(run, 'render', 'report.json'), 'utf8')));
const summaryOf = ({ findings, run }: Report) => ({
  findings: findings.map(({ label, shortId, verdict, severity }) => [
    `${label}·${shortId}`,
    verdict,
    severity,
  ]),
  cost: run.costUsd?.toFixed(9),
});

beforeAll(async () => {
  change = createChallengedChange();
  // Claude breaks off after its one finding.
  const played = script(
    { claude: [{ toolCalls: [claims.hides] }], codex: [finish, finish] },
    { codex: [submit([{ verdict: 'confirm', severity: 'important', quotes: [hidePath] }])] },
  );
  const out = join(change.repository.scratch, 'reports');
  const words = ['review', '--range', change.range, '--out', out, '--reviewers', 'claude,codex', ...quiet];
  const result = await call(played, words);
  if (result.stdout === '') throw new Error(result.stderr);
  runDir = JSON.parse(result.stdout).runDir;
}, 4 * minutes);
afterAll(() => change.repository.remove());

test(
  'a second look that brings nothing takes no finding away, claims nothing, and what was paid stays in the sum',
  async () => {
    const before = readReport();
    const [finding] = before.findings;
    const name = `${finding?.label}·${finding?.shortId}`;
    const still = { findings: [[name, 'confirmed', 'important']] };
    expect(summaryOf(before)).toMatchObject(still);

    // It fails again, and this time before it found anything.
    expect(await call(script({}), ['rerun', runDir, 'claude', ...quiet])).toMatchObject({ code: 3 });
    expect(summaryOf(readReport())).toMatchObject(still);
    expect(readReport().run.notices[0]).toMatch(/this try ended early .*the one before still counts/);

    // Nobody answers: what was said before is not said again.
    const unanswered = await call(script({}), ['verify', runDir, name, ...quiet]);
    expect(summaryOf(readReport())).toMatchObject(still);
    expect(JSON.parse(unanswered.stdout).again).toEqual([
      expect.stringMatching(/was to be checked again .*nobody answered/),
    ]);

    const refutes = { codex: [submit([{ verdict: 'refute', quotes: [counterQuote] }])] };
    // One that was stopped, and whose finding is raised in other words by now: what is raised now is asked about.
    const reworded = join(change.repository.scratch, 'reworded');
    cpSync(runDir, reworded, { recursive: true });
    // Clusters are numbered anew: in a run that was stopped before its report, nobody can tell which finding is meant.
    const manifest = readFileSync(join(reworded, 'run.json'), 'utf8');
    const half = JSON.parse(manifest);
    half.stages.find(({ stage }: { stage: string }) => stage === 'render').inputDigest = 'of other clusters';
    writeFileSync(join(reworded, 'run.json'), JSON.stringify(half));
    expect(await call(script({}, refutes), ['verify', reworded, name, ...quiet])).toMatchObject({
      ...{
        code: 2,
        asked: [],
        stderr: expect.stringContaining('what the stage "render" worked on has changed'),
      },
    });
    writeFileSync(join(reworded, 'run.json'), manifest);
    const path = (run: string) => join(run, 'second-looks.json');
    const edited = SecondLooks.parse(JSON.parse(readFileSync(path(reworded), 'utf8')));
    for (const look of edited.looks)
      if (look.subject.kind === 'finding') {
        look.done = false;
        look.subject.question = '0'.repeat(64);
      }
    writeFileSync(path(reworded), JSON.stringify(edited));
    const asked = (await call(script({}, refutes), ['verify', reworded, name, ...quiet])).asked;
    expect([asked, summaryOf(readReport(reworded)).findings]).toEqual([['codex-examines'], []]);
    paid.pop();
    await call(script({}, refutes), ['verify', runDir, name, ...quiet]);
    const refuted = { findings: [], cost: serverCost(paid).toFixed(9) };
    expect(summaryOf(readReport())).toEqual(refuted);

    // As it would stand if the process had been killed between its report and its mark.
    const copy = join(change.repository.scratch, 'copy');
    cpSync(runDir, copy, { recursive: true });
    const looks = SecondLooks.parse(JSON.parse(readFileSync(path(copy), 'utf8')));
    for (const look of looks.looks.slice(-1)) look.done = false;
    writeFileSync(path(copy), JSON.stringify(looks));
    const continued = await call(script({}), ['verify', copy, name, ...quiet]);
    expect([continued.stderr.match(/error.*/g), continued.asked]).toEqual([null, []]);
    expect(summaryOf(readReport(copy))).toEqual(refuted);
    expect(
      SecondLooks.parse(JSON.parse(readFileSync(path(copy), 'utf8'))).looks.every(({ done }) => done),
    ).toBe(true);

    await call(script({ claude: [finish, finish] }), ['rerun', runDir, 'claude', ...quiet]);
    expect(summaryOf(readReport())).toEqual({ findings: [], cost: serverCost(paid).toFixed(9) });
    // What was `I1` before the newest look is another name by now.
    const run = runDirectoryAt(runDir);
    const renamedAt = await readRenamedAt(run, await readManifest(run));
    const [last] = (await readSecondLooks(run)).slice(-1);
    expect([last?.subject.kind, (renamedAt ?? '') >= (last?.at ?? 'none')]).toEqual(['review', true]);
  },
  4 * minutes,
);
