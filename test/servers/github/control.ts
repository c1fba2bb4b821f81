import type { IncomingMessage, ServerResponse } from 'node:http';
import { git } from './code/git.ts';
import type { FaultInjector } from './faults.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { addScenarioComment, addToken, mustFindCommit } from './make-world.ts';
import type { FaultRule, Role, ScenarioComment, ScenarioToken } from './scenario.ts';
import { type Comment, type Issue, type Repository, timeNow, type World } from './world.ts';

/** Where something is done: a pull request or an issue. */
export interface ControlTarget {
  /** `owner/name`. */
  repository: string;
  number: number;
}

/** A comment as tests look at it. */
export interface CommentState {
  id: number;
  nodeId: string;
  author: string;
  /** Slug. */
  app: string | null;
  body: string;
  /** Why it is folded away; null when it is not. */
  minimized: string | null;
}

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
    return this.#issue(target).comments.map(commentState);
  }

  async addComment(input: ControlTarget & ScenarioComment): Promise<CommentState> {
    return commentState(addScenarioComment(this.#world, this.#issue(input), input));
  }

  async editComment(input: ControlTarget & { id: number; body: string }): Promise<void> {
    const comment = this.#comment(input);
    comment.body = input.body;
    comment.updatedAt = timeNow(this.#world);
  }

  /** As a person may do, never the program. */
  async deleteComment(input: ControlTarget & { id: number }): Promise<void> {
    const issue = this.#issue(input);
    const comment = this.#comment(input);
    issue.comments.splice(issue.comments.indexOf(comment), 1);
    this.#world.nodes.delete(comment.nodeId);
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
    const issue = this.#issue(input);
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
    const repository = this.#repository(input.repository);
    repository.deleted = input.deleted ?? repository.deleted;
    repository.private = input.private ?? repository.private;
    repository.archived = input.archived ?? repository.archived;
    for (const [login, role] of Object.entries(input.collaborators ?? {}))
      repository.collaborators.set(login.toLowerCase(), role);
  }

  /** A push, with or without force; the commit may have come to the scenario's repository meanwhile. */
  async moveHead(input: ControlTarget & { head: string }): Promise<void> {
    const issue = this.#issue(input);
    const { repository, pull } = issue;
    if (pull === null || repository.directory === null)
      throw new Error(`#${input.number} is no pull request`);
    const head = await mustFindCommit(repository, input.head);
    await git(repository.directory, 'update-ref', `refs/pull/${issue.number}/head`, head);
    if (pull.head.repository === repository)
      await git(repository.directory, 'update-ref', `refs/heads/${pull.head.branch}`, head);
    pull.head.commit = head;
    issue.updatedAt = timeNow(this.#world);
  }

  /** A push to a branch of the repository; pull requests onto it follow. */
  async moveBase(input: { repository: string; branch: string; to: string }): Promise<void> {
    const repository = this.#repository(input.repository);
    const to = await mustFindCommit(repository, input.to);
    if (repository.directory !== null)
      await git(repository.directory, 'update-ref', `refs/heads/${input.branch}`, to);
    for (const { pull } of repository.issues.values())
      if (pull !== null && pull.base.branch === input.branch) pull.base.commit = to;
  }

  #repository(name: string): Repository {
    const found = this.#world.repositories.get(name.toLowerCase());
    if (found === undefined) throw new Error(`no repository ${name}`);
    return found;
  }

  #issue({ repository, number }: ControlTarget): Issue {
    const found = this.#repository(repository).issues.get(number);
    if (found === undefined) throw new Error(`no ${repository}#${number}`);
    return found;
  }

  #comment(input: ControlTarget & { id: number }): Comment {
    const found = this.#issue(input).comments.find((comment) => comment.id === input.id);
    if (found === undefined)
      throw new Error(`${input.repository}#${input.number} has no comment ${input.id}`);
    return found;
  }
}

function commentState(comment: Comment): CommentState {
  return {
    id: comment.id,
    nodeId: comment.nodeId,
    author: comment.author.login,
    app: comment.app?.slug ?? null,
    body: comment.body,
    minimized: comment.minimized,
  };
}

/** `POST /_control/NAME` with the one argument as JSON. */
export async function answerControl(input: {
  control: GithubControl;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
}): Promise<void> {
  const { control, request, response, url } = input;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const name = url.pathname.slice('/_control/'.length);
  try {
    if (!controlNames().includes(name)) throw new Error(`no such control: ${name}`);
    const text = Buffer.concat(chunks).toString('utf8');
    const method = control[name as keyof GithubControl] as (given: unknown) => Promise<unknown>;
    const result = await method.call(control, text === '' ? undefined : JSON.parse(text));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ result }));
  } catch (error) {
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
  }
}

/** Names of all calls. */
export function controlNames(): string[] {
  return Object.getOwnPropertyNames(GithubControl.prototype).filter((name) => name !== 'constructor');
}
