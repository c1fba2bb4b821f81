import { addArtifact, addWorkflowRun, type GivenArtifact, type GivenWorkflowRun } from './add-artifact.ts';
import { addReview } from './add-review.ts';
import { git } from './code/git.ts';
import {
  type CheckRunState,
  type CommentState,
  type ControlTarget,
  commentState,
  type ReviewState,
} from './control-states.ts';
import type { FaultInjector } from './faults.ts';
import { findComment, findIssue, findPull, findRepository, findThread } from './find-in-world.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { addScenarioComment, addToken, mustFindCommit } from './make-world.ts';
import { moveThreads } from './move-threads.ts';
import { anchorIn } from './review-anchors.ts';
import type { FaultRule, Role, ScenarioComment, ScenarioToken } from './scenario.ts';
import { accountOf, appOf, timeNow, type World } from './world.ts';
import { addComment, editComment } from './write.ts';

/**
 * What other people and the passing of time do, and what tests look at: the same calls on a server in this process and,
 * over HTTP, on one beside it. Each takes and gives plain JSON; wrong names are errors.
 */
export class GithubControl {
  readonly #world: World;
  readonly #journal: Journal;
  readonly #faults: FaultInjector;

  constructor(parts: { world: World; journal: Journal; faults: FaultInjector }) {
    this.#world = parts.world;
    this.#journal = parts.journal;
    this.#faults = parts.faults;
  }

