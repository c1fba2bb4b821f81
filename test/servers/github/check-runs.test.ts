import { afterAll, expect, test } from 'vitest';
import { createGitFixture } from '../../support/git-fixture.ts';
import { startGithubServer } from './github-server.ts';
import { octokitFor, refusal } from './octokit-client.ts';

const fixture = createGitFixture();
fixture.commit({ 'a.txt': 'one\n' });
fixture.git('checkout', '-q', '-b', 'feature');
const head = fixture.commit({ 'a.txt': 'two\n' });

const server = await startGithubServer({
  scenario: {
    tokens: {
      ada: { kind: 'classic', user: 'ada', scopes: ['repo'] },
      eve: { kind: 'classic', user: 'eve', scopes: ['repo'] },
      workflow: {
        kind: 'actions',
        repository: 'acme/shop',
        permissions: { pull_requests: 'write', checks: 'write', statuses: 'read', contents: 'read' },
      },
    },
    repositories: [
      {
        name: 'acme/shop',
        private: true,
        git: fixture.directory,
        collaborators: { ada: 'write', bea: 'read' },
        pullRequests: [{ number: 1, title: 'Two', head: 'feature' }],
        issues: [{ number: 9, title: 'Say two' }],
        statuses: [{ commit: head, context: 'build', state: 'success' }],
      },
    ],
  },
});
afterAll(async () => {
  await server.close();
  fixture.remove();
});

const repo = { owner: 'acme', repo: 'shop' };
const target = { repository: 'acme/shop', number: 1 };
const ada = octokitFor(server.url, 'ada');
const workflow = octokitFor(server.url, 'workflow');

test('check runs: only by apps, 50 annotations at a time, added to those before', async () => {
  const annotation = {
    path: 'a.txt',
    start_line: 5,
    end_line: 5,
    annotation_level: 'warning' as const,
    message: 'Why?',
  };
  const output = (count: number, summary = 'Two') => ({
    title: 'Findings',
    summary,
    annotations: Array(count).fill(annotation),
  });
  const create = (more: object, octokit = workflow) =>
    octokit.rest.checks.create({ ...repo, name: 'review', head_sha: head, ...more });
  expect(await refusal(create({}, ada))).toEqual([403, 'You must authenticate via a GitHub App.']);
  expect(await refusal(create({ output: output(51) }))).toEqual([
    422,
    'Invalid request.\n\nNo more than 50 items are allowed; 51 were supplied.',
  ]);
  for (const more of [
    { head_sha: '1'.repeat(40) },
    { status: 'completed' },
    { output: output(1, 'x'.repeat(65_536)) },
    { details_url: 'ftp://x' },
  ])
    expect((await refusal(create(more)))[0]).toBe(422);
  const made = await create({ output: output(50), external_id: 'run-1', status: 'in_progress' });
  const id = { ...repo, check_run_id: made.data.id };
  await workflow.rest.checks.update({ ...id, conclusion: 'neutral', output: output(7) });
  const { data } = await workflow.rest.checks.listForRef({ ...repo, ref: head, check_name: 'review' });
  expect(
    data.check_runs.map((one) => [
      one.status,
      one.conclusion,
      one.external_id,
      one.app?.id,
      one.output.annotations_count,
    ]),
  ).toEqual([['completed', 'neutral', 'run-1', 15368, 57]]);
  expect(
    (await workflow.paginate(workflow.rest.checks.listAnnotations, { ...id, per_page: 50 })).length,
  ).toBe(57);
  const status = await workflow.rest.repos.getCombinedStatusForRef({ ...repo, ref: head });
  expect([status.data.state, status.data.total_count]).toEqual(['success', 1]);
});

test('what else is asked: issues, roles, reactions, what does not exist', async () => {
  expect((await ada.rest.issues.get({ ...repo, issue_number: 9 })).data.title).toBe('Say two');
  expect((await ada.rest.issues.get({ ...repo, issue_number: 1 })).data.pull_request).toBeDefined();
  const role = async (username: string) =>
    (await ada.rest.repos.getCollaboratorPermissionLevel({ ...repo, username })).data.permission;
  expect([await role('acme'), await role('ada'), await role('bea')]).toEqual(['admin', 'write', 'read']);
  const comment = await server.control.addComment({ ...target, author: 'bea', body: 'Nice' });
  await ada.rest.reactions.createForIssueComment({ ...repo, comment_id: comment.id, content: 'eyes' });
  await server.control.addReaction({ ...target, id: comment.id, author: 'bea', content: '-1' });
  const shown = (await ada.rest.issues.getComment({ ...repo, comment_id: comment.id })).data.reactions;
  expect([shown?.eyes, shown?.['-1'], shown?.total_count]).toEqual([1, 1, 2]);
  expect(await refusal(workflow.rest.issues.get({ ...repo, issue_number: 9 }))).toEqual([
    403,
    'Resource not accessible by integration',
  ]);
  expect(await refusal(ada.rest.pulls.get({ ...repo, pull_number: 9 }))).toEqual([404, 'Not Found']);
  expect(await refusal(octokitFor(server.url, 'eve').rest.pulls.get({ ...repo, pull_number: 1 }))).toEqual([
    404,
    'Not Found',
  ]);
  await server.control.setPullRequest({ ...target, deleted: true });
  expect((await refusal(ada.rest.issues.listComments({ ...repo, issue_number: 1 })))[0]).toBe(410);
  expect((await refusal(ada.rest.pulls.get({ ...repo, pull_number: 1 })))[0]).toBe(404);
});
