import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultRow } from '../fault-row.ts';
import { createFakeGit, type FakeGit } from './fake-git.ts';
import {
  type CliEnd,
  type FixtureInput,
  models,
  type RunFixture,
  readEvents,
  readManifest,
  readReview,
  until,
  withFixture,
} from './run-fixture.ts';

/** A moment of a run, and how the run is brought there and held. */
interface Phase {
  name: string;
  input?: FixtureInput;
  git?: { subcommand: string; from?: number };
  /** Whether the run is there. */
  reached: (fixture: RunFixture, git: FakeGit | null) => boolean | Promise<boolean>;
  /** Findings that were reported before it by a reviewer that is stopped; null where no run has begun. */
  kept: number | null;
}

const stall = { kind: 'stall' } as const;
const overloaded = { kind: 'status', status: 429, headers: { 'retry-after': '100' } } as const;
const gitCall = { name: 'git_blame', arguments: { path: 'store.ts', startLine: 1, endLine: 3 } };
const finishing = { reviewer: 'gemini', turn: 2 } as const;

const phases: readonly Phase[] = [
  {
    name: 'collecting, before anything is written',
    git: { subcommand: 'diff' },
    reached: (_, git) => git?.wasReached() === true,
    kept: null,
  },
  {
    name: 'collecting',
    git: { subcommand: 'pack-objects' },
    reached: (_, git) => git?.wasReached() === true,
    kept: 0,
  },
  {
    name: 'waiting for a first byte',
    input: { faults: [{ ...finishing, faults: [stall] }] },
    reached: isOneLeft,
    kept: 1,
  },
  {
    name: 'mid-stream',
    input: { faults: [{ ...finishing, faults: [{ kind: 'stall', afterFrames: 2 }] }] },
    reached: isOneLeft,
    kept: 1,
  },
  {
    name: 'in the wait before another try',
    input: { faults: [{ ...finishing, faults: [overloaded] }] },
    reached: (fixture) => areTwoDone(fixture) && hasNotice(fixture, 'trying again'),
    kept: 1,
  },
  {
    name: 'in a tool call',
    input: { calls: { gemini: [gitCall] } },
    git: { subcommand: 'blame', from: 2 },
    reached: (fixture, git) => git?.wasReached() === true && areTwoDone(fixture),
    kept: 0,
  },
  {
    name: 'rendering',
    git: { subcommand: 'pack-objects', from: 2 },
    reached: (_, git) => git?.wasReached() === true,
    kept: null,
  },
];

/** F44 and F45: stopped by a signal at each phase. */
export function stopRows(): FaultRow[] {
  const once = phases.flatMap((phase) =>
    (['SIGINT', 'SIGTERM'] as const).map(
      (signal): FaultRow => ({
        fault: 'F44',
        name: `${signal} while ${phase.name}`,
        provider: 'run',
        isHeavy: true,
        expected: `exit 130 by itself; ${expectedState(phase)}; next call completes with 3 findings of 3 reviewers`,
        run: () => stopOnce(phase, signal),
      }),
    ),
  );
  const [, , waiting] = phases;
  return waiting === undefined
    ? once
    : [
        ...once,
        {
          fault: 'F45',
          name: `a second SIGINT while ${waiting.name}`,
          provider: 'run',
          isHeavy: true,
          expected: 'exit 130 at once; state readable; next call completes with 3 findings of 3 reviewers',
          run: () => stopTwice(waiting),
        },
      ];
}

function expectedState(phase: Phase): string {
  if (phase.name.endsWith('before anything is written')) return 'nothing written';
  const kept = phase.kept === null ? '' : `, ${phase.kept} findings of the stopped reviewer kept`;
  return `run cancelled, journal whole${kept}, nothing said on stdout, no report`;
}

function stopOnce(phase: Phase, signal: 'SIGINT' | 'SIGTERM'): Promise<string> {
  return withFixture(phase.input ?? {}, async (fixture) => {
    const git = holdGit(fixture, phase);
    const { child, ended } = fixture.start(git === null ? {} : { env: { PATH: git.path } });
    await until(`the run is ${phase.name}`, () => phase.reached(fixture, git));
    child.kill(signal);
    const end = await ended;
    const left = (await git?.survivors()) ?? [];
    const state = describeState(fixture, phase, end);
    return [
      `exit ${end.code} ${describeEnd(fixture, end, left)}`,
      state,
      `next call ${await describeNext(fixture)}`,
    ].join('; ');
  });
}