  async journal(): Promise<JournalEntry[]> {
    return [...this.#journal.entries];
  }

  async writes(): Promise<JournalEntry[]> {
    return this.#journal.writes();
  }

  async forbidden(): Promise<JournalEntry[]> {
    return this.#journal.forbidden();
  }

  /** Replaces all rules. */
  async setFaults(rules: readonly FaultRule[]): Promise<void> {
    this.#faults.set(rules);
  }

  /** Makes a token or replaces one; with `expired` it works no more. */
  async setToken(input: { name: string; token: ScenarioToken }): Promise<void> {
    addToken(this.#world, input.name, input.token);
  }

  async comments(target: ControlTarget): Promise<CommentState[]> {
    return findIssue(this.#world, target).comments.map(commentState);
  }

  async addComment(input: ControlTarget & ScenarioComment): Promise<CommentState> {
    return commentState(addScenarioComment(this.#world, findIssue(this.#world, input), input));
  }

  async editComment(input: ControlTarget & { id: number; author: string; body: string }): Promise<void> {
    const comment = findComment(this.#world, input);
    editComment(this.#world, comment, accountOf(this.#world, input.author), input.body);
  }

  /** Takes a text out of a comment's history; 0 is the newest. */
  async removeRevision(input: ControlTarget & { id: number; revision: number }): Promise<void> {
    const edit = findComment(this.#world, input).edits[input.revision];
    if (edit === undefined) throw new Error(`no revision ${input.revision}`);
    edit.body = null;
  }

  /** As a person may do, never the program. */
  async deleteComment(input: ControlTarget & { id: number }): Promise<void> {
    const issue = findIssue(this.#world, input);
    const comment = findComment(this.#world, input);
    issue.comments.splice(issue.comments.indexOf(comment), 1);
    this.#world.nodes.delete(comment.nodeId);
  }

  async reviews(target: ControlTarget): Promise<ReviewState[]> {
    const { pull } = findPull(this.#world, target);
    return pull.reviews.map((review) => ({
      id: review.id,
      author: review.author.login,
      body: review.body,
      commit: review.commit,
      minimized: review.minimized,
      comments: pull.threads.flatMap((thread) =>
        thread.comments
          .filter(({ place }) => place?.review === review)
          .map((comment) => ({
            ...commentState(comment),
            thread: thread.nodeId,
            path: thread.path,
            side: thread.side,
            line: thread.line,
            startLine: thread.startLine,
            resolvedBy: thread.resolvedBy?.login ?? null,
          })),
      ),
    }));
  }

  /** A person's review; comments that stand nowhere in the diff are an error. */
  async addReview(
    input: ControlTarget & {
      author: string;
      body?: string;
      comments?: readonly { path: string; line: number; body: string; side?: 'LEFT' | 'RIGHT' }[];
    },
  ): Promise<ReviewState> {
    const { issue, pull } = findPull(this.#world, input);
    const directory = issue.repository.directory ?? '';
    const difference = await this.#world.readDifference(directory, pull.base.commit, pull.head.commit);
    const comments = (input.comments ?? []).map((one) => {
      const asked = { side: 'RIGHT' as const, ...one, startLine: null, startSide: null };
      const anchor = difference === null ? { errors: ['no diff'] } : anchorIn(difference, asked);
      if ('errors' in anchor) throw new Error(`${one.path}:${one.line}: ${anchor.errors.join(', ')}`);
      return { ...asked, ...anchor };
    });
    const author = accountOf(this.#world, input.author);
    const commit = pull.head.commit;
    const made = addReview(
      this.#world,
      { issue, pull },
      { author, app: null, body: input.body ?? '', commit, comments },
    );
    const found = (await this.reviews(input)).find((one) => one.id === made.id);
    if (found === undefined) throw new Error('the review is lost');
    return found;
  }

  /** An answer in the thread of a comment on lines. */
  async replyTo(input: ControlTarget & ScenarioComment & { id: number }): Promise<CommentState> {
    const thread = findThread(this.#world, input);
    const [first] = thread.comments;
    if (first === undefined || first.place === null) throw new Error('an empty thread');
    const author = accountOf(this.#world, input.author);
    const place = { ...first.place, inReplyTo: first.id };
    return commentState(addComment(this.#world, first.issue, { author, app: null, body: input.body, place }));
  }

  /** Settles the thread of a comment; `by` null opens it again. */
  async resolveThread(input: ControlTarget & { id: number; by: string | null }): Promise<void> {
    findThread(this.#world, input).resolvedBy = input.by === null ? null : accountOf(this.#world, input.by);
  }

  /** Of a comment of either kind. */
  async addReaction(input: ControlTarget & { id: number; author: string; content: string }): Promise<void> {
    const { pull, comments } = findIssue(this.#world, input);
    const all = [...comments, ...(pull?.threads ?? []).flatMap((thread) => thread.comments)];
    const comment = all.find(({ id }) => id === input.id);
    if (comment === undefined) throw new Error(`no comment ${input.id}`);
    comment.reactions.push({
      id: this.#world.nextId(),
      author: accountOf(this.#world, input.author),
      content: input.content,
      createdAt: timeNow(this.#world),
    });
  }

  /** Of every app and commit. */
  async checkRuns(input: { repository: string }): Promise<CheckRunState[]> {
    return findRepository(this.#world, input.repository).checkRuns.map(({ app, ...run }) => ({
      ...run,
      app: app.slug,
    }));
  }

  /** Another app's. */
  async addCheckRun(input: {
    repository: string;
    app: string;
    name: string;
    head: string;
    conclusion: string | null;
    externalId?: string;
  }): Promise<void> {
    const now = timeNow(this.#world);
    findRepository(this.#world, input.repository).checkRuns.push({
      id: this.#world.nextId(),
      name: input.name,
      head: input.head,
      app: appOf(this.#world, input.app),
      externalId: input.externalId ?? '',
      detailsUrl: null,
      status: input.conclusion === null ? 'in_progress' : 'completed',
      conclusion: input.conclusion,
      startedAt: now,
      completedAt: input.conclusion === null ? null : now,
      output: { title: null, summary: null, text: null },
      annotations: [],
    });
  }

  async setPullRequest(
    input: ControlTarget & {
      state?: 'open' | 'closed' | 'merged';
      draft?: boolean;
      locked?: boolean;
      deleted?: boolean;
      title?: string;
      body?: string | null;
    },
  ): Promise<void> {
    const issue = findIssue(this.#world, input);
    const { pull } = issue;
    const now = timeNow(this.#world);
    if (input.state !== undefined) {
      issue.state = input.state === 'open' ? 'open' : 'closed';
      issue.closedAt = input.state === 'open' ? null : now;
      if (pull !== null) pull.mergedAt = input.state === 'merged' ? now : null;
    }
    issue.locked = input.locked ?? issue.locked;
    issue.deleted = input.deleted ?? issue.deleted;
    issue.title = input.title ?? issue.title;
    if (input.body !== undefined) issue.body = input.body;
    if (pull !== null) pull.draft = input.draft ?? pull.draft;
    issue.updatedAt = now;
  }

  async setRepository(input: {
    repository: string;
    deleted?: boolean;
    private?: boolean;
    archived?: boolean;
    collaborators?: Readonly<Record<string, Role>>;
  }): Promise<void> {
    const repository = findRepository(this.#world, input.repository);
    repository.deleted = input.deleted ?? repository.deleted;
    repository.private = input.private ?? repository.private;
    repository.archived = input.archived ?? repository.archived;
    for (const [login, role] of Object.entries(input.collaborators ?? {}))
      repository.collaborators.set(login.toLowerCase(), role);
  }

  /** A push, with or without force; the commit may have come to the scenario's repository meanwhile. */
  async moveHead(input: ControlTarget & { head: string }): Promise<void> {
    const issue = findIssue(this.#world, input);
    const { repository, pull } = issue;
    if (pull === null || repository.directory === null)
      throw new Error(`#${input.number} is no pull request`);
    const head = await mustFindCommit(repository, input.head);
    await git(repository.directory, 'update-ref', `refs/pull/${issue.number}/head`, head);
    if (pull.head.repository === repository)
      await git(repository.directory, 'update-ref', `refs/heads/${pull.head.branch}`, head);
    pull.head.commit = head;
    issue.updatedAt = timeNow(this.#world);
    await moveThreads(this.#world, repository.directory, pull);
  }

  /** A workflow's run in a repository, as GitHub tells of it. */
  async addWorkflowRun(input: GivenWorkflowRun): Promise<{ id: number }> {
    return addWorkflowRun(this.#world, findRepository(this.#world, input.repository), input);
  }

  /** What a job of such a run uploads. */
  async addArtifact(input: GivenArtifact): Promise<{ id: number }> {
    return addArtifact(this.#world, findRepository(this.#world, input.repository), input);
  }

  /** All artifacts of a repository are told of still, and can be had no more. */
  async expireArtifacts(input: { repository: string }): Promise<void> {
    for (const artifact of findRepository(this.#world, input.repository).artifacts) artifact.expired = true;
  }

  /** The head's repository is gone: GitHub then names none. */
  async deleteFork(target: ControlTarget): Promise<void> {
    findPull(this.#world, target).pull.head.repository = null;
  }

  /** Its commits can still be had, by their ids and by `refs/pull/…`. */
  async deleteBranch(input: { repository: string; branch: string }): Promise<void> {
    const { directory } = findRepository(this.#world, input.repository);
    if (directory !== null) await git(directory, 'update-ref', '-d', `refs/heads/${input.branch}`);
  }

  /** A push to a branch of the repository; pull requests onto it follow. */
  async moveBase(input: { repository: string; branch: string; to: string }): Promise<void> {
    const repository = findRepository(this.#world, input.repository);
    const to = await mustFindCommit(repository, input.to);
    if (repository.directory !== null)
      await git(repository.directory, 'update-ref', `refs/heads/${input.branch}`, to);
    for (const { pull } of repository.issues.values()) {
      if (pull === null || pull.base.branch !== input.branch || repository.directory === null) continue;
      pull.base.commit = to;
      await moveThreads(this.#world, repository.directory, pull);
    }
  }
}

/** Names of all calls. */
export function controlNames(): string[] {
  return Object.getOwnPropertyNames(GithubControl.prototype).filter((name) => name !== 'constructor');
}
