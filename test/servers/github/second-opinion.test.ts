import { createEmulator } from 'emulate';
import { App, Octokit } from 'octokit';
import { expect, onTestFinished, test } from 'vitest';
import { createGitFixture } from '../../support/git-fixture.ts';
import { isJson } from '../model/json.ts';
import { startGithubServer } from './github-server.ts';

const repo = { owner: 'acme', repo: 'shop' };
const permissions = { contents: 'write', pull_requests: 'write', issues: 'write', checks: 'write' } as const;
const settings = { throttle: { enabled: false }, retry: { enabled: false } };

test('an independent GitHub answers the same calls of an app with the same fields and kinds of values', async () => {
  const ours = await fromOurs();
  const theirs = await fromEmulate();
  expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  const differences = Object.entries(theirs).flatMap(([call, answer]) => compare(answer, ours[call], call));
  expect(differences).toEqual([]);
});

/** The calls that both know. */
async function askAll(octokit: Octokit, pull: number, head: string): Promise<Record<string, unknown>> {
  const place = { ...repo, issue_number: pull };
  const made = await octokit.rest.issues.createComment({ ...place, body: 'One' });
  const second = await octokit.rest.issues.createComment({ ...place, body: 'Two' });
  const edited = await octokit.rest.issues.updateComment({
    ...repo,
    comment_id: made.data.id,
    body: 'Better',
  });
  const listed = await octokit.rest.issues.listComments({ ...place, per_page: 1 });
  const all = await octokit.paginate(octokit.rest.issues.listComments, { ...place, per_page: 1 });
  const annotation = {
    path: 'x.txt',
    start_line: 1,
    end_line: 1,
    annotation_level: 'notice' as const,
    message: 'm',
  };
  const output = { title: 'Two', summary: 'Findings', annotations: [annotation] };
  const check = await octokit.rest.checks.create({
    ...repo,
    name: 'review',
    head_sha: head,
    status: 'in_progress',
    output,
  });
  const checked = await octokit.rest.checks.update({
    ...repo,
    check_run_id: check.data.id,
    status: 'completed',
    conclusion: 'neutral',
    output,
  });
  const checks = await octokit.rest.checks.listForRef({ ...repo, ref: head });
  const facts = await octokit.rest.pulls.get({ ...repo, pull_number: pull });
  const missing = await octokit.rest.issues
    .getComment({ ...repo, comment_id: 999_999 })
    .catch((error: unknown) => error);
  const { status, response } = missing as { status: number; response: { data: { message: string } } };
  return {
    made: made.data,
    statuses: [made.status, edited.status, check.status, checked.status, checks.status],
    bodies: [edited.data.body, ...all.map((one) => one.body)],
    links: [...(listed.headers.link ?? '').matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel).sort(),
    missing: [status, response.data.message],
    second: second.data.user?.login,
    check: { ...check.data, check_suite: null },
    // Not of the update: GitHub adds annotations to those before, the other server replaces them.
    annotations: check.data.output.annotations_count,
    conclusions: checks.data.check_runs.map((one) => [one.status, one.conclusion]),
    head: { ref: facts.data.head.ref, sha: facts.data.head.sha === head, label: facts.data.head.label },
    pull: { ...facts.data, head: null, base: null },
  };
}

async function fromOurs() {
  const fixture = createGitFixture();
  onTestFinished(fixture.remove);
  fixture.commit({ 'README.md': 'Shop\n' });
  fixture.git('checkout', '-q', '-b', 'feature');
  const head = fixture.commit({ 'x.txt': 'x\n' });
  const server = await startGithubServer({
    scenario: {
      tokens: { deep: { kind: 'app', slug: 'deep', appId: 77, repositories: ['acme/shop'], permissions } },
      repositories: [
        {
          name: 'acme/shop',
          git: fixture.directory,
          pullRequests: [{ number: 1, title: 'X', head: 'feature' }],
        },
      ],
    },
  });
  onTestFinished(() => server.close());
  return askAll(new Octokit({ auth: 'deep', baseUrl: server.url, ...settings }), 1, head);
}

async function fromEmulate() {
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      github: {
        users: [{ login: 'acme' }],
        repos: [{ ...repo, name: 'shop', auto_init: true }],
        apps: [
          {
            app_id: 77,
            slug: 'deep',
            name: 'Deep',
            permissions,
            installations: [{ installation_id: 1, account: 'acme' }],
          },
        ],
      },
    },
  });
  onTestFinished(() => emulator.close());
  const app = new App({
    appId: 77,
    privateKey: emulator.generatedSecrets[0]?.value ?? '',
    Octokit: Octokit.defaults({ baseUrl: emulator.url, ...settings }),
  });
  const octokit = (await app.getInstallationOctokit(1)) as Octokit;
  const main = await octokit.rest.git.getRef({ ...repo, ref: 'heads/main' });
  await octokit.rest.git.createRef({ ...repo, ref: 'refs/heads/feature', sha: main.data.object.sha });
  const file = { path: 'x.txt', message: 'x', content: 'eA==', branch: 'feature' };
  await octokit.rest.repos.createOrUpdateFileContents({ ...repo, ...file });
  const pull = await octokit.rest.pulls.create({ ...repo, head: 'feature', base: 'main', title: 'X' });
  return askAll(octokit, pull.data.number, pull.data.head.sha);
}

/** What one knows and the other does not, or not as the same kind of value; null goes with everything. */
function compare(theirs: unknown, ours: unknown, where: string): string[] {
  if (theirs === null || ours === null) return [];
  if (isJson(theirs))
    return Object.entries(theirs).flatMap(([name, value]) =>
      isJson(ours) && name in ours
        ? compare(value, ours[name], `${where}.${name}`)
        : [`${where}.${name} is missing`],
    );
  if (
    Array.isArray(theirs) ||
    /^(bodies|statuses|missing|links|annotations|conclusions|second|head)/.test(where)
  )
    return JSON.stringify(theirs) === JSON.stringify(ours)
      ? []
      : [`${where}: ${JSON.stringify(theirs)}, not ${JSON.stringify(ours)}`];
  return typeof theirs === typeof ours ? [] : [`${where} is a ${typeof ours}, not a ${typeof theirs}`];
}