/** A run that its safety net ends leaves its lock behind; one that ends by itself removes it. */
function describeEnd(fixture: RunFixture, end: CliEnd, left: readonly string[]): string {
  if (left.length > 0) return `with processes left: ${left.join(', ')}`;
  if (end.signal !== null) return `by ${end.signal}`;
  const run = fixture.runDirectory();
  return run !== null && existsSync(join(run, 'run.lock')) ? 'by force' : 'by itself';
}

function describeState(fixture: RunFixture, phase: Phase, end: CliEnd): string {
  const run = fixture.runDirectory();
  if (run === null) return existsSync(fixture.out) ? 'an empty folder' : 'nothing written';
  const { status } = readManifest(run);
  const last = readEvents(run).at(-1);
  const journal = last?.type === 'run-end' && last.status === 'cancelled' ? 'whole' : 'without its end';
  const stopped = readReview(run, 'gemini');
  const isCut = stopped?.status === 'cancelled';
  const count = isCut ? stopped.findings.length : phase.kept === 0 && stopped === null ? 0 : 'not cancelled:';
  const kept = phase.kept === null ? '' : `, ${count} findings of the stopped reviewer kept`;
  const said = end.stdout === '' ? 'nothing said' : 'something said';
  const report = existsSync(join(run, 'render', 'report.json')) ? 'a report' : 'no report';
  return `run ${status}, journal ${journal}${kept}, ${said} on stdout, ${report}`;
}

/** The disk hangs as the run wants to write down where it stands: only the second signal can end it in time. */
function stopTwice(phase: Phase): Promise<string> {
  return withFixture(phase.input ?? {}, async (fixture) => {
    const { child, ended } = fixture.start({ env: { HANG_AT: 'gemini.json' } });
    await until(`the run is ${phase.name}`, () => phase.reached(fixture, null));
    child.kill('SIGINT');
    await until('the disk hangs', () => existsSync(join(fixture.scratch, 'hangs')));
    child.kill('SIGINT');
    const end = await ended;
    const run = fixture.runDirectory() ?? '';
    const isReadable = readManifest(run).schemaVersion === 1 && readEvents(run).length > 0;
    return [
      `exit ${end.code} at once`,
      `state ${isReadable ? 'readable' : 'broken'}`,
      `next call ${await describeNext(fixture)}`,
    ].join('; ');
  });
}

function holdGit(fixture: RunFixture, { git }: Phase): FakeGit | null {
  if (git === undefined) return null;
  return createFakeGit(fixture.scratch, { ...git, script: 'sleep 86399; exit 1' });
}

async function describeNext(fixture: RunFixture): Promise<string> {
  const before = fixture.runDirectory();
  const end = await fixture.run({ words: ['--json'] });
  if (end.code !== 0) return `ended with ${end.code}: ${end.stderr}`;
  const outcome = JSON.parse(end.stdout);
  if (before !== null && outcome.runDir !== before) return 'began anew';
  const done = outcome.reviewers.filter((one: { status: string }) => one.status === 'completed').length;
  const isWhole = outcome.status === 'complete' && outcome.ledger.raw === outcome.ledger.accounted;
  return `${isWhole ? 'completes' : outcome.status} with ${outcome.ledger.raw} findings of ${done} reviewers`;
}

/** Two reviewers came to their end, and the third is in its second turn. */
async function isOneLeft(fixture: RunFixture): Promise<boolean> {
  return areTwoDone(fixture) && ((await fixture.requests())[models.gemini] ?? 0) >= 2;
}

function areTwoDone(fixture: RunFixture): boolean {
  const run = fixture.runDirectory();
  return run !== null && ['claude', 'codex'].every((id) => readReview(run, id) !== null);
}

function hasNotice(fixture: RunFixture, part: string): boolean {
  const run = fixture.runDirectory();
  return run !== null && readFileSync(join(run, 'events.jsonl'), 'utf8').includes(part);
}
