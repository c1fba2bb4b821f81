import type { RepositoryId } from '../pull-request-target.ts';
import type { GithubClient } from './github-client.ts';

/** Which pull request is asked for. */
export interface GithubSourceInput {
  client: GithubClient;
  repository: RepositoryId;
  number: number;
  /** Hears, in one line, what GitHub would not tell and why. */
  onGap(message: string): void | Promise<void>;
}

/** Which pull request is read, by the names that GitHub has for it today. */
export interface PullRequestPlace {
  client: GithubClient;
  repository: RepositoryId;
  number: number;
  signal: AbortSignal;
  /** Asks for what a review can do without: null where GitHub will not tell, and a notice why. */
  optional<T>(subject: string, read: () => Promise<T>): Promise<T | null>;
}
