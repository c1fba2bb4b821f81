/** What a GitHub server begins with. Plain JSON, so that a scenario can be a file. */
export interface GithubScenario {
  repositories: readonly ScenarioRepository[];
  /** By the text that clients send; a name in the journal too. */
  tokens?: Readonly<Record<string, ScenarioToken>>;
  /** Accounts that are no plain `User`; every other login that is named anywhere is made as one. */
  accounts?: Readonly<Record<string, 'Bot' | 'Organization'>>;
  faults?: readonly FaultRule[];
  limits?: ScenarioLimits;
}

export interface ScenarioLimits {
  /** Comments, reviews, check runs and reactions one token may create within a minute; default 80. */
  contentPerMinute?: number;
  /** Requests at the same time; default 100. */
  concurrent?: number;
}

export interface ScenarioRepository {
  /** `owner/name`. */
  name: string;
  /** Names it had before, also `owner/name`: requests there are sent on. */
  formerNames?: readonly string[];
  /** A git repository with all commits named below; it is copied, never changed. Absent: the repository is empty. */
  git?: string;
  private?: boolean;
  archived?: boolean;
  /** Default `main`. */
  defaultBranch?: string;
  /** Roles by login; the owner is always `admin`. */
  collaborators?: Readonly<Record<string, Role>>;
  pullRequests?: readonly ScenarioPullRequest[];
  issues?: readonly ScenarioIssue[];
  statuses?: readonly ScenarioStatus[];
  /** Apps that are installed besides GitHub Actions, by slug. */
  installations?: readonly string[];
}

export type Role = 'admin' | 'write' | 'read' | 'none';

export interface ScenarioIssue {
  number: number;
  title: string;
  body?: string | null;
  author?: string;
  state?: 'open' | 'closed';
  labels?: readonly string[];
  comments?: readonly ScenarioComment[];
}

export interface ScenarioPullRequest {
  number: number;
  title: string;
  body?: string | null;
  /** Default `ada`. */
  author?: string;
  /** Branch or full commit id in `git`. */
  head: string;
  /** Name of the head's branch where `head` is a commit id; default `feature`. */
  headBranch?: string;
  /** A branch; default the repository's default branch. */
  base?: string;
  /** `owner/name` of a fork, whose branch the base repository then doesn't have; null: the fork is deleted. */
  headRepository?: string | null;
  state?: 'open' | 'closed' | 'merged';
  draft?: boolean;
  locked?: boolean;
  labels?: readonly string[];
  /** Numbers of the issues of this repository that it closes. */
  closes?: readonly number[];
  comments?: readonly ScenarioComment[];
}

export interface ScenarioComment {
  author: string;
  body: string;
  /** Slug of the app that posted it, an app known from the tokens or `github-actions`. */
  app?: string;
}

export interface ScenarioStatus {
  /** Branch or full commit id. */
  commit: string;
  context: string;
  state: 'error' | 'failure' | 'pending' | 'success';
  description?: string;
}

export type PermissionKind =
  | 'actions'
  | 'contents'
  | 'pull_requests'
  | 'issues'
  | 'checks'
  | 'statuses'
  | 'metadata';
/** What is not named is `none`; `metadata` is always `read`. */
export type Permissions = Partial<Record<PermissionKind, 'none' | 'read' | 'write'>>;

export type ScenarioToken = {
  /** 401 `Bad credentials`. */
  expired?: boolean;
  /** Requests an hour; default 5,000 for users, 1,000 for GitHub Actions, 60 for nobody. */
  rateLimit?: number;
  /** Of these, how many are left now. */
  rateRemaining?: number;
  /** GraphQL has as many of its own. */
  graphqlRemaining?: number;
} & (
  | { kind: 'classic'; user: string; scopes: readonly string[] }
  | { kind: 'fine-grained'; user: string; repositories: readonly string[]; permissions: Permissions }
  /** The token of a workflow run: `github-actions[bot]`. */
  | { kind: 'actions'; repository: string; permissions: Permissions }
  /** An installation token of an app: `slug[bot]`. */
  | {
      kind: 'app';
      slug: string;
      /** Default: made up. */
      appId?: number;
      repositories: readonly string[];
      permissions: Permissions;
    }
);

/** The first rule that matches a request is played. */
export interface FaultRule {
  /** Any without it. */
  method?: string;
  /** Regular expression on the path as it came (`/api/v3` included), without the query. */
  path: string;
  /** Regular expression on the query. */
  query?: string;
  /** Regular expression on the body's text. */
  body?: string;
  /** Matching requests that are let through first; default 0. */
  skip?: number;
  /** Matching requests that meet it then; default 1, 0 for all. */
  times?: number;
  what: Fault;
}

/**
 * Milliseconds. Where something `after`wards is said, the request is carried out and only its answer is spoilt. Of git, a
 * `torn` answer breaks within its first piece, and everything else but `delay` comes instead of the answer.
 */
export type Fault =
  | {
      kind: 'status';
      status: number;
      headers?: Readonly<Record<string, string>>;
      /** JSON, or a text that is sent as it is. */
      body?: unknown;
      after?: boolean;
    }
  /** An error page as a proxy makes it; default 502. */
  | { kind: 'html'; status?: number; after?: boolean }
  | { kind: 'reset'; after?: boolean }
  /** No answer, until the client goes away. */
  | { kind: 'stall'; after?: boolean }
  /** The right answer, late. */
  | { kind: 'delay'; milliseconds: number }
  /** The right answer's first half, then the connection breaks. */
  | { kind: 'torn' }
  /** What GitHub says when too much is written too fast. */
  | { kind: 'secondary-limit'; retryAfter?: number }
  /** The token's budget is spent. */
  | { kind: 'primary-limit'; resetInSeconds: number; status?: 403 | 429 };
