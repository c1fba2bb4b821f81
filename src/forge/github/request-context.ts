import type { GithubSite } from './github-site.ts';
import type { GithubToken } from './github-token.ts';

/** What a message about a request has to say. */
export interface RequestContext {
  site: GithubSite;
  token: GithubToken | null;
  /** What it was for, as it follows "could not": `read pull request 12 of o/r`. */
  purpose: string;
  /** Whether it changes something at the forge. */
  writes: boolean;
}
