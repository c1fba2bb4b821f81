import type { ObjectId } from '../../domain/change.ts';
import { type GitCall, runGit } from '../run-git.ts';
import { readShallow } from '../shallow.ts';

export interface Ends {
  base: ObjectId;
  head: ObjectId;
}

/**
 * Whether the history that is here proves where two commits' histories meet, or that they do not: nothing above that
 * place is cut off. Where something is, an older common ancestor could be taken for the nearest one.
 */
export async function isDeepEnough(
  call: Pick<GitCall, 'gitDirectory' | 'searchPath' | 'signal'> & { gitDirectory: string },
  { base, head }: Ends,
): Promise<boolean> {
  const ends = await readShallow(call.gitDirectory);
  if (ends.size === 0) return true;
  const meeting = await runGit({ ...call, argv: ['merge-base', base, head], answers: [1] });
  const found = meeting.stdout.toString('latin1').trim();
  const { stdout } = await runGit({
    ...call,
    argv: ['rev-list', base, head, ...(meeting.code === 0 ? [`^${found}`] : []), '--'],
  });
  return !stdout
    .toString('latin1')
    .split('\n')
    .some((sha) => ends.has(sha));
}
