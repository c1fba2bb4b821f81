import type { FaultRule } from '../../servers/github/scenario.ts';
import type { GithubRow } from './github-row.ts';
import { type PostingBench, target, wordReceipt } from './posting-bench.ts';
import { findingAt, laterRun } from './sample-publication.ts';

const whole = '1 summary, 0 folded away, 2 beside the code, 1 check';
const nothing = '0 summaries, 0 folded away, 0 beside the code, 0 checks';

/** F60, F62, F67 to F70, F72: what GitHub refuses, and what it refuses for now. */
export function limitRows(): GithubRow[] {
  return [...refusalRows(), ...placeRows(), ...stateRows(), ...amountRows(), ...interruptedRows()];
}

async function postAndLook(bench: PostingBench): Promise<string> {
  const receipt = await bench.post();
  return `${wordReceipt(receipt)}; ${await bench.standing()}`;
}

function refusalRows(): GithubRow[] {
  const readFault = (what: FaultRule['what']) => ({
    faults: [{ method: 'GET', path: '/issues/7/comments$', what }],
  });
  return [
    {
      fault: 'F60',
      name: '403, too much at once: waits as it is told',
      expected: `check created, inline created, summary created; ${whole}; waited 60 s at least`,
      input: readFault({ kind: 'secondary-limit', retryAfter: 60 }),
      run: async (bench) => {
        const said = await postAndLook(bench);
        return `${said}; ${bench.waitedMs() >= 60_000 ? 'waited 60 s at least' : `waited ${bench.waitedMs()} ms`}`;
      },
    },
    {
      fault: 'F60',
      name: '403, the budget of the hour is spent: too long to wait',
      expected: `check failed (rate-limit), inline failed (rate-limit), summary failed (rate-limit); ${nothing}`,
      input: readFault({ kind: 'primary-limit', resetInSeconds: 3_000 }),
      run: postAndLook,
    },
    {
      fault: 'F60',
      name: '403, the token may only read: the permission is named',
      expected: `check skipped (missing-permission), inline skipped (missing-permission), summary skipped (missing-permission); ${nothing}; named`,
      run: async (bench) => {
        const receipt = await bench.post({ token: 'readonly' });
        const named = receipt.parts.every(({ cause }) =>
          /(checks|pull_requests)=write/.test(cause?.message ?? ''),
        );
        return `${wordReceipt(receipt)}; ${await bench.standing()}; ${named ? 'named' : JSON.stringify(receipt.parts)}`;
      },
    },
    {
      fault: 'F60',
      name: '403 to a write, too much at once',
      expected: `check created, inline created, summary created; ${whole}`,
      input: {
        faults: [
          {
            method: 'POST',
            path: '/issues/7/comments$',
            what: { kind: 'secondary-limit', retryAfter: 30 },
          },
        ],
      },
      run: postAndLook,
    },
  ];
}

function placeRows(): GithubRow[] {
  const split = (name: string, lines: number[], placed: number[]): GithubRow => ({
    fault: 'F62',
    name,
    expected: `inline created: ${placed.length} placed, the others are named in the summary; 1 summary, 0 folded away, ${placed.length} beside the code, 0 checks`,
    run: async (bench) => {
      const receipt = await bench.post({ parts: ['inline', 'summary'], sample: { lines } });
      const [inline] = receipt.parts;
      const others = lines.filter((line) => !placed.includes(line)).map(findingAt);
      const [summary] = await bench.server.control.comments(target);
      const named = new RegExp(`not beside the code: ${others.join(' ')}$`, 'm').test(summary?.body ?? '');
      const conserved =
        [...(inline?.posted ?? []), ...(inline?.unplaced ?? [])].sort().join() ===
        lines.map(findingAt).sort().join();
      const said =
        named && conserved
          ? 'the others are named in the summary'
          : `${summary?.body} ${JSON.stringify(inline)}`;
      return `inline ${inline?.outcome}: ${inline?.posted.length} placed, ${said}; ${await bench.standing()}`;
    },
  });
  return [
    split(
      '422: one line of ten is not in the diff',
      [1, 2, 3, 4, 900, 6, 7, 8, 9, 10],
      [1, 2, 3, 4, 6, 7, 8, 9, 10],
    ),
    split('422: all but one line are not in the diff', [900, 901, 902, 4, 903], [4]),
  ];
}

