import type { ControlTarget } from './control-states.ts';
import type { Comment, Issue, Pull, Repository, Thread, World } from './world.ts';

/** What a test names; what there is not is the test's mistake. */
export function findRepository(world: World, name: string): Repository {
  const found = world.repositories.get(name.toLowerCase());
  if (found === undefined) throw new Error(`no repository ${name}`);
  return found;
}

export function findIssue(world: World, { repository, number }: ControlTarget): Issue {
  const found = findRepository(world, repository).issues.get(number);
  if (found === undefined) throw new Error(`no ${repository}#${number}`);
  return found;
}

export function findPull(world: World, target: ControlTarget): { issue: Issue; pull: Pull } {
  const issue = findIssue(world, target);
  if (issue.pull === null) throw new Error(`${target.repository}#${target.number} is no pull request`);
  return { issue, pull: issue.pull };
}

/** The thread of a comment on lines. */
export function findThread(world: World, input: ControlTarget & { id: number }): Thread {
  const { pull } = findPull(world, input);
  const found = pull.threads.find((thread) => thread.comments.some((comment) => comment.id === input.id));
  if (found === undefined)
    throw new Error(`${input.repository}#${input.number} has no comment ${input.id} on lines`);
  return found;
}

export function findComment(world: World, input: ControlTarget & { id: number }): Comment {
  const found = findIssue(world, input).comments.find((comment) => comment.id === input.id);
  if (found === undefined) throw new Error(`${input.repository}#${input.number} has no comment ${input.id}`);
  return found;
}
