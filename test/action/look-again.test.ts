import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actionInputs } from '../../src/action/metadata.ts';
import { readInputs } from '../../src/action/read-inputs.ts';
import { runAction } from '../../src/action/run-action.ts';
import { RunLog } from '../../src/action/run-log.ts';
import { readEnvironment } from '../../src/config.ts';
import { answerMarker, outcomeMarker, summaryMarker } from '../../src/domain/hidden-block.ts';
import { Report } from '../../src/domain/report.ts';
import { serverVariables } from '../demo/recorded-sessions.ts';
import { type GithubServer, startGithubServer } from '../servers/github/github-server.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import type { ModelScript, ScriptTurn } from '../servers/model/script.ts';
import {
  type ChallengedChange,
  challengedScript,
  claims,
  counterQuote,
  createChallengedChange,
  submit,
  wipePath,
} from '../support/challenged-change.ts';
import { makeZip } from '../support/make-zip.ts';
import { finishReview } from '../support/reviewed-change.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { listFiles } from './built-action.ts';
import { commentEvent, pullRequestEvent } from './webhook-payloads.ts';

const name = 'octo/workspaces';
const target = { repository: name, number: 7 };
const cannotTell = { verdict: 'cannot-tell' } as const;
const refuted = { verdict: 'refute', quotes: [counterQuote] } as const;
const finish: ScriptTurn = {
  toolCalls: (finishReview.toolCalls ?? []).map((call) => ({
    ...call,
    arguments: { summary: 'Read.', coverage: [{ path: 'probe.go', status: 'reviewed', note: '' }] },
  })),
};
let change: ChallengedChange;
let github: GithubServer;
let head = '';

beforeAll(async () => {
  change = createChallengedChange();
  const { repository, range } = change;
  const [base = '', topic = ''] = range.split('..');
  head = topic;
  repository.git('checkout', '--quiet', '-b', 'topic');
  repository.git('branch', '--force', 'main', base);
  const token = (permissions: Record<string, 'read' | 'write'>) =>
    ({ kind: 'actions', repository: name, permissions }) as const;
  const read = {
    actions: 'read',
    contents: 'read',
    issues: 'read',
    checks: 'read',
    statuses: 'read',
  } as const;
  github = await startGithubServer({
    scenario: {
      tokens: {
        reads: token({ ...read, pull_requests: 'read' }),
        writes: token({ ...read, pull_requests: 'write' }),
      },
      repositories: [
        {
          ...{ name, git: repository.directory, collaborators: { ada: 'write', eve: 'read' } },
          pullRequests: [{ number: 7, title: 'Drop what is old', author: 'octocat', head: 'topic' }],
        },
      ],
    },
  });
});
afterAll(async () => {
  await github.close();
  change.repository.remove();
});

/** A script in which Gemini reviews by these turns, and nobody else is there to review where `alone`. */
function script(
  gemini: readonly ScriptTurn[],
  examiners: Parameters<typeof challengedScript>[0],
  alone = true,
): ModelScript {
  const { keys = [], sessions } = challengedScript(examiners);
  return {
    keys,
    sessions: sessions
      .filter((one) => !alone || (one.name !== 'claude' && one.name !== 'codex'))
      .map((session) => (session.name === 'gemini' ? { ...session, turns: gemini } : session)),
  };
}

interface StepInput {
  inputs: Record<string, string>;
  event: 'pull_request' | 'issue_comment';
  payload: Record<string, unknown>;
  /** null: the job has no key, and nobody is there to ask. */
  models: ModelScript | null;
}

