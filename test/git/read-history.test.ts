import { expect, test } from 'vitest';
import { GitError } from '../../src/errors.ts';
import { isReachable } from '../../src/git/read-history.ts';
import { useGitWorkshop } from '../support/git-open.ts';

const workshop = useGitWorkshop();

test('isReachable tells what is in a history, what is not, and what git could not say', async () => {
  const fixture = workshop.fixture();
  const root = fixture.commit({ a: '1\n' });
  fixture.git('checkout', '--quiet', '-b', 'side');
  const side = fixture.commit({ a: '2\n' });
  fixture.git('checkout', '--quiet', '-b', 'topic', root);
  const topic = fixture.commit({ a: '3\n' });
  fixture.git('checkout', '--quiet', '--orphan', 'other');
  const other = fixture.commit({ a: '4\n' });
  const blob = fixture.git('rev-parse', `${root}:a`);
  const nowhere = 'f'.repeat(40);
  const repository = await workshop.open(fixture);
  const ask = (commit: string, ...tips: string[]) => isReachable(repository, { commit, tips });
  expect(await Promise.all([root, topic, side].map((commit) => ask(commit, topic, side)))).toEqual([
    true,
    true,
    true,
  ]);
  expect(await Promise.all([other, blob, nowhere].map((commit) => ask(commit, topic, side)))).toEqual([
    false,
    false,
    false,
  ]);
  await expect(ask(root, nowhere)).rejects.toThrow(GitError);
});
