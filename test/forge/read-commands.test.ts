import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ForgeError } from '../../src/errors.ts';
import {
  type CommandLookups,
  mostCommandComments,
  readCommands,
  toCommentDecisions,
} from '../../src/forge/read-commands.ts';
import type { CommentRevision } from '../../src/forge/report-publisher.ts';
import type { SpokenComment } from '../../src/forge/spoken-comment.ts';

const text = '/deep-review decline I2·77c0 by design';

function comment(id: number, login: string, body = text, fields: Partial<SpokenComment> = {}): SpokenComment {
  return {
    id,
    nodeId: `IC_${id}`,
    body,
    author: { login, id: null },
    appId: null,
    createdAt: new Date(Date.UTC(2026, 10, 1) + id * 1_000).toISOString(),
    url: `https://forge.example/pull/7#${id}`,
    place: 'conversation',
    inReplyTo: null,
    isBot: false,
    ...fields,
  };
}

const edit = (editor: string | null): CommentRevision => ({ body: text, editor });

class Lookups implements CommandLookups {
  readonly asked: string[] = [];
  private readonly revisions: ReadonlyMap<string, CommentRevision[]>;
  constructor(revisions: Record<string, CommentRevision[]> = {}) {
    this.revisions = new Map(Object.entries(revisions));
  }
  mayWrite(login: string): Promise<boolean> {
    this.asked.push(login);
    if (login === 'zoe')
      return Promise.reject(new ForgeError('the server is down', { reason: 'unreachable' }));
    return Promise.resolve(login.toLowerCase() === 'ada');
  }
  listRevisions(nodeId: string): Promise<CommentRevision[]> {
    return Promise.resolve(this.revisions.get(nodeId) ?? []);
  }
}

test('only who may write decides, in a comment that nobody else edited; what is not known is said', async () => {
  const lookups = new Lookups({
    IC_6: [edit('ada'), edit('ada')],
    IC_7: [edit('github-actions'), edit('ada')],
    IC_8: [edit(null), edit('ada')],
  });
  const comments = [
    comment(9, 'Ada', '/deep-review accept 77c0\n/deep-review explain I1'),
    comment(1, 'ada', 'I would decline I2·77c0'),
    comment(2, 'ada'),
    comment(3, 'eve'),
    comment(4, 'zoe'),
    comment(5, 'github-actions[bot]', text, { isBot: true }),
    comment(6, 'ada', '/deep-review decline i3 too rare'),
    comment(7, 'ada'),
    comment(8, 'ada'),
    comment(10, 'zoe', '/deep-review review'),
    comment(11, 'ada[bot]'),
  ];
  const read = await readCommands(comments, lookups);
  expect(read.map(({ comment: { id }, standing }) => [id, standing])).toEqual([
    [2, { outcome: 'trusted' }],
    [3, { outcome: 'refused', reason: 'no-permission' }],
    [4, { outcome: 'unknown', why: 'the server is down' }],
    [6, { outcome: 'trusted' }],
    [7, { outcome: 'refused', reason: 'edited-by-another' }],
    [8, { outcome: 'unknown', why: 'the forge does not say who edited it' }],
    [9, { outcome: 'trusted' }],
    [10, { outcome: 'unknown', why: 'the server is down' }],
  ]);
  expect(lookups.asked).toEqual(['zoe', 'Ada', 'eve']);
  const said = (id: number) => ({
    by: id === 9 ? 'Ada' : 'ada',
    at: comment(id, '').createdAt,
    url: comment(id, '').url,
  });
  expect(toCommentDecisions(read)).toEqual({
    decisions: [
      { label: 'I2', id: '77c0', action: 'decline', reason: 'by design', ...said(2) },
      { label: 'I3', id: null, action: 'decline', reason: 'too rare', ...said(6) },
      { label: null, id: '77c0', action: 'accept', reason: '', ...said(9) },
    ],
    notices: [
      'Not counted: what is decided in https://forge.example/pull/7#4: the server is down.',
      'Not counted: what is decided in https://forge.example/pull/7#7: somebody else edited it.',
      'Not counted: what is decided in https://forge.example/pull/7#8: the forge does not say who edited it.',
    ],
  });
});

test('a token that is none is no gap, and of very many comments the newest are read', async () => {
  const refused = new ForgeError('Bad credentials', { reason: 'unauthorized' });
  const nobody = { mayWrite: () => Promise.reject(refused), listRevisions: () => Promise.resolve([]) };
  await expect(readCommands([comment(1, 'ada')], nobody)).rejects.toBe(refused);
  const many = Array.from({ length: mostCommandComments + 3 }, (_, at) => comment(at, 'ada'));
  const read = await readCommands(many, new Lookups());
  expect(read.map(({ standing }) => standing.outcome)).toEqual([
    ...Array.from({ length: 3 }, () => 'unknown'),
    ...Array.from({ length: mostCommandComments }, () => 'trusted'),
  ]);
  const flood = Array.from({ length: 3 * mostCommandComments }, (_, at) => comment(at + 1, 'eve'));
  const flooded = await readCommands([comment(0, 'ada'), ...flood], new Lookups());
  expect(toCommentDecisions(flooded)).toMatchObject({ decisions: [{ by: 'ada' }], notices: [] });
});

test('whatever is written by whom, nobody decides but who may write', async () => {
  const who = fc.constantFrom('ada', 'eve', 'zoe', 'github-actions[bot]');
  const bodies = fc.oneof(
    fc.constant(text),
    fc.string(),
    fc.string().map((more) => `${text}\n${more}`),
  );
  const all = fc.array(fc.tuple(who, bodies, fc.boolean()), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(all, async (given) => {
      const comments = given.map(([login, body, isBot], id) => comment(id, login, body, { isBot }));
      const { decisions } = toCommentDecisions(await readCommands(comments, new Lookups()));
      const counted = given.filter(
        ([login, body, isBot]) => login === 'ada' && !isBot && body.startsWith(text),
      );
      expect(decisions.map(({ by }) => by)).toEqual(counted.map(() => 'ada'));
    }),
    { numRuns: 50 },
  );
});
