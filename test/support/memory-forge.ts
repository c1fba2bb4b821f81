import type { ObjectId } from '../../src/domain/change.ts';
import { summaryMarker } from '../../src/domain/hidden-block.ts';
import type { CheckRunOutput } from '../../src/domain/publication.ts';
import { ForgeError } from '../../src/errors.ts';
import type {
  CommentRevision,
  NewReview,
  OwnIdentity,
  PostedCheckRun,
  PostedComment,
  PostedReviewComment,
  PullRequestState,
  ReportPublisher,
} from '../../src/forge/report-publisher.ts';

export const bot: OwnIdentity = { login: 'github-actions[bot]', id: 41898282, appId: 15368 };

export type ForgeCall = keyof ReportPublisher;

/** `before`: the call fails and did nothing. `after`: it came through, and its answer is lost. */
export interface Fault {
  error: ForgeError;
  when: 'before' | 'after';
}

export const lostAnswer = (when: Fault['when']): Fault => ({
  when,
  error: new ForgeError('the connection broke', { reason: 'unreachable', mayHaveWritten: true }),
});

export const refusal = (reason: ForgeError['reason'], neededPermissions: string | null = null): Fault => ({
  when: 'before',
  error: new ForgeError(`refused (${reason})`, { reason, neededPermissions }),
});

/** When a call goes on, and whether it fails; `act` is what the forge would do. */
export type Gate = (call: ForgeCall, act: () => unknown) => Promise<Fault | null>;

/** One pull request in memory, as several runs see it: what is there, what was ever there, and who asked for what. */
export class MemoryForge {
  state: PullRequestState;
  comments: PostedComment[] = [];
  reviewComments: PostedReviewComment[] = [];
  reviews: NewReview[] = [];
  checkRuns: PostedCheckRun[] = [];
  /** Annotations in the order in which they came, by number of the check run. */
  readonly annotations = new Map<number, string[]>();
  readonly revisions = new Map<string, CommentRevision[]>();
  readonly minimized = new Set<string>();
  /** Numbers of the comments that begin resolved threads. */
  readonly resolved = new Set<number>();
  /** Findings whose place is in no hunk: a review with one of them is refused. */
  readonly outside = new Set<string>();
  /** What becomes of a text when it is stored. */
  store: (body: string) => string = (body) => body;
  private last = 0;

  constructor(head: ObjectId) {
    this.state = { head, base: 'c'.repeat(40), state: 'open', draft: false, locked: false };
  }

  /** As somebody else would. */
  addComment(body: string, author: OwnIdentity): PostedComment {
    const comment = this.newComment(body, author, 'IC');
    this.comments.push(comment);
    return comment;
  }

  addReviewComment(body: string, author: OwnIdentity, path = 'a.ts'): PostedReviewComment {
    const made = this.newComment(body, author, 'RC');
    const comment: PostedReviewComment = {
      ...made,
      ...{ path, commit: this.state.head, line: 1, inReplyTo: null },
    };
    this.reviewComments.push(comment);
    return comment;
  }

  edit(id: number, body: string, editor: OwnIdentity): PostedComment {
    const comment = this.comments.find((one) => one.id === id);
    if (comment === undefined) throw new ForgeError('no such comment', { reason: 'not-found', status: 404 });
    const login = editor.login.replace('[bot]', '');
    const before = this.revisions.get(comment.nodeId) ?? [{ body: comment.body, editor: login }];
    comment.body = this.store(body);
    this.revisions.set(comment.nodeId, [{ body: comment.body, editor: login }, ...before]);
    return { ...comment };
  }

  /** Summaries of one author that are to be seen, the oldest first. */
  summariesOf(author: OwnIdentity): PostedComment[] {
    return this.comments.filter(
      (comment) =>
        comment.author.id === author.id &&
        comment.body.includes(summaryMarker) &&
        !this.minimized.has(comment.nodeId),
    );
  }

  number(): number {
    return ++this.last;
  }

  private newComment(body: string, author: OwnIdentity, kind: string): PostedComment {
    const id = this.number();
    return {
      id,
      nodeId: `${kind}_${id}`,
      body: this.store(body),
      author: { login: author.login, id: author.id },
      appId: author.appId ?? null,
      createdAt: new Date(Date.UTC(2026, 10, 1) + id * 1_000).toISOString(),
      url: `https://forge.example/pull/7#${kind}${id}`,
    };
  }
}

/** One run's way to the forge. Every call is noted; `gate` decides when it goes on, and whether it fails. */
export class MemoryPublisher implements ReportPublisher {
  readonly calls: ForgeCall[] = [];
  private readonly forge: MemoryForge;
  private readonly identity: OwnIdentity | null;
  private readonly gate: Gate;

  constructor(forge: MemoryForge, identity: OwnIdentity | null, gate: Gate = () => Promise.resolve(null)) {
    this.forge = forge;
    this.identity = identity;
    this.gate = gate;
  }

