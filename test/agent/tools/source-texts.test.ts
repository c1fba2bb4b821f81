import { afterAll, beforeAll, expect, test } from 'vitest';
import { SourceTexts, textsOf } from '../../../src/agent/tools/source-texts.ts';
import { GitError } from '../../../src/errors.ts';
import type { ObjectRepository, TreeEntry } from '../../../src/git/object-repository.ts';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';
import { type OpenedChange, openChange } from '../support/open-change.ts';

let git: GitFixture;
let opened: OpenedChange;
let head: string;
let entries: TreeEntry[];

beforeAll(async () => {
  git = createGitFixture();
  const base = git.commit({});
  const files = Object.fromEntries(
    Array.from({ length: 10 }, (_, at) => [`f${at}.txt`, `${at}`.repeat(1_000)]),
  );
  head = git.commit(files);
  opened = await openChange(git, { base, head });
  entries = await opened.repository.listFiles(head);
});
afterAll(async () => {
  await opened.repository.close();
  git.remove();
});

/** The repository, with its reads counted and, while it is told to, failing. */
function watched(): { repository: ObjectRepository; reads: string[]; fail: (failing: boolean) => void } {
  const reads: string[] = [];
  let failing = false;
  const readFile: ObjectRepository['readFile'] = (commit, path, options) => {
    reads.push(path);
    if (failing) return Promise.reject(new GitError('git is away'));
    return opened.repository.readFile(commit, path, options);
  };
  const repository = new Proxy(opened.repository, {
    get: (target, key) => (key === 'readFile' ? readFile : Reflect.get(target, key)),
  });
  return {
    repository,
    reads,
    fail: (now) => {
      failing = now;
    },
  };
}

test('a file is read once, also when many ask at the same time', async () => {
  const { repository, reads } = watched();
  const texts = new SourceTexts(repository);
  const all = await Promise.all([...entries, ...entries].map((entry) => texts.read(head, entry)));
  expect(all.every((one) => one.outcome === 'text')).toBe(true);
  await Promise.all(entries.map((entry) => texts.read(head, entry)));
  expect(reads).toHaveLength(10);
});

test('what was not used for long is forgotten, and the bound holds', async () => {
  const { repository, reads } = watched();
  const texts = new SourceTexts(repository, 3_500);
  for (const entry of entries) await texts.read(head, entry);
  for (const entry of entries.slice(-3)) await texts.read(head, entry);
  expect(reads).toHaveLength(10);
  await texts.read(head, entries[0] as TreeEntry);
  expect(reads).toHaveLength(11);
});

test('a failure is not kept', async () => {
  const { repository, fail } = watched();
  const texts = new SourceTexts(repository);
  const [entry] = entries as [TreeEntry];
  fail(true);
  await expect(texts.read(head, entry)).rejects.toThrow('git is away');
  fail(false);
  expect(await texts.read(head, entry)).toEqual({ outcome: 'text', text: '0'.repeat(1_000) });
});

test('all who read one repository share what was read', () => {
  expect(textsOf(opened.repository)).toBe(textsOf(opened.repository));
});
