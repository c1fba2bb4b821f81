import { issueCommentRoutes } from './rest/issue-comments.ts';
import { pullRoutes } from './rest/pulls.ts';
import { rootRoutes } from './rest/root.ts';
import type { Call, Route } from './route.ts';

/** Those below `/repos/{owner}/{repo}`, and those that belong to no repository. */
export const routes: { repository: readonly Route[]; root: readonly Route<Call>[] } = {
  repository: [...issueCommentRoutes, ...pullRoutes],
  root: rootRoutes,
};
