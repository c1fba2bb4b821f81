import type { FaultRule } from '../../servers/github/scenario.ts';
import type { GithubRow } from './github-row.ts';
import { type PostingBench, target, wordReceipt } from './posting-bench.ts';
import { laterRun } from './sample-publication.ts';

const comments = '/issues/7/comments$';
const whole = '1 summary, 0 folded away, 2 beside the code, 1 check';
const nothing = '0 summaries, 0 folded away, 0 beside the code, 0 checks';

/** F54 to F59: answers that fail, are lost, or come of a comment that is gone. */
export function answerRows(): GithubRow[] {
  return [...lookRows(), ...createRows(), ...editRows()];
}

async function postAndLook(bench: PostingBench): Promise<string> {
  const receipt = await bench.post();
  return `${wordReceipt(receipt)}; ${await bench.standing()}`;
}

const every = (rule: Omit<FaultRule, 'times'>): FaultRule => ({ ...rule, times: 0 });

function lookRows(): GithubRow[] {
  const others = Array.from({ length: 150 }, (_, at) => ({ author: 'bea', body: `Comment ${at}` }));
  return [
    {
      fault: 'F54',
      name: '500 and 502 to reads, once each',
      expected: `check created, inline created, summary created; ${whole}`,
      input: {
        faults: [
          { method: 'GET', path: comments, what: { kind: 'status', status: 500 } },
          { method: 'GET', path: '/pulls/7/comments$', what: { kind: 'html', status: 502 } },
          { method: 'GET', path: '/check-runs$', what: { kind: 'reset' } },
        ],
      },
      run: postAndLook,
    },
    {
      fault: 'F54',
      name: '500 to the list of comments, for ever',
      expected: `check failed (unreachable), inline failed (unreachable), summary failed (unreachable); ${nothing}`,
      input: { faults: [every({ method: 'GET', path: comments, what: { kind: 'status', status: 500 } })] },
      run: postAndLook,
    },
    {
      fault: 'F55',
      name: 'page 2 of the comments fails',
      expected: `check failed (unreachable), inline failed (unreachable), summary failed (unreachable); ${nothing}`,
      input: {
        pullRequest: { comments: others },
        faults: [
          every({ method: 'GET', path: comments, query: 'page=2', what: { kind: 'status', status: 502 } }),
        ],
      },
      run: postAndLook,
    },
    {
      fault: 'F56',
      name: 'our comment on page 31',
      isHeavy: true,
      expected:
        'summary created; summary updated; 1 summary, 0 folded away, 0 beside the code, 0 checks; edited once',
      input: {
        pullRequest: {
          comments: Array.from({ length: 3_000 }, (_, at) => ({ author: 'bea', body: `Comment ${at}` })),
        },
      },
      run: async (bench) => {
        const first = await bench.post({ parts: ['summary'] });
        const second = await bench.post({ parts: ['summary'], sample: { run: laterRun } });
        const edits = bench.server.journal.writes().filter(({ method }) => method === 'PATCH').length;
        const standing = await bench.standing();
        return `${wordReceipt(first)}; ${wordReceipt(second)}; ${standing}; edited ${edits === 1 ? 'once' : `${edits} times`}`;
      },
    },
  ];
}

/** The answer to a write is lost: whether it came through has to be looked for before anything is tried again. */
function createRows(): GithubRow[] {
  const lost = (fault: string, name: string, path: string, what: FaultRule['what']): GithubRow => ({
    fault,
    name,
    expected: `check created, inline created, summary created; ${whole}`,
    input: { faults: [{ method: 'POST', path, what }] },
    run: postAndLook,
  });
  return [
    lost('F57', 'a comment is taken, and the answer never comes', comments, { kind: 'stall', after: true }),
    lost('F57', 'a comment is taken, and the connection breaks', comments, { kind: 'reset', after: true }),
    lost('F57', 'a review is taken, and the answer never comes', '/reviews$', { kind: 'stall', after: true }),
    lost('F57', 'a check is taken, and the connection breaks', '/check-runs$', {
      kind: 'reset',
      after: true,
    }),
    lost('F58', '502 to a comment that was taken', comments, { kind: 'html', after: true }),
    lost('F58', '502 to a comment that was not taken', comments, { kind: 'html' }),
    lost('F58', '502 to a review that was taken', '/reviews$', { kind: 'html', after: true }),
    lost('F58', '502 to a check that was not taken', '/check-runs$', { kind: 'html' }),
  ];
}

function editRows(): GithubRow[] {
  return [
    {
      fault: 'F59',
      name: 'a person deletes our comment before we edit it',
      expected: 'summary created; 1 summary, 0 folded away, 0 beside the code, 0 checks',
      run: async (bench) => {
        await bench.post({ parts: ['summary'] });
        const beforeEdit = async () => {
          const [comment] = await bench.server.control.comments(target);
          if (comment !== undefined) await bench.server.control.deleteComment({ ...target, id: comment.id });
        };
        const receipt = await bench.post({ parts: ['summary'], sample: { run: laterRun }, beforeEdit });
        return `${wordReceipt(receipt)}; ${await bench.standing()}`;
      },
    },
    {
      fault: 'F59',
      name: '404 to an edit, and the comment still stands',
      expected: 'summary failed (not-found); 1 summary, 0 folded away, 0 beside the code, 0 checks',
      run: async (bench) => {
        await bench.post({ parts: ['summary'] });
        await bench.server.control.setFaults([
          every({ method: 'PATCH', path: '/issues/comments/', what: { kind: 'status', status: 404 } }),
        ]);
        const receipt = await bench.post({ parts: ['summary'], sample: { run: laterRun } });
        return `${wordReceipt(receipt)}; ${await bench.standing()}`;
      },
    },
  ];
}
