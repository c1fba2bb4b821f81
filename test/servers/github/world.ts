import type { ReadDifference } from './code/diff.ts';
import type { Permissions, Role, ScenarioLimits, ScenarioStatus } from './scenario.ts';

/** Everything the server knows; handlers change it in place. */
export interface World {
  /** Milliseconds. */
  clock: () => number;
  accounts: Map<string, Account>;
  apps: Map<string, App>;
  tokens: Map<string, Token>;
  repositories: Map<string, Repository>;
  /** Repositories by names they had before. */
  formerNames: Map<string, Repository>;
  /** Pull requests' comments, reviews and threads by their GraphQL name. */
  nodes: Map<string, Comment | Review | Thread | Issue>;
  limits: Required<ScenarioLimits>;
  readDifference: ReadDifference;
  storage: ArtifactStorage;
  /** The next number of anything that has one. */
  nextId: () => number;
}

/** Where archives lie: another server, which knows an address for a while and nobody's token. */
export interface ArtifactStorage {
  url: string;
  links: Map<string, { artifact: Artifact; until: number }>;
}

export interface Account {
  id: number;
  login: string;
  type: 'User' | 'Bot' | 'Organization';
}

export interface App {
  id: number;
  slug: string;
  bot: Account;
}

export interface Token {
  name: string;
  expired: boolean;
  /** Who comments made with it belong to. */
  account: Account;
  kind: 'classic' | 'fine-grained' | 'actions' | 'app';
  app: App | null;
  /** Classic tokens only. */
  scopes: readonly string[];
  /** Full names, lower case; null: every repository of the account. */
  repositories: ReadonlySet<string> | null;
  permissions: Permissions;
  rate: Record<RateResource, RateBudget>;
  /** Times at which it created content. */
  created: number[];
}

/** What has a budget of its own. */
export type RateResource = 'core' | 'graphql';

export interface RateBudget {
  limit: number;
  used: number;
  /** Seconds. */
  resetAt: number;
}

export interface Repository {
  id: number;
  owner: Account;
  name: string;
  fullName: string;
  private: boolean;
  archived: boolean;
  fork: boolean;
  deleted: boolean;
  defaultBranch: string;
  /** Our own bare copy; null for an empty repository. */
  directory: string | null;
  /** The scenario's, for commits that arrive later. */
  source: string | null;
  collaborators: Map<string, Role>;
  issues: Map<number, Issue>;
  checkRuns: CheckRun[];
  workflowRuns: WorkflowRun[];
  artifacts: Artifact[];
  statuses: (ScenarioStatus & { id: number; createdAt: string })[];
  installations: readonly string[];
}

/** An issue, or the half of a pull request that is one. */
export interface Issue {
  kind: 'issue';
  id: number;
  nodeId: string;
  repository: Repository;
  number: number;
  title: string;
  body: string | null;
  author: Account;
  state: 'open' | 'closed';
  locked: boolean;
  labels: string[];
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  comments: Comment[];
  deleted: boolean;
  pull: Pull | null;
}

export interface Pull {
  head: { branch: string; commit: string; owner: Account; repository: Repository | null };
  base: { branch: string; commit: string };
  draft: boolean;
  mergedAt: string | null;
  closes: readonly number[];
  reviews: Review[];
  threads: Thread[];
}

export type MinimizeReason = 'SPAM' | 'ABUSE' | 'OFF_TOPIC' | 'OUTDATED' | 'DUPLICATE' | 'RESOLVED';

export interface Comment {
  kind: 'comment';
  id: number;
  nodeId: string;
  issue: Issue;
  author: Account;
  app: App | null;
  body: string;
  createdAt: string;
  updatedAt: string;
  minimized: MinimizeReason | null;
  /** Every text it had and who wrote it, the newest first; empty while it was never edited. */
  edits: { body: string | null; editor: Account; at: string }[];
  reactions: { id: number; author: Account; content: string; createdAt: string }[];
  /** Of a comment on lines of the diff. */
  place: CommentPlace | null;
}

export interface CommentPlace {
  thread: Thread;
  review: Review;
  inReplyTo: number | null;
}

export interface Review {
  kind: 'review';
  id: number;
  nodeId: string;
  issue: Issue;
  author: Account;
  app: App | null;
  body: string;
  state: 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED';
  commit: string;
  submittedAt: string;
  minimized: MinimizeReason | null;
}

export interface Thread {
  kind: 'thread';
  nodeId: string;
  issue: Issue;
  path: string;
  side: 'LEFT' | 'RIGHT';
  startSide: 'LEFT' | 'RIGHT' | null;
  /** In the diff of today's head; null once it is outdated. */
  line: number | null;
  startLine: number | null;
  originalLine: number;
  originalStartLine: number | null;
  originalPosition: number;
  originalCommit: string;
  /** Today's head, until it is outdated. */
  commit: string;
  diffHunk: string;
  resolvedBy: Account | null;
  comments: Comment[];
}

export interface CheckRun {
  id: number;
  name: string;
  head: string;
  app: App;
  externalId: string;
  detailsUrl: string | null;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  startedAt: string;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: Annotation[];
}

export interface WorkflowRun {
  id: number;
  event: string;
  headBranch: string;
  head: string;
  /** null: it is gone. */
  headRepository: { id: number; fullName: string } | null;
  createdAt: string;
}

export interface Artifact {
  id: number;
  name: string;
  run: WorkflowRun;
  content: Buffer;
  /** As GitHub tells it; null for what older uploaders made. */
  digest: string | null;
  expired: boolean;
  createdAt: string;
}

export interface Annotation {
  path: string;
  start_line: number;
  end_line: number;
  start_column: number | null;
  end_column: number | null;
  annotation_level: 'notice' | 'warning' | 'failure';
  title: string | null;
  message: string;
  raw_details: string | null;
}

/** GitHub's times have no fractions. */
export function timeNow(world: World): string {
  return `${new Date(world.clock()).toISOString().slice(0, 19)}Z`;
}

/** A name in the GraphQL API: `IC_kwDO…`. */
export function nodeId(prefix: string, id: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(id));
  return `${prefix}_kwDO${bytes.toString('base64url')}`;
}

export function accountOf(world: World, login: string, type: Account['type'] = 'User'): Account {
  const key = login.toLowerCase();
  let account = world.accounts.get(key);
  if (account === undefined) {
    account = { id: world.nextId(), login, type: login.endsWith('[bot]') ? 'Bot' : type };
    world.accounts.set(key, account);
  }
  return account;
}

/** GitHub's own app for workflow runs. */
export const actionsApp = { id: 15368, slug: 'github-actions', botId: 41898282 };

export function appOf(world: World, slug: string, id?: number): App {
  let app = world.apps.get(slug);
  if (app === undefined) {
    const bot = accountOf(world, `${slug}[bot]`, 'Bot');
    if (slug === actionsApp.slug) bot.id = actionsApp.botId;
    app = { id: id ?? (slug === actionsApp.slug ? actionsApp.id : world.nextId()), slug, bot };
    world.apps.set(slug, app);
  }
  return app;
}
