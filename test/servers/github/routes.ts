import { artifactRoutes } from './rest/artifacts.ts';
import { checkRunRoutes } from './rest/check-runs.ts';
import { commitRoutes } from './rest/commits.ts';
import { issueCommentRoutes } from './rest/issue-comments.ts';
import { issueRoutes } from './rest/issues.ts';
import { pullRoutes } from './rest/pulls.ts';
import { reactionRoutes } from './rest/reactions.ts';
import { replyRoutes } from './rest/replies.ts';
import { repositoryRoutes } from './rest/repository.ts';
import { reviewRoutes } from './rest/reviews.ts';
import { rootRoutes } from './rest/root.ts';
import { statusRoutes } from './rest/statuses.ts';
import type { Call, Route } from './route.ts';

/** Those below `/repos/{owner}/{repo}`, and those that belong to no repository. */
export const routes: { repository: readonly Route[]; root: readonly Route<Call>[] } = {
  repository: [
    ...repositoryRoutes,
    ...issueRoutes,
    ...issueCommentRoutes,
    ...pullRoutes,
    ...reviewRoutes,
    ...replyRoutes,
    ...reactionRoutes,
    ...commitRoutes,
    ...checkRunRoutes,
    ...statusRoutes,
    ...artifactRoutes,
  ],
  root: rootRoutes,
};
