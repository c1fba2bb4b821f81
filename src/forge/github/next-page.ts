import { failure } from './explain-answer.ts';
import type { RequestContext } from './request-context.ts';
import type { GithubAnswer } from './send-request.ts';

/** Most pages of one list. */
export const mostPages = 100;

/** Address of the next page; null for the last one. Rejects one on another host: the token would go there. */
export function nextPage({ headers, status }: GithubAnswer, context: RequestContext): string | null {
  const { link } = headers;
  if (typeof link !== 'string') return null;
  const address = /<([^<>]+)>\s*;[^,<]*\brel="?next"?/.exec(link)?.[1];
  if (address === undefined) return null;
  const api = new URL(context.site.api);
  if (URL.canParse(address, api.href)) {
    const next = new URL(address, api.href);
    // A brace would be filled in as a part of a route.
    if (next.origin === api.origin && !/[{}]/.test(next.href)) return next.href;
  }
  throw failure(context, {
    reason: 'protocol',
    status,
    what: 'its next page is on another server, which is not asked',
  });
}
