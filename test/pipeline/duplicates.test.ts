import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Duplicates } from '../../src/domain/duplicates.ts';
import { RunManifest } from '../../src/domain/run.ts';
import { CancelledError } from '../../src/errors.ts';
import { runStage } from '../../src/pipeline.ts';
import type { JournalEntry } from '../servers/model/journal.ts';
import type { ScriptToolCall } from '../servers/model/script.ts';
import { type ChallengedChange, createChallengedChange } from '../support/challenged-change.ts';
import { compared, comparedScript, sayOfPairs } from '../support/compared-change.ts';
import {
  dependenciesOf,
  type InProcessInput,
  type InProcessRun,
  optionsOf,
  runInProcess,
} from '../support/run-in-process.ts';
import { serverCost } from '../support/server-cost.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** In the order of their places. */
const pair = { a: 'codex/I1', b: 'claude/I1' };
const same = sayOfPairs({ same: ['p1'] });
let change: ChallengedChange;
beforeAll(() => {
  change = createChallengedChange();
});
afterAll(() => change.repository.remove());

function run(input: Omit<InProcessInput, 'change' | 'out'> & { out?: string }): Promise<InProcessRun> {
  return runInProcess({ out: temporaryDirectory(), ...input, change });
}

function comparisons({ entries }: { entries: readonly JournalEntry[] }): JournalEntry[] {
  return entries.filter(({ text }) => text.includes('submit_duplicates'));
}

function members({ clusters }: InProcessRun): string[][] {
  return clusters.clusters.map((cluster) => [...cluster.members].sort()).sort();
}

const apart = [['claude/I1'], ['claude/I2'], ['codex/I1']];
const together = [['claude/I1', 'codex/I1'], ['claude/I2']];

function readDuplicates({ runDir }: { runDir: string }): Duplicates {
  return Duplicates.parse(JSON.parse(readFileSync(join(runDir, 'reconcile', 'duplicates.json'), 'utf8')));
}

function expectNothingLost({ report }: InProcessRun, raw: number): void {
  expect(report.ledger.entries).toHaveLength(raw);
  expect(new Set(report.ledger.entries.map(({ key }) => key)).size).toBe(raw);
}