function stateRows(): GithubRow[] {
  const state = (name: string, pullRequest: object, expected: string): GithubRow => ({
    fault: 'F67',
    name,
    expected,
    run: async (bench) => {
      await bench.server.control.setPullRequest({ ...target, ...pullRequest });
      const receipt = await bench.post();
      const written = bench.server.journal.writes().map(({ operation }) => operation);
      return `${wordReceipt(receipt)}; wrote ${written.join(', ') || 'nothing'}`;
    },
  });
  return [
    state(
      'closed since',
      { state: 'closed' },
      'check skipped (closed), inline skipped (closed), summary skipped (closed); wrote nothing',
    ),
    state(
      'merged since',
      { state: 'merged' },
      'check skipped (merged), inline skipped (merged), summary skipped (merged); wrote nothing',
    ),
    state(
      'locked since',
      { locked: true },
      'check created, inline skipped (locked), summary skipped (locked); wrote checks/create',
    ),
    state(
      'deleted since, or no longer visible',
      { deleted: true },
      'check failed (not-found), inline failed (not-found), summary failed (not-found); wrote nothing',
    ),
    {
      fault: 'F67',
      name: '410: gone',
      expected: 'check skipped (gone), inline skipped (gone), summary skipped (gone); wrote nothing',
      input: { faults: [{ path: '/(pulls|issues)/7', times: 0, what: { kind: 'status', status: 410 } }] },
      run: async (bench) => {
        const receipt = await bench.post();
        const written = bench.server.journal.writes().map(({ operation }) => operation);
        return `${wordReceipt(receipt)}; wrote ${written.join(', ') || 'nothing'}`;
      },
    },
    {
      fault: 'F67',
      name: 'the branch is deleted, with its fork',
      expected: `check created, inline created, summary created; ${whole}`,
      input: { pullRequest: { headRepository: null } },
      run: postAndLook,
    },
    {
      fault: 'F67',
      name: 'pushed to since',
      expected:
        'check created, inline skipped (head-moved), summary created; the summary names the newer head',
      run: async (bench) => {
        const head = bench.repository.commit({ 'store.ts': 'export {};\n' }, 'Keep nothing');
        await bench.server.control.moveHead({ ...target, head });
        const receipt = await bench.post();
        const [summary] = await bench.server.control.comments(target);
        const named = summary?.body.includes(`newer head: ${head}`) === true;
        return `${wordReceipt(receipt)}; ${named ? 'the summary names the newer head' : summary?.body}`;
      },
    },
  ];
}

function amountRows(): GithubRow[] {
  return [
    {
      fault: 'F68',
      name: 'one posting stays within 60 requests',
      expected: `check created, inline created, summary created; 1 summary, 0 folded away, 10 beside the code, 1 check; within 60`,
      run: async (bench) => {
        const lines = Array.from({ length: 10 }, (_, at) => at + 1);
        const receipt = await bench.post({ sample: { lines, annotations: 120 } });
        const { length } = bench.server.journal.entries;
        return `${wordReceipt(receipt)}; ${await bench.standing()}; ${length <= 60 ? 'within 60' : `${length} requests`}`;
      },
    },
    {
      fault: 'F69',
      name: '51 annotations',
      expected: 'check created; 1 check of 51 annotations, in 2 requests',
      run: async (bench) => {
        const receipt = await bench.post({ parts: ['check'], sample: { annotations: 51 } });
        const [run, ...more] = await bench
          .publisher()
          .listCheckRuns(bench.head, 'deep-review', new AbortController().signal);
        const writes = bench.server.journal.writes().length;
        return `${wordReceipt(receipt)}; ${more.length + 1} check of ${run?.annotations} annotations, in ${writes} requests`;
      },
    },
  ];
}

function interruptedRows(): GithubRow[] {
  return [
    {
      fault: 'F70',
      name: '401 after the first write; the same call again with a new token',
      expected: `check created, inline failed (unauthorized), summary failed (unauthorized); then check unchanged, inline created, summary created; ${whole}; each written once`,
      input: {
        faults: [{ method: 'POST', path: '/reviews$', times: 0, what: { kind: 'status', status: 401 } }],
      },
      run: async (bench) => {
        const first = await bench.post();
        await bench.server.control.setFaults([]);
        const second = await bench.post({ earlier: first });
        const written = bench.server.journal.writes().map(({ operation }) => operation);
        const once = new Set(written).size === written.length && written.length === 3;
        return `${wordReceipt(first)}; then ${wordReceipt(second)}; ${await bench.standing()}; ${once ? 'each written once' : written.join(', ')}`;
      },
    },
    {
      fault: 'F72',
      name: 'two runs post at once',
      expected: 'one summary of the later run; 2 beside the code',
      run: async (bench) => {
        const runs = [bench.post(), bench.post({ sample: { run: laterRun } })];
        await Promise.all(runs);
        await bench.post({ sample: { run: laterRun } });
        const comments = await bench.server.control.comments(target);
        const standing = comments.filter(({ minimized }) => minimized === null);
        const isLater = standing[0]?.body.includes(laterRun.id) === true;
        const beside = /\d+ beside the code/.exec(await bench.standing())?.[0];
        return `${standing.length === 1 ? 'one summary' : `${standing.length} summaries`} of the ${isLater ? 'later' : 'earlier'} run; ${beside}`;
      },
    },
  ];
}