/** One step on a machine of its own; whom it asked, by session. */
async function step({ inputs: given, event, payload, models }: StepInput) {
  const temporary = temporaryDirectory();
  const path = join(temporary, 'event.json');
  writeFileSync(path, JSON.stringify(payload));
  const server = models === null ? null : await startModelServer({ script: models });
  try {
    const defaults: Record<string, string> = Object.fromEntries(
      actionInputs.map((one) => [one.name, one.default]),
    );
    const inputs = readInputs((input) => given[input] ?? defaults[input] ?? '');
    const environment = readEnvironment(
      {
        ...{ GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: path },
        ...{ GITHUB_REPOSITORY: name, GITHUB_SERVER_URL: github.url, GITHUB_API_URL: `${github.url}/api/v3` },
        ...{ HOME: temporary, RUNNER_TEMP: temporary, GITHUB_WORKSPACE: temporary },
        ...(server === null ? {} : serverVariables(server.url)),
      },
      inputs.secrets,
    );
    const outputs: Record<string, string> = {};
    const nobody = () => {};
    const log = new RunLog({
      toolkit: { error: nobody, notice: nobody, warning: nobody, setSecret: nobody },
      output: { write: nobody },
      ...{ detail: 'normal', token: 'token' },
    });
    const { exitCode, conclusion } = await runAction({
      ...{ inputs, log, environment, signal: new AbortController().signal },
      setOutput: (output, value) => {
        outputs[output] = value;
      },
      clock: { now: () => performance.now(), date: () => new Date() },
    });
    const sessions = (server?.journal.entries ?? []).flatMap(({ session }) => session ?? []);
    const asked = [...new Set(sessions)].filter((session) => session !== 'plain-writer').sort();
    return { ended: `${exitCode} ${conclusion}`, outputs, asked };
  } finally {
    await server?.close();
  }
}

/** What a job uploads as the recipes do. */
async function upload(folder: string): Promise<void> {
  const { id: run } = await github.control.addWorkflowRun({ repository: name, event: 'issue_comment' });
  const files = listFiles(folder).map((file) => ({ name: file, content: readFileSync(join(folder, file)) }));
  const content = makeZip(files).toString('base64');
  await github.control.addArtifact({ repository: name, run, content, name: 'deep-review-7' });
}

interface Comment {
  id: number;
  author: string;
  body: string;
}

interface Served {
  asked: string | undefined;
  answer?: string;
  review?: string;
  models?: string[];
  publish?: string;
  report?: Report;
}

/** One job that has the keys and may write. */
async function jobOf({ id, author, body }: Comment, models: ModelScript): Promise<Served> {
  const payload = commentEvent({ body, comment: id, login: author });
  const job = await step({
    ...{ event: 'issue_comment', payload, models },
    inputs: { post: 'summary,inline', 'github-token': 'writes' },
  });
  const run = job.outputs['run-directory'] ?? '';
  await upload(run);
  const report = Report.parse(JSON.parse(readFileSync(join(run, 'render', 'report.json'), 'utf8')));
  return { asked: job.outputs['review-asked'], review: job.ended, models: job.asked, report };
}

/** The three jobs of the recipe for comments, each on a machine of its own. */
async function jobsOf({ id, author, body }: Comment, models: ModelScript): Promise<Served> {
  const event = 'issue_comment' as const;
  const payload = commentEvent({ body, comment: id, login: author });
  const answer = await step({
    ...{ event, payload, models: null },
    inputs: { mode: 'answer', 'github-token': 'writes' },
  });
  const told = { asked: answer.outputs['review-asked'], answer: answer.ended };
  if (told.asked === '') return told;
  const review = await step({
    ...{ event, payload, models, inputs: { post: 'none', 'github-token': 'reads' } },
  });
  const run = review.outputs['run-directory'];
  if (run === undefined) return { ...told, review: review.ended, models: review.asked };
  await upload(run);
  const publish = await step({
    ...{ event, payload, models: null },
    inputs: { mode: 'publish', 'run-directory': run, post: 'summary,inline', 'github-token': 'writes' },
  });
  const report = Report.parse(JSON.parse(readFileSync(join(run, 'render', 'report.json'), 'utf8')));
  return { ...told, review: review.ended, models: review.asked, publish: publish.ended, report };
}

const say = async (author: string, command: string) => {
  const body = `/deep-review ${command}`;
  return { ...(await github.control.addComment({ ...target, author, body })), author, body };
};
/** Our replies to a comment, without markers and addresses. */
const repliesTo = async (id: number) =>
  (await github.control.comments(target))
    .filter(({ body }) => [answerMarker(id), outcomeMarker(id)].some((marker) => body.startsWith(marker)))
    .map(({ body }) =>
      body
        .split('\n')
        .slice(1)
        .join('\n')
        .trim()
        .replace(/\(http[^)]*\)/g, '(URL)'),
    );
const summaries = async () =>
  (await github.control.comments(target)).filter(({ body }) => body.startsWith(summaryMarker));

