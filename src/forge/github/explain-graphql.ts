import * as z from 'zod';
import type { ForgeError, ForgeReason } from '../../errors.ts';
import { failure } from './explain-answer.ts';
import { describeToken } from './github-token.ts';
import type { RequestContext } from './request-context.ts';

/** GraphQL says what is wrong in an answer of 200. */
export const GraphqlAnswer = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ message: z.string().default(''), type: z.string().default('') })).nullish(),
});
export type GraphqlAnswer = z.infer<typeof GraphqlAnswer>;

/** null for an answer without errors; with `mayBeMissing` also for one whose errors only say that something is not there. */
export function explainGraphqlErrors(
  { errors }: GraphqlAnswer,
  { context, mayBeMissing }: { context: RequestContext; mayBeMissing: boolean },
): ForgeError | null {
  const counted = (errors ?? []).filter(({ type }) => !(mayBeMissing && type === 'NOT_FOUND'));
  const [first] = counted;
  if (first === undefined) return null;
  const reason = reasonOf(first);
  return failure(context, {
    reason,
    what: words[reason](describeToken(context.token)),
    said: counted.map(({ message }) => message).join('; '),
    status: 200,
    mayHaveWritten: context.writes && reason === 'unreachable',
    hint: reason === 'forbidden' ? 'give the token the permission for it' : undefined,
  });
}

type GraphqlReason = Extract<
  ForgeReason,
  'not-found' | 'forbidden' | 'rate-limit' | 'unreachable' | 'invalid'
>;

const words: Record<GraphqlReason, (token: string) => string> = {
  'not-found': (token) => `it does not exist, or ${token} may not see it`,
  forbidden: (token) => `${token} may not do that`,
  'rate-limit': () => 'its limit of requests an hour is used up',
  unreachable: () => 'the server failed',
  invalid: () => 'it was refused',
};

function reasonOf({ type, message }: { type: string; message: string }): GraphqlReason {
  if (type === 'NOT_FOUND') return 'not-found';
  if (type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES') return 'forbidden';
  if (type === 'RATE_LIMITED' || type === 'RATE_LIMIT') return 'rate-limit';
  if (/^Something went wrong|timed? ?out/i.test(message)) return 'unreachable';
  return /not accessible by/i.test(message) ? 'forbidden' : 'invalid';
}
