import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultRow } from '../fault-row.ts';
import { createFakeGit } from './fake-git.ts';
import {
  type CliEnd,
  type FixtureInput,
  type RunFixture,
  readManifest,
  readReview,
  until,
  withFixture,
} from './run-fixture.ts';

type Row = Pick<FaultRow, 'fault' | 'name' | 'expected'> & {
  input?: FixtureInput;
  run: (fixture: RunFixture) => Promise<string>;
};

/** F49 to F53: the clock, errors nobody foresaw, programs that break, an old git, a cut history, two runs at once. */
export function processRows(): FaultRow[] {
  return [...clocks(), ...errors(), ...programs(), ...preflight(), ...locks()].map(
    ({ fault, name, expected, input, run }) => ({
      fault,
      name,
      provider: 'run',
      isHeavy: true,
      expected,
      run: () => withFixture(input ?? {}, run),
    }),
  );
}

function clocks(): Row[] {
  return [
    {
      fault: 'F49',
      name: 'the clock jumps by an hour at every look',
      expected: 'exit 0, run complete, every duration between none and two minutes, one wait of its second',
      input: {
        faults: [
          {
            reviewer: 'claude',
            turn: 2,
            faults: [{ kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
          },
        ],
      },
      run: async (fixture) => {
        const end = await fixture.run({ env: { CLOCK_JUMPS: '1' } });
        const run = fixture.runDirectory() ?? '';
        const { status, wallClockMs, stages } = readManifest(run);
        const reviews = ['claude', 'codex', 'gemini'].map((id) => readReview(run, id));
        const durations = [
          wallClockMs,
          ...stages.map((stage) => stage.durationMs ?? -1),
          ...reviews.flatMap((review) => [
            review?.durationMs ?? -1,
            ...(review?.toolCalls ?? []).map((call) => call.durationMs),
          ]),
        ];
        const isSane = durations.every((duration) => duration >= 0 && duration < 120_000);
        const isWaited = (reviews[0]?.durationMs ?? 0) >= 1000;
        return `exit ${end.code}, run ${status}, ${isSane ? 'every duration between none and two minutes' : durations.join(' ')}, ${isWaited ? 'one wait of its second' : 'no wait'}`;
      },
    },
    {
      fault: 'F49',
      name: 'the clock jumps, and a vendor names the end of the wait as a date',
      expected: 'exit 0, run complete',
      input: {
        faults: [
          {
            reviewer: 'codex',
            turn: 1,
            faults: [
              {
                kind: 'status',
                status: 429,
                headers: {
                  date: 'Sat, 21 Nov 2026 12:00:00 GMT',
                  'retry-after': 'Sat, 21 Nov 2026 12:00:01 GMT',
                },
              },
            ],
          },
        ],
      },
      run: async (fixture) => {
        const end = await fixture.run({ env: { CLOCK_JUMPS: '1' } });
        return `exit ${end.code}, run ${readManifest(fixture.runDirectory() ?? '').status}`;
      },
    },
  ];
}

function errors(): Row[] {
  return [
    {
      fault: 'F50',
      name: 'a tool throws',
      expected:
        'exit 4, run degraded, claude failed (internal), codex completed, gemini completed; 3 findings in the report',
      input: { calls: { claude: [{ name: 'read_file', arguments: { path: 'planted.ts' } }] } },
      run: async (fixture) => {
        fixture.repository.commit({ 'planted.ts': 'export const text = "planted to throw";\n' }, 'Plant');
        const end = await fixture.run({
          words: ['--json'],
          range: 'HEAD~2..HEAD',
          env: { THROW_ON: 'planted to throw' },
        });
        const run = fixture.runDirectory() ?? '';
        const states = ['claude', 'codex', 'gemini'].map((id) => {
          const review = readReview(run, id);
          return `${id} ${review?.status}${review?.cause == null ? '' : ` (${review.cause.code})`}`;
        });
        const { ledger, status } = JSON.parse(end.stdout);
        return `exit ${end.code}, run ${status}, ${states.join(', ')}; ${ledger.raw} findings in the report`;
      },
    },
    {
      fault: 'F50',
      name: 'a promise that nobody holds is rejected',
      expected:
        'exit 4, one line: internal error; run failed, findings of claude kept; the same call completes it',
      input: { faults: [{ reviewer: 'gemini', turn: 2, faults: [{ kind: 'stall' }] }] },
      run: async (fixture) => {
        const flag = join(fixture.scratch, 'reject');
        const { ended } = fixture.start({ env: { REJECT_AT: flag } });
        await until('claude is done', () => {
          const run = fixture.runDirectory();
          return run !== null && readReview(run, 'claude') !== null;
        });
        execFileSync('touch', [flag]);
        const end = await ended;
        const run = fixture.runDirectory() ?? '';
        const { status } = readManifest(run);
        const kept = readReview(run, 'claude')?.findings.length === 1 ? 'kept' : 'lost';
        const again = await fixture.run({ words: ['--json'] });
        const whole =
          again.code === 0 && JSON.parse(again.stdout).status === 'complete' ? 'completes it' : 'does not';
        return `exit ${end.code}, ${describeInternal(end)}; run ${status}, findings of claude ${kept}; the same call ${whole}`;
      },
    },
  ];
}

function describeInternal({ stderr }: CliEnd): string {
  const lines = stderr.split('\n').filter((line) => line.startsWith('deep-review: '));
  const isOne =
    lines.length === 1 && lines[0]?.startsWith('deep-review: internal error: TypeError: planted') === true;
  return isOne && !/^\s+at /m.test(stderr) ? 'one line: internal error' : `said ${stderr}`;
}

const blame = { name: 'git_blame', arguments: { path: 'store.ts', startLine: 1, endLine: 3 } };

function programs(): Row[] {
  const inTool = (name: string, script: string, cause: string): Row => ({
    fault: 'F51',
    name: `git ${name} in a tool call`,
    expected: `exit 0, the tool says ${cause}, 3 of 3 completed, no process left, under 1 GB of memory`,
    input: { calls: { claude: [blame] } },
    run: async (fixture) => {
      const git = createFakeGit(fixture.scratch, { subcommand: 'blame', script });
      const end = await fixture.run({
        env: { PATH: git.path },
        words: ['--json'],
        wrapper: measured(fixture),
      });
      const left = await git.survivors();
      const text = readFileSync(
        join(fixture.runDirectory() ?? '', 'review', 'claude.transcript.jsonl'),
        'utf8',
      );
      const said = new RegExp(cause).test(text) ? cause : `another cause than ${cause}`;
      const done = end.code === 0 ? JSON.parse(end.stdout).quorum.completed : end.stderr;
      const processes = left.length === 0 ? 'no process left' : `left: ${left.join(' ')}`;
      return `exit ${end.code}, the tool says ${said}, ${done} of 3 completed, ${processes}, ${describeMemory(fixture)}`;
    },
  });
  const inCollect = (name: string, script: string, cause: string): Row => ({
    fault: 'F51',
    name: `git ${name} while collecting`,
    expected: `exit 4, "${cause}" said, no process left, under 1 GB of memory, nothing written`,
    run: async (fixture) => {
      const git = createFakeGit(fixture.scratch, { subcommand: 'diff', script });
      const end = await fixture.run({ env: { PATH: git.path }, wrapper: measured(fixture) });
      const left = await git.survivors();
      const said = end.stderr.includes(cause) ? `"${cause}"` : end.stderr;
      const processes = left.length === 0 ? 'no process left' : `left: ${left.join(' ')}`;
      const written = fixture.runDirectory() === null ? 'nothing written' : 'a run written';
      return `exit ${end.code}, ${said} said, ${processes}, ${describeMemory(fixture)}, ${written}`;
    },
  });
  const inReader = (name: string, script: string, cause: string): Row => ({
    fault: 'F51',
    name: `git cat-file ${name}`,
    expected: `exit 4, "${cause}" said, no process left, under 1 GB of memory`,
    run: async (fixture) => {
      const git = createFakeGit(fixture.scratch, { subcommand: 'cat-file', script });
      const end = await fixture.run({ env: { PATH: git.path }, wrapper: measured(fixture) });
      const left = await git.survivors();
      const said = end.stderr.includes(cause) ? `"${cause}"` : end.stderr;
      const processes = left.length === 0 ? 'no process left' : `left: ${left.join(' ')}`;
      return `exit ${end.code}, ${said} said, ${processes}, ${describeMemory(fixture)}`;
    },
  });
  const flood = 'head -c 1000000000 /dev/zero; exit 0';
  return [
    inTool('crashes', 'kill -SEGV $$', 'SIGSEGV'),
    inTool('hangs, with a child of its own,', 'sleep 86399; exit 1', 'no answer within'),
    inTool('floods a gigabyte', flood, 'printed over'),
    inCollect('crashes', 'kill -SEGV $$', 'was ended by SIGSEGV'),
    inCollect('floods a gigabyte', flood, 'printed over'),
    inReader('crashes', 'kill -SEGV $$', 'was ended by SIGSEGV'),
    inReader('floods a gigabyte', flood, 'an answer that is none'),
    inReader('ends without a word', 'exit 0', 'before it had answered'),
  ];
}

/** GNU time is not everywhere: the shell reads the largest size of its child from /proc while it runs. */
function measured(fixture: RunFixture): string[] {
  const script = `"$@" & child=$!
trap 'kill $child' INT TERM
while kill -0 $child 2>/dev/null; do grep -s VmHWM /proc/$child/status >> '${fixture.scratch}/memory'; sleep 0.05; done
wait $child`;
  return ['sh', '-c', script, 'sh'];
}

function describeMemory(fixture: RunFixture): string {
  const sizes = [...readFileSync(join(fixture.scratch, 'memory'), 'utf8').matchAll(/(\d+) kB/g)];
  const most = Math.max(...sizes.map(([, size]) => Number(size)));
  return most < 1_000_000 ? 'under 1 GB of memory' : `${Math.round(most / 1000)} MB of memory`;
}

function preflight(): Row[] {
  const refuse = async (
    fixture: RunFixture,
    options: Parameters<RunFixture['run']>[0],
    parts: readonly string[],
  ) => {
    const end = await fixture.run(options);
    const missing = parts.filter((part) => !end.stderr.includes(part));
    const written = fixture.runDirectory() === null ? 'nothing written' : 'a run written';
    return `exit ${end.code}, ${missing.length === 0 ? 'what is there and what is needed said' : `not said: ${missing.join(', ')}: ${end.stderr}`}, ${written}`;
  };
  const refused = 'exit 2, what is there and what is needed said, nothing written';
  const old = 'echo git version 2.20.1; exit 0';
  return [
    {
      fault: 'F52',
      name: 'git is not installed',
      expected: refused,
      run: (fixture) =>
        refuse(fixture, { env: { PATH: join(fixture.scratch, 'nothing') } }, [
          'git could not be started',
          'git 2.31 or newer',
        ]),
    },
    {
      fault: 'F52',
      name: 'git may not be executed',
      expected: refused,
      run: (fixture) => {
        const git = createFakeGit(fixture.scratch, { subcommand: '--version', script: old });
        const [folder = ''] = git.path.split(':');
        execFileSync('chmod', ['-x', join(folder, 'git')]);
        return refuse(fixture, { env: { PATH: folder } }, ['git could not be started', 'git 2.31 or newer']);
      },
    },
    {
      fault: 'F52',
      name: 'git is too old',
      expected: refused,
      run: (fixture) => {
        const git = createFakeGit(fixture.scratch, { subcommand: '--version', script: old });
        return refuse(fixture, { env: { PATH: git.path } }, ['2.20.1', '2.31']);
      },
    },
    {
      fault: 'F53',
      name: 'a shallow clone without the merge base',
      expected: 'exit 2, what is there and what is needed said, nothing written, not deepened',
      run: async (fixture) => {
        const { repository } = fixture;
        repository.git('checkout', '--quiet', '-b', 'topic', 'HEAD^');
        repository.commit({ 'topic.ts': 'export {};\n' }, 'Topic');
        const source = join(fixture.scratch, 'source');
        execFileSync('cp', ['-a', repository.directory, source]);
        rmSync(join(repository.directory, '.git'), { recursive: true });
        const clone = [
          'clone',
          '-q',
          '--depth=1',
          '--no-single-branch',
          '--bare',
          `file://${source}`,
          '.git',
        ];
        execFileSync('git', clone, { cwd: repository.directory });
        execFileSync('git', ['config', 'core.bare', 'false'], { cwd: repository.directory });
        const said = await refuse(fixture, { range: 'main..topic' }, ['shallow', 'git fetch --deepen']);
        const ends = readFileSync(join(repository.directory, '.git', 'shallow'), 'utf8')
          .trim()
          .split('\n').length;
        return `${said}, ${ends === 2 ? 'not deepened' : 'deepened'}`;
      },
    },
  ];
}

function locks(): Row[] {
  return [
    {
      fault: 'F46',
      name: 'a second process on the same run',
      expected:
        'the second: exit 2, names the process that holds it; the first: exit 130; a killed holder: exit 0',
      input: { faults: [{ reviewer: 'gemini', turn: 2, faults: [{ kind: 'stall' }, { kind: 'stall' }] }] },
      run: async (fixture) => {
        const first = fixture.start();
        await until(
          'the first is at work',
          async () => ((await fixture.requests())['gemini-4-argon'] ?? 0) >= 2,
        );
        const second = await fixture.run();
        const names = second.stderr.includes(`is held by process ${first.child.pid} on `);
        first.child.kill('SIGINT');
        const { code } = await first.ended;
        const third = fixture.start();
        await until(
          'the third is at work',
          async () => ((await fixture.requests())['gemini-4-argon'] ?? 0) >= 4,
        );
        third.child.kill('SIGKILL');
        await third.ended;
        const fourth = await fixture.run();
        return [
          `the second: exit ${second.code}, ${names ? 'names the process that holds it' : second.stderr}`,
          `the first: exit ${code}`,
          `a killed holder: exit ${fourth.code}`,
        ].join('; ');
      },
    },
  ];
}