test('comments have a reviewer asked again and a finding checked again, each once, with a reply of what came of it', async () => {
  const first = await step({
    ...{ event: 'pull_request', payload: pullRequestEvent({ action: 'opened', head }) },
    inputs: { 'github-token': 'writes', post: 'summary,inline' },
    models: script(
      [{ toolCalls: [claims.invented] }],
      {
        // guarded, wipes
        claude: [submit([refuted, { verdict: 'confirm', severity: 'critical', quotes: [wipePath] }])],
        codex: [submit([cannotTell, cannotTell, cannotTell])],
      },
      false,
    ),
  });
  expect(first.ended).toBe('0 success');
  await upload(first.outputs['run-directory'] ?? '');
  const [standing] = await summaries();
  expect(standing?.body).toContain('2 of 3');

  const rerun = await say('ada', 'rerun gemini');
  const again = script([{ toolCalls: [claims.hides] }, finish, finish], {
    // guarded, wipes, races, waits
    gemini: [submit([cannotTell, cannotTell, cannotTell, cannotTell])],
  });
  const served = await jobsOf(rerun, again);
  expect({ ...served, report: served.report?.run.quorum }).toEqual({
    ...{ asked: 'rerun', answer: '0 success', review: '0 success', publish: '0 success' },
    models: ['gemini', 'gemini-examines'],
    report: { asked: 3, required: 2, completed: 3 },
  });
  expect(served.report?.run.notices[0]).toMatch(
    /^Gemini was asked again on .* UTC, for ada \(http.*#issuecomment-\d+\): the try before ended early \(failed: /,
  );
  expect(await repliesTo(rerun.id)).toEqual([
    "Gemini is asked again; the others' reviews are kept. What comes of it will be said here.",
    'Gemini was asked again: it came to its end with 1 finding. This try counts now; 3 of 3 reviewers came to their end. [The report](URL).',
  ]);
  const [edited, ...others] = await summaries();
  expect([edited?.id, edited?.body.includes('2 of 3'), others]).toEqual([standing?.id, false, []]);

  const wipes = served.report?.findings.find(({ members }) => members.includes('codex/C2'));
  const verify = await say('ada', `verify ${wipes?.label}·${wipes?.shortId}`);
  const turned = await jobOf(
    verify,
    script([], { claude: [submit([refuted])], gemini: [submit([refuted])] }),
  );
  expect({ ...turned, report: turned.report?.counts.critical }).toEqual({
    ...{ asked: 'verify', review: '0 success' },
    models: ['claude-examines', 'gemini-examines'],
    report: (served.report?.counts.critical ?? 0) - 1,
  });
  expect((await repliesTo(verify.id)).at(1)).toBe(
    `C1·${wipes?.shortId} was checked again: refuted: Claude and Gemini refuted it. [The report](URL).`,
  );

  // Its comment in the diff is answered and folded away; those of others stand.
  const inDiff = (await github.control.reviews(target)).flatMap(({ comments }) => comments);
  expect(inDiff.filter(({ minimized }) => minimized !== null).map(({ body }) => body.split('\n')[0])).toEqual(
    [`<!-- deep-review:finding ${wipes?.shortId} -->`],
  );
  expect(inDiff.flatMap(({ body }) => (body.includes(':fixed ') ? [body] : []))).toEqual([
    `<!-- deep-review:fixed ${wipes?.shortId} -->\nRefuted when it was checked again: Claude and Gemini refuted it.`,
  ]);

  // The job of a comment that was served is run again: nobody is asked, and nothing more is written, though what was
  // refuted is in no report any more.
  const posted = (await github.control.writes()).length;
  const turnedOnce = await jobOf(verify, again);
  expect({ ...turnedOnce, report: turnedOnce.report?.findings }).toEqual({
    ...{ asked: 'verify', review: '0 success' },
    models: [],
    report: turned.report?.findings,
  });
  expect((await github.control.writes()).length).toBe(posted);

  // GitHub says that she may not write.
  const stranger = await say('eve', 'rerun codex');
  expect(await jobsOf(stranger, again)).toEqual({ asked: '', answer: '0 skipped' });
  expect(await repliesTo(stranger.id)).toEqual([]);
  expect(await github.control.forbidden()).toEqual([]);
}, 240_000);
