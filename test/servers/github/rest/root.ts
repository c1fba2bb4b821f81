import { notAccessibleBy } from '../access.ts';
import { notFound, Refusal } from '../refusal.ts';
import { type Call, ok, type Route, rootRoute } from '../route.ts';
import { accountShape } from '../shapes.ts';

export const rootRoutes: readonly Route<Call>[] = [
  rootRoute('GET /user', 'users/get-authenticated', (call) => {
    const { token } = call;
    if (token === null) throw new Refusal(401, 'Requires authentication');
    if (token.app !== null) throw new Refusal(403, notAccessibleBy(token));
    return ok({
      ...accountShape(call, token.account),
      name: token.account.login,
      created_at: '2011-01-25T18:44:36Z',
      updated_at: '2011-01-25T18:44:36Z',
      public_repos: 1,
      public_gists: 0,
      followers: 0,
      following: 0,
    });
  }),
  rootRoute('GET /users/:login', 'users/get-by-username', (call) => {
    const account = call.world.accounts.get(decodeURIComponent(call.parameters.login ?? '').toLowerCase());
    if (account === undefined) throw notFound();
    return ok({ ...accountShape(call, account), name: account.login });
  }),
  rootRoute('GET /meta', 'meta/get', () => ok({ verifiable_password_authentication: false })),
];
