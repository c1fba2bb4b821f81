import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { FaultRow } from '../fault-row.ts';
import { preflight, programs } from './program-rows.ts';
import { type CliEnd, models, planted, readManifest, readReview, until, withFixture } from './run-fixture.ts';
import type { RunRow } from './run-row.ts';

/** F49 to F53: the clock, errors nobody foresaw, programs that break, an old git, a cut history, two runs at once. */
export function processRows(): FaultRow[] {
  return [...clocks(), ...errors(), ...programs(), ...preflight(), ...locks(), ...limits()].map(
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

function clocks(): RunRow[] {
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

function errors(): RunRow[] {
  return [
    {
      fault: 'F50',
      name: 'a tool throws',
      expected:
        'exit 4, run degraded, claude failed (internal), codex completed, gemini completed; 3 findings in the report',
      input: { calls: { claude: [{ name: 'read_file', arguments: { path: 'planted.ts' } }] } },
      run: async (fixture) => {
        const end = await fixture.run({ words: ['--json'], env: { THROW_ON: planted } });
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

function locks(): RunRow[] {
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

function limits(): RunRow[] {
  return [
    {
      fault: 'F48',
      name: 'a reviewer that its limit stopped, and the same call again',
      expected:
        'some are stopped; under the same limit nobody is asked; under a higher one those that were stopped, in the same run',
      run: async (fixture) => {
        const call = async (usd: string) => {
          const before = await fixture.requests();
          const end = await fixture.run({ words: ['--json', '--max-cost', usd] });
          const after = await fixture.requests();
          const asked = Object.entries(models).filter(([, model]) => after[model] !== before[model]);
          return { asked: asked.map(([id]) => id).join(' '), outcome: JSON.parse(end.stdout) };
        };
        const first = await call(tooLittle);
        const partial = first.outcome.reviewers.filter((one: { status: string }) => one.status === 'partial');
        const stopped = partial.map(({ id }: { id: string }) => id).join(' ');
        const same = await call(tooLittle);
        const higher = await call('15');
        const isOne =
          same.outcome.runDir === first.outcome.runDir && higher.outcome.runDir === first.outcome.runDir;
        const isWhole = higher.outcome.status === 'complete' && higher.outcome.ledger.raw === 3;
        return [
          partial.length > 0 ? 'some are stopped' : 'nobody is stopped',
          `under the same limit ${same.asked === '' ? 'nobody is' : same.asked} asked`,
          `under a higher one ${higher.asked === stopped ? 'those that were stopped' : higher.asked}, ${isOne && isWhole ? 'in the same run' : 'in another run'}`,
        ].join('; ');
      },
    },
  ];
}

/** USD: enough to begin, not for the dearest model to come to its end. */
const tooLittle = '0.5';
