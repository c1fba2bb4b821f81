import { afterAll, describe, expect, test } from 'vitest';
import { buildPrompt } from '../../../src/agent/build-prompt.ts';
import { gatherBackground } from '../../../src/agent/gather-background.ts';
import { viewPatch } from '../../../src/agent/patch-view.ts';
import { changedWords } from '../../../src/agent/prompt/changed-words.ts';
import { chooseDimensions } from '../../../src/agent/prompt/choose-dimensions.ts';
import { createGitFixture, type FixtureContent, type GitFixture } from '../../support/git-fixture.ts';
import { type OpenedChange, openChange, shippedContext } from '../support/open-change.ts';

type GitFiles = Record<string, FixtureContent>;

const open: { git: GitFixture; change: OpenedChange }[] = [];
afterAll(async () => {
  for (const { git, change } of open) {
    await change.repository.close();
    git.remove();
  }
});

/** The change that these commits make on top of a repository with a file of each sort. */
async function changeOf(...commits: GitFiles[]): Promise<OpenedChange> {
  const git = createGitFixture();
  const base = git.commit({
    'AGENTS.md': 'Errors are wrapped.\n',
    'moved.sh': 'echo one\necho two\necho three\n',
    'src/old.ts': 'export const old = 1;\n',
  });
  const head = commits.map((files) => git.commit(files)).at(-1);
  const change = await openChange(git, { base, head: head ?? base });
  open.push({ git, change });
  return change;
}

async function namesFor({ change, patch }: OpenedChange): Promise<string[]> {
  const { dimensions } = await shippedContext();
  return chooseDimensions({ dimensions, change, patch: viewPatch(patch, {}) }).map(({ name }) => name);
}

const goService: GitFiles = {
  'internal/client/retry.go': [
    'package client',
    '',
    'import ("context"; "time")',
    '',
    'func (c *Client) fetchWithRetry(ctx context.Context) error {',
    '\tfor attempt := 0; ; attempt++ {',
    '\t\tif err := c.fetch(ctx); err == nil { return nil }',
    '\t\ttime.Sleep(backoff(attempt))',
    '\t}',
    '}',
    '',
    'func (c *Client) loop() { defer c.mu.Unlock(); go c.fetchWithRetry(context.Background()) }',
    '',
  ].join('\n'),
  'internal/client/retry_test.go': 'package client\n\nfunc TestRetry(t *testing.T) {}\n',
};
const workflowAndShell: GitFiles = {
  '.github/workflows/release.yml':
    'on: pull_request_target\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./scripts/release.sh "$TITLE"\n',
  'scripts/release.sh': '#!/usr/bin/env bash\nset -e\nlocal tag=$(git describe)\necho "$tag"\n',
};
const typescriptApi: GitFiles = {
  'src/api/users.ts':
    'export interface UserResponse { id: string }\nexport const handler = (request: Request) => toResponse(request);\n',
  'docs/users.md': '# Users\n\n`GET /users` answers with a number.\n',
};

describe('what a change is looked at for', () => {
  test('a Go service with retries', async () => {
    expect(await namesFor(await changeOf(goService))).toEqual([
      'absent-and-destructive',
      'go',
      'lifecycle-and-races',
      'tests',
      'waits-and-retries',
    ]);
  });

  test('a workflow and the script that it runs', async () => {
    expect(await namesFor(await changeOf(workflowAndShell))).toEqual([
      'absent-and-destructive',
      'security',
      'shell',
      'tests',
      'workflows',
    ]);
  });

  test('an interface in TypeScript and its document, in two commits', async () => {
    const { 'docs/users.md': document = '', ...code } = typescriptApi;
    expect(await namesFor(await changeOf(code, { 'docs/users.md': document }))).toEqual([
      'absent-and-destructive',
      'api-and-compatibility',
      'commits',
      'documentation',
      'javascript',
      'tests',
    ]);
  });

  test.each<[string, GitFiles, string[]]>([
    ['a document', { 'README.md': 'delete retry lock token\n' }, ['documentation']],
    [
      'a lock file and what a tool wrote',
      { 'package-lock.json': '{"retry": 1}\n', 'a.pb.go': 'package a // retry\n' },
      ['build-and-dependencies'],
    ],
    ['tests alone', { 'test/a.test.ts': 'test("it retries", () => {});\n' }, ['javascript', 'tests']],
    [
      'a migration',
      { 'db/migrations/001.sql': 'ALTER TABLE a ADD b int;\n' },
      ['absent-and-destructive', 'databases', 'tests'],
    ],
    [
      'a file that moved',
      { 'moved.sh': null, 'bin/moved': 'echo one\necho two\necho three\n' },
      ['absent-and-destructive', 'api-and-compatibility', 'shell', 'tests'],
    ],
    [
      'a file that is gone',
      { 'src/old.ts': null },
      ['absent-and-destructive', 'api-and-compatibility', 'javascript', 'tests'],
    ],
    ['names that are no text', { 'a\nb.go': 'package a\n' }, ['absent-and-destructive', 'go', 'tests']],
  ])('%s', async (_, files, expected) => {
    expect(await namesFor(await changeOf(files))).toEqual(expected);
  });

  test('does not depend on any order, and is the same to the byte each time', async () => {
    for (const files of [goService, workflowAndShell, typescriptApi]) {
      const opened = await changeOf(files);
      const context = await shippedContext();
      const build = async (reversed: boolean) => {
        const turn = <T>(list: readonly T[]): T[] => (reversed ? list.toReversed() : [...list]);
        const change = { ...opened.change, files: turn(opened.change.files) };
        const patch = new Map(turn([...viewPatch(opened.patch, {})]));
        const signal = new AbortController().signal;
        const background = await gatherBackground({ ...opened, change, pathInstructions: [], signal });
        return buildPrompt({
          change,
          patch,
          context: { ...context, dimensions: turn(context.dimensions) },
          background,
        });
      };
      const first = await build(false);
      expect(await build(false)).toEqual(first);
      expect(await build(true)).toEqual(first);
    }
  });
});

test('words are those of changed lines, also within names', () => {
  const lines = [
    '=== retry.go (added)',
    '@@ -1,2 +1,2 @@ func wait()',
    '     1| unchangedSleep',
    '     1|-HTTPRetry x_BACKOFF_y',
    '     2|+setTimeout2(étéPoll)',
  ];
  expect(changedWords({ path: 'a', lines, length: 0 })).toEqual(
    new Set(['http', 'retry', 'x', 'backoff', 'y', 'set', 'timeout', 't', 'poll']),
  );
  expect(changedWords(undefined)).toEqual(new Set());
});
