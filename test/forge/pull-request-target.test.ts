import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePullRequestTarget } from '../../src/forge/pull-request-target.ts';

const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,100}$/).filter((text) => !/^\.*$/.test(text));
const number = fc.integer({ min: 1, max: 9_999_999_999 });
const server = fc.constantFrom('https://github.com', 'https://git.example:8443', 'http://127.0.0.1:3000');
const page = fc.constantFrom('', '/', '/files', '/commits/abc', '/files?w=1', '#issuecomment-1');

describe('the name of a pull request', () => {
  test('is read back from all that it can be written as', () => {
    fc.assert(
      fc.property(name, name, number, server, page, (owner, project, count, site, rest) => {
        const repository = { owner, name: project };
        const target = { kind: 'pull-request', number: count };
        expect([
          parsePullRequestTarget(`${count}`),
          parsePullRequestTarget(`#${count}`),
          parsePullRequestTarget(`${owner}/${project}#${count}`),
          parsePullRequestTarget(`${site}/${owner}/${project}/pull/${count}${rest}`),
        ]).toEqual([
          { ...target, repository: null, server: null },
          { ...target, repository: null, server: null },
          { ...target, repository, server: null },
          { ...target, repository, server: site },
        ]);
      }),
    );
  });

  test('is in no other text, and what is read can be put into an address as it is', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.string(), fc.string(), number)
        .map(([owner, project, count]) => `${owner}/${project}#${count}`),
      fc.webUrl({ withFragments: true, withQueryParameters: true }).map((url) => `${url}/pull/12`),
      fc.tuple(fc.webAuthority(), fc.webPath()).map(([host, path]) => `https://${host}${path}/pull/1`),
    );
    fc.assert(
      fc.property(text, (given) => {
        const target = parsePullRequestTarget(given);
        if (target === null) return;
        const { number: count, repository, server: site } = target;
        expect(Number.isSafeInteger(count) && count > 0).toBe(true);
        const path = repository === null ? '/' : `/${repository.owner}/${repository.name}`;
        expect(new URL(`https://host${path}`).pathname).toBe(path);
        expect(site === null ? null : new URL(site).origin).toBe(site);
      }),
    );
  });
});
