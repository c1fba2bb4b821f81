import type { Account } from '../../world.ts';
import { nodeId } from '../../world.ts';
import type { ObjectType } from '../types.ts';

const actorFields: ObjectType<Account>['fields'] = {
  // The bot's suffix is REST's alone; only `viewer` has it here.
  login: { type: 'String', resolve: ({ login }) => login.replace(/\[bot\]$/, '') },
  url: {
    type: 'URI',
    resolve: ({ login }, _, call) => `${call.addresses.html}/${login.replace(/\[bot\]$/, '')}`,
  },
  avatarUrl: {
    type: 'URI',
    takes: { size: 'Int' },
    resolve: ({ id }) => `https://avatars.githubusercontent.com/u/${id}?v=4`,
  },
};

const withIds = (prefix: string): ObjectType<Account>['fields'] => ({
  ...actorFields,
  id: { type: 'ID', resolve: ({ id }) => nodeId(prefix, id) },
  databaseId: { type: 'Int', resolve: ({ id }) => id },
});

export const actor = {
  possible: ['User', 'Bot', 'Organization'],
  fields: actorFields as ObjectType['fields'],
};

export const peopleTypes: readonly ObjectType<Account>[] = [
  {
    name: 'User',
    fields: {
      ...withIds('U'),
      login: { type: 'String', resolve: ({ login }) => login },
      name: { type: 'String', resolve: ({ login }) => login },
      isViewer: { type: 'Boolean', resolve: (account, _, call) => call.token?.account === account },
    },
  },
  { name: 'Bot', fields: withIds('BOT') },
  { name: 'Organization', fields: withIds('O') },
];