describe('two findings that may be one defect', { timeout: 120_000 }, () => {
  test('become one when the first model says so, and the report says who was asked', async () => {
    const done = await run({ script: comparedScript({ compares: { claude: [same] } }) });
    expect(members(done)).toEqual(together);
    const cluster = done.clusters.clusters.find(({ members: own }) => own.length > 1);
    expect(cluster?.links).toMatchObject([
      { reason: expect.stringMatching(/^same lines, .*called one defect by Claude$/) },
    ]);
    expect(done.report.findings.map(({ reviewers }) => reviewers)).toContainEqual(['claude', 'codex']);
    const merged = done.report.ledger.entries.find(({ fate }) => fate.fate === 'merged');
    const speaker = merged?.key === pair.a ? pair.b : pair.a;
    expect(merged?.reason).toBe(
      `describes the same defect as ${speaker} (Claude was asked about it and ${speaker}, and called them one)`,
    );
    expect(readDuplicates(done)).toMatchObject({
      batches: [
        {
          session: {
            asked: 'claude',
            batch: 1,
            pairs: [pair],
            invented: 0,
            status: 'completed',
            toolCalls: 1,
          },
          answers: [{ ...pair, same: true }],
          inputDigest: expect.any(String),
        },
      ],
      unasked: [],
      abandoned: { costUsd: 0, lostRequests: { count: 0 } },
    });
    expect(done.report.run.notices).toEqual([]);
    expectNothingLost(done, 3);
  });

  test('cost what the server counts, and are booked where they were asked', async () => {
    const done = await run({ script: comparedScript({}) });
    const { stageCosts, costUsd } = done.report.run;
    expect(costUsd).toBeCloseTo(serverCost(done.entries), 9);
    const spent = serverCost(comparisons(done));
    expect(spent).toBeGreaterThan(0);
    expect(stageCosts.find(({ stage }) => stage === 'reconcile')?.costUsd).toBeCloseTo(spent, 9);
    expect(members(done)).toEqual(apart);
  });

  test('are shown without who wrote them, how bad and how sure, and with no tool but the answer', async () => {
    const done = await run({ script: comparedScript({ compares: { claude: [same] } }) });
    const [request, ...more] = comparisons(done);
    expect(more).toEqual([]);
    const tools = request?.body?.tools as { name: string }[];
    expect(tools.map(({ name }) => name)).toEqual(['submit_duplicates']);
    const said = JSON.stringify({ ...request?.body, model: '' }).toLowerCase();
    for (const word of ['claude', 'codex', 'gemini', 'important', 'severity', '0.8731'])
      expect(said).not.toContain(word);
    expect(said).toContain('isrunning hides why inspect failed');
  });

  test('stay apart when the model fails, nobody else is asked, and the report says so', async () => {
    const down = {
      ...same,
      faults: [{ kind: 'status', status: 529, headers: { 'x-should-retry': 'false' } } as const],
      faultsForever: true,
    };
    const done = await run({ script: comparedScript({ compares: { claude: [down] } }) });
    expect(members(done)).toEqual(apart);
    expect(comparisons(done).map(({ model }) => model)).toEqual(['claude-opus-5-5']);
    expect(done.report.run.notices).toEqual([
      expect.stringMatching(
        /^Claude was asked whether 1 pair of findings are one defect and did not end \(failed: .*overloaded.*\): 1 pair stayed apart\.$/,
      ),
    ]);
    expectNothingLost(done, 3);
  });

  test.each([
    ['its key is refused', 401],
    ['its credit is used up', 402],
    ['it is gone', 404],
  ])('are put to the next model when %s', async (_name, status) => {
    const gone = { ...same, faults: [{ kind: 'status', status } as const], faultsForever: true };
    const done = await run({ script: comparedScript({ compares: { claude: [gone], codex: [same] } }) });
    expect(members(done)).toEqual(together);
    expect(readDuplicates(done).batches.map(({ session }) => [session.asked, session.status])).toEqual([
      ['claude', 'failed'],
      ['codex', 'completed'],
    ]);
    expect(done.report.run.notices).toEqual([
      expect.stringMatching(/^Claude was asked whether 1 pair .*: another model answered\.$/),
    ]);
  });

  test('stay apart when the run’s time is over by then, and that is said', async () => {
    let aheadMs = 0;
    const done = await run({
      script: comparedScript({ compares: { claude: [same] } }),
      aheadMs: () => aheadMs,
      onEvent: (event) => {
        if (event.type === 'stage-end' && event.stage === 'review') aheadMs = 3_600_000;
      },
    });
    expect([comparisons(done), members(done)]).toEqual([[], apart]);
    expect(done.report.run.notices).toContain(
      'Claude was asked whether 1 pair of findings are one defect and did not end (timed-out: the run’s time of 45 minutes was over): 1 pair stayed apart.',
    );
    expectNothingLost(done, 3);
  });

  test('are answered only as far as they were asked about: what is invented is dropped and counted', async () => {
    const insists = ['p6', 'p7', 'p8'].map((id) => sayOfPairs({ same: ['p1', id], different: ['p9'] }));
    const done = await run({ script: comparedScript({ compares: { claude: insists } }) });
    expect(comparisons(done)).toHaveLength(3);
    expect(members(done)).toEqual(together);
    expect(done.report.run.notices).toEqual([
      'Claude answered on 2 pairs of findings that nobody had asked about: dropped.',
    ]);
    expectNothingLost(done, 3);
  });

  test('stay apart when their answer is left out, and that is said', async () => {
    const silent = [sayOfPairs({ same: ['p7'] }), sayOfPairs({ different: ['p7'] }), sayOfPairs({})];
    const done = await run({ script: comparedScript({ compares: { claude: silent } }) });
    expect(members(done)).toEqual(apart);
    expect(done.report.run.notices).toEqual([
      'Claude was asked whether 1 pair of findings are one defect and did not end (partial: the model gave no answer on 1 of the pairs): 1 pair stayed apart.',
    ]);
  });
});

