import { expect, test } from 'vitest';
import { parseRemoteAddress } from '../../../src/forge/local/remote-name.ts';

const known = { owner: 'octo-org', name: 'the.repo', url: 'https://github.com/octo-org/the.repo' };

test.each([
  'https://github.com/octo-org/the.repo.git',
  'https://github.com/octo-org/the.repo',
  'https://github.com/octo-org/the.repo/',
  'https://x-access-token:ghs_secret@github.com/octo-org/the.repo.git',
  'git@github.com:octo-org/the.repo.git',
  'github.com:octo-org/the.repo',
  'ssh://git@github.com/octo-org/the.repo.git',
  'ssh://git@github.com:22/octo-org/the.repo.git',
  'ssh://git@ssh.github.com:443/octo-org/the.repo.git',
  'git://github.com/octo-org/the.repo.git',
])('%s is a repository on GitHub', (address) => {
  expect(parseRemoteAddress(address)).toEqual(known);
});

test.each([
  ['https://ghe.example.com:8443/team/tool.git', 'https://ghe.example.com:8443/team/tool'],
  ['http://127.0.0.1:3000/team/tool', 'http://127.0.0.1:3000/team/tool'],
  ['ssh://git@ghe.example.com:2222/team/tool', 'https://ghe.example.com/team/tool'],
  ['git@work-alias:team/tool.git', null],
])('%s stands at %s', (address, url) => {
  expect(parseRemoteAddress(address)).toEqual({ owner: 'team', name: 'tool', url });
});

test.each([
  '',
  '/srv/git/tool.git',
  '../tool',
  'C:\\repositories\\tool',
  'file:///srv/git/team/tool',
  'ext::sh -c touch% x',
  'https://github.com/tool',
  'https://gitlab.com/group/subgroup/tool.git',
  'https://github.com/../tool',
  'https://github.com/team/.git',
  'https://github.com/te am/tool',
  'https://github.com/team/to%2fol',
  'git@github.com:team/tool name',
  'not an address',
])('%j names no repository on a forge', (address) => {
  expect(parseRemoteAddress(address)).toBeNull();
});