  whoAmI(): Promise<OwnIdentity | null> {
    return this.step('whoAmI', () => this.identity);
  }

  readState(): Promise<PullRequestState> {
    return this.step('readState', () => ({ ...this.forge.state }));
  }

  listComments(): Promise<PostedComment[]> {
    return this.step('listComments', () => this.forge.comments.map((comment) => ({ ...comment })));
  }

  createComment(body: string): Promise<PostedComment> {
    return this.step('createComment', () => ({ ...this.forge.addComment(body, this.writer) }));
  }

  updateComment(id: number, body: string): Promise<PostedComment> {
    return this.step('updateComment', () => {
      const { author } = this.forge.comments.find((one) => one.id === id) ?? {};
      if (author !== undefined && author.id !== this.writer.id)
        throw new ForgeError('not yours', { reason: 'forbidden', status: 403 });
      return this.forge.edit(id, body, this.writer);
    });
  }

  listRevisions(nodeId: string): Promise<CommentRevision[]> {
    return this.step('listRevisions', () => this.forge.revisions.get(nodeId) ?? []);
  }

  minimizeComment(nodeId: string): Promise<void> {
    return this.step('minimizeComment', () => {
      this.forge.minimized.add(nodeId);
    });
  }

  replyInThread(comment: number, body: string): Promise<void> {
    return this.step('replyInThread', () => {
      this.forge.addReviewComment(body, this.writer).inReplyTo = comment;
    });
  }

  resolveThread(comment: number): Promise<void> {
    return this.step('resolveThread', () => {
      this.forge.resolved.add(comment);
    });
  }

  listReviewComments(): Promise<PostedReviewComment[]> {
    return this.step('listReviewComments', () =>
      this.forge.reviewComments.map((comment) => ({ ...comment })),
    );
  }

  createReview(review: NewReview): Promise<{ id: number; url: string }> {
    return this.step('createReview', () => {
      if (review.comments.some(({ finding }) => this.forge.outside.has(finding)))
        throw new ForgeError('line must be part of the diff', { reason: 'invalid', status: 422 });
      for (const { body, path } of review.comments) this.forge.addReviewComment(body, this.writer, path);
      this.forge.reviews.push(review);
      const id = this.forge.number();
      return { id, url: `https://forge.example/pull/7#review${id}` };
    });
  }

  listCheckRuns(head: ObjectId, name: string): Promise<PostedCheckRun[]> {
    return this.step('listCheckRuns', () =>
      this.forge.checkRuns.filter((run) => run.head === head && run.name === name).map((run) => ({ ...run })),
    );
  }

  createCheckRun(run: {
    head: ObjectId;
    externalId: string;
    output: CheckRunOutput;
  }): Promise<PostedCheckRun> {
    return this.step('createCheckRun', () => {
      const id = this.forge.number();
      const { head, externalId, output } = run;
      const made: PostedCheckRun = {
        id,
        name: output.name,
        head,
        externalId,
        status: 'completed',
        conclusion: output.conclusion,
        appId: this.writer.appId ?? null,
        annotations: 0,
        url: `https://forge.example/runs/${id}`,
      };
      this.forge.checkRuns.push(made);
      return this.annotate(made, output);
    });
  }

  updateCheckRun(
    id: number,
    { externalId, output }: { externalId: string; output: CheckRunOutput },
  ): Promise<PostedCheckRun> {
    return this.step('updateCheckRun', () => {
      const run = this.forge.checkRuns.find((one) => one.id === id);
      if (run === undefined) throw new ForgeError('no such check run', { reason: 'not-found', status: 404 });
      run.externalId = externalId;
      run.conclusion = output.conclusion;
      run.status = 'completed';
      return this.annotate(run, output);
    });
  }

  private annotate(run: PostedCheckRun, { annotations }: CheckRunOutput): PostedCheckRun {
    if (annotations.length > 50) throw new ForgeError('more than 50', { reason: 'invalid', status: 422 });
    const titles = [...(this.forge.annotations.get(run.id) ?? []), ...annotations.map(({ title }) => title)];
    this.forge.annotations.set(run.id, titles);
    run.annotations = titles.length;
    return { ...run };
  }

  private get writer(): OwnIdentity {
    return this.identity ?? bot;
  }

  private async step<T>(call: ForgeCall, act: () => T): Promise<T> {
    this.calls.push(call);
    const fault = await this.gate(call, act);
    if (fault?.when === 'before') throw fault.error;
    const answer = act();
    if (fault !== null) throw fault.error;
    return answer;
  }
}

/** A clock on which nobody waits. */
export class MemoryClock {
  private time = 0;
  readonly sleeps: number[] = [];

  now(): number {
    return this.time;
  }

  /** After every run that tests tell of. */
  date(): Date {
    return new Date(Date.UTC(2026, 11, 1) + this.time);
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    this.sleeps.push(milliseconds);
    this.time += milliseconds;
    return Promise.resolve();
  }
}