describe('what egress rules keep', { timeout: 120_000 }, () => {
  const rule = (entries: string) => {
    const configPath = join(temporaryDirectory(), 'config.yml');
    writeFileSync(configPath, `egress:\n${entries}\n`);
    return { configPath, withoutConfig: false };
  };

  test('goes to a model that may see it, and to no other', async () => {
    const done = await run({
      script: comparedScript({ compares: { claude: [same] } }),
      reviewers: ['gemini', 'claude', 'codex'],
      options: rule('  - {paths: [probe.go], to: [anthropic, openai]}'),
    });
    expect(comparisons(done).map(({ model }) => model)).toEqual(['claude-opus-5-5']);
    expect(members(done)).toEqual(together);
    for (const { text, vendor } of done.entries)
      if (vendor === 'google') expect(text).not.toContain('client.Inspect');
  });

  const elsewhere = ({ arguments: values }: ScriptToolCall, more: string): ScriptToolCall => ({
    name: 'report_finding',
    arguments: {
      ...(values as Record<string, unknown>),
      locations: [{ path: 'old.go', startLine: 3, endLine: 5, side: 'head' }],
      quote: 'func Wait(done chan bool) {\n\t<-done\n}',
      explanation: `${(values as { explanation: string }).explanation} ${more}`,
    },
  });
  /** A change of a file that everybody may see. */
  const commitOnTop = (): ChallengedChange => {
    const { repository } = change;
    const base = repository.commit({ 'notes.go': 'package probe\n' }, 'Notes');
    const head = repository.commit({ 'extra.md': `Written after ${base}.\n` }, 'Extra');
    return { repository, range: `${base}..${head}` };
  };
  const keptLine = 'There it says `running, err := client.Inspect(id)`.';

  test('also when a finding points elsewhere and only repeats a kept line', async () => {
    const done = await runInProcess({
      change: commitOnTop(),
      out: temporaryDirectory(),
      script: comparedScript({
        found: {
          claude: [elsewhere(compared.swallows, keptLine)],
          codex: [elsewhere(compared.hides, 'See old.go.')],
        },
      }),
      options: rule('  - {paths: [probe.go], to: [anthropic]}'),
      reviewers: ['codex', 'claude', 'gemini'],
    });
    expect(readDuplicates(done).batches).toMatchObject([
      {
        session: { asked: 'claude', pairs: [{ a: 'claude/I1', b: 'codex/I1' }] },
        answers: [{ same: false }],
      },
    ]);
    for (const { text, vendor } of done.entries)
      if (vendor !== 'anthropic') expect(text).not.toContain('client.Inspect');
  });

  test('from every model stays apart, and the report says so', async () => {
    const found = {
      claude: [elsewhere(compared.swallows, keptLine)],
      codex: [elsewhere(compared.hides, 'See notes.go.')],
    };
    const done = await runInProcess({
      change: commitOnTop(),
      out: temporaryDirectory(),
      script: comparedScript({ found, compares: { claude: [same], codex: [same], gemini: [same] } }),
      options: rule('  - {paths: [probe.go], to: [anthropic]}\n  - {paths: [notes.go], to: [openai]}'),
    });
    expect(comparisons(done)).toEqual([]);
    expect(readDuplicates(done).unasked).toEqual([{ a: 'claude/I1', b: 'codex/I1', reason: 'egress' }]);
    expect(members(done)).toEqual([['claude/I1'], ['codex/I1']]);
    expect(done.report.run.notices).toContain(
      'Egress rules keep 1 pair of findings from every model of the run: 1 pair stayed apart.',
    );
    expectNothingLost(done, 2);
  });
});

