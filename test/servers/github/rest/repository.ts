import { type Needs, roleOf } from '../access.ts';
import { notFound, Refusal } from '../refusal.ts';
import { ok, type Route, repositoryRoute } from '../route.ts';
import { accountShape, repositoryShape } from '../shapes.ts';

const readMetadata: Needs = { level: 'read', kinds: ['metadata'] };

export const repositoryRoutes: readonly Route[] = [
  repositoryRoute('GET ', 'repos/get', readMetadata, (call) => ok(repositoryShape(call, call.repository))),
  repositoryRoute(
    'GET /collaborators/:login/permission',
    'repos/get-collaborator-permission-level',
    readMetadata,
    (call) => {
      if (call.token === null) throw new Refusal(401, 'Requires authentication');
      const login = decodeURIComponent(call.parameters.login ?? '');
      const account = call.world.accounts.get(login.toLowerCase());
      if (account === undefined) throw notFound();
      const role = roleOf(call.repository, account);
      return ok({ permission: role, user: accountShape(call, account), role_name: role });
    },
  ),
];