describe('what was paid for', { timeout: 120_000 }, () => {
  test('is never paid again, and is a unit of the run', async () => {
    const out = temporaryDirectory();
    const script = comparedScript({ compares: { claude: [same] } });
    const first = await run({ out, script });
    const again = await run({ out, script, options: { from: 'reconcile' } });
    expect(again.runDir).toBe(first.runDir);
    expect(again.entries).toEqual([]);
    expect([members(again), readDuplicates(again)]).toEqual([together, readDuplicates(first)]);
    expect(again.report.run.stageCosts).toEqual(first.report.run.stageCosts);
    const { units } = RunManifest.parse(JSON.parse(readFileSync(join(first.runDir, 'run.json'), 'utf8')));
    expect(Object.keys(units)).toContain('reconcile/duplicates.json');
  });

  test('counts on in a run that is continued with a reviewer that was lost', async () => {
    const out = temporaryDirectory();
    const down = {
      faults: [{ kind: 'status', status: 529, headers: { 'x-should-retry': 'false' } } as const],
    };
    const script = comparedScript({ compares: { claude: [same] } });
    const lost = script.sessions.map((session) =>
      session.name === 'gemini' ? { ...session, turns: [{ ...down, faultsForever: true }] } : session,
    );
    const first = await run({ out, script: { ...script, sessions: lost } });
    expect([first.outcome.status, members(first)]).toEqual(['degraded', together]);
    const found = { gemini: [compared.waits] };
    const next = await run({ out, script: comparedScript({ found }) });
    expect([next.runDir, next.outcome.status, comparisons(next)]).toEqual([first.runDir, 'complete', []]);
    expect(members(next)).toEqual([
      ['claude/I1', 'codex/I1'],
      ['claude/I2', 'gemini/I1'],
    ]);
    expect(readDuplicates(next).batches).toEqual(readDuplicates(first).batches);
  });

  test('stays where there is no key, such as on a machine that only puts together', async () => {
    const out = temporaryDirectory();
    const first = await run({ out, script: comparedScript({ compares: { claude: [same] } }) });
    await runStage(
      { ...optionsOf({ change, out }), stage: 'reconcile', run: first.runDir, reviewer: null },
      dependenciesOf({ change }, null),
    );
    expect(readDuplicates(first).batches).toMatchObject([{ answers: [{ ...pair, same: true }] }]);
    const clusters = JSON.parse(readFileSync(join(first.runDir, 'reconcile', 'clusters.json'), 'utf8'));
    expect(clusters).toEqual(first.clusters);
  });

  test('is replayed without a key and without a server', async () => {
    const recorded = await run({ script: comparedScript({ compares: { claude: [same] } }) });
    const replayed = await run({ script: null, options: { replay: recorded.runDir } });
    expect(members(replayed)).toEqual(together);
    expect(readDuplicates(replayed).batches[0]).toMatchObject({
      session: { asked: 'claude', status: 'completed' },
      answers: [{ ...pair, same: true }],
    });
    expect(replayed.report.run.notices).toEqual([]);
    expect(replayed.report.run.costUsd).toBeCloseTo(recorded.report.run.costUsd ?? Number.NaN, 9);
  });

  test('never exceeds a fiftieth of the budget by the count of the server, and who it stops says so', async () => {
    const usage = { output: 2_500, reasoning: 2_400 };
    const silent = ['p7', 'p8', 'p9'].map((id) => ({ ...sayOfPairs({ different: [id] }), usage }));
    const cap = 10;
    const done = await run({ script: comparedScript({ compares: { claude: silent } }), maxCost: cap });
    const spent = serverCost(comparisons(done));
    expect(spent).toBeLessThanOrEqual(cap / 50);
    expect(spent).toBeGreaterThan(cap / 200);
    expect(done.report.run.costUsd).toBeCloseTo(serverCost(done.entries), 9);
    expect(members(done)).toEqual(apart);
    expect(done.report.run.notices).toEqual([
      expect.stringMatching(/^Claude was asked whether .*limit of 0\.20 USD.*: 1 pair stayed apart\.$/),
      'Claude answered on 1 pair of findings that nobody had asked about: dropped.',
    ]);
  });
});

test('a run that is cancelled while a model compares says so, and the next call completes it', async () => {
  const out = temporaryDirectory();
  const stalled = { ...same, faults: [{ kind: 'stall', afterFrames: 0 } as const] };
  const stop = new AbortController();
  const cancelled = run({
    out,
    maxCost: 100,
    script: comparedScript({ compares: { claude: [stalled] } }),
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'notice' && event.message.startsWith('Claude is asked whether'))
        setTimeout(() => stop.abort(new CancelledError('cancelled')), 100);
    },
  });
  await expect(cancelled).rejects.toThrow(CancelledError);
  const next = await run({ out, maxCost: 100, script: comparedScript({ compares: { claude: [same] } }) });
  expect(members(next)).toEqual(together);
  expect(next.entries.some(({ session }) => session === 'claude')).toBe(false);
  expect(next.report.run.notices).toEqual([]);
}, 120_000);
