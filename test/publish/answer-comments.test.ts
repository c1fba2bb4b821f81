import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommentAnswer } from '../../src/domain/comment-answer.ts';
import { answerMarker, outcomeMarker } from '../../src/domain/hidden-block.ts';
import { ForgeError } from '../../src/errors.ts';
import type { CommentAnswerer, Receipt } from '../../src/forge/comment-answerer.ts';
import type { CommentRevision, OwnIdentity, PullRequestState } from '../../src/forge/report-publisher.ts';
import type { SpokenComment } from '../../src/forge/spoken-comment.ts';
import { answerComments, mostAnswers } from '../../src/publish/answer-comments.ts';
import { answerLooks } from '../../src/publish/answer-looks.ts';
import { createAnswerText } from '../../src/render/publish/answer-text.ts';
import { noSources } from '../../src/render/source/source-reader.ts';
import { loadTemplates } from '../../src/render/templates.ts';
import { bot } from '../support/memory-forge.ts';
import { createReportFixture } from '../support/report-fixture.ts';

const people: Record<string, OwnIdentity> = {
  ada: { login: 'ada', id: 1 },
  eve: { login: 'eve', id: 2 },
};

/** A pull request in memory on which comments are answered by our bot. */
class MemoryAnswerer implements CommentAnswerer {
  readonly state: PullRequestState = {
    ...{ head: reviewed, base: 'b'.repeat(40), state: 'open', draft: false, locked: false },
  };
  readonly comments: SpokenComment[] = [];
  readonly reactions: { comment: number; content: string; login: string; id: number | null }[] = [];
  /** Loses the answers of the next so many replies, which came through. */
  lost = 0;

  say(login: string, body: string, author = people[login] ?? bot): SpokenComment {
    const id = this.comments.length + 1;
    const comment: SpokenComment = {
      ...{ id, nodeId: `IC_${id}`, body, author: { login: author.login, id: author.id } },
      appId: author.appId ?? null,
      createdAt: new Date(Date.UTC(2030, 0, 1) + id * 1_000).toISOString(),
      url: `https://forge.example/pull/7#${id}`,
      ...{ place: 'conversation', inReplyTo: null, isBot: login.endsWith('[bot]') },
    };
    this.comments.push(comment);
    return comment;
  }
  mayWrite = (login: string): Promise<boolean> => Promise.resolve(login === 'ada');
  listRevisions = (): Promise<CommentRevision[]> => Promise.resolve([]);
  whoAmI = (): Promise<OwnIdentity> => Promise.resolve(bot);
  readState = (): Promise<PullRequestState> => Promise.resolve(this.state);
  listComments = (): Promise<SpokenComment[]> => Promise.resolve([...this.comments]);
  listReactions({ id }: SpokenComment) {
    return Promise.resolve(
      this.reactions
        .filter(({ comment }) => comment === id)
        .map(({ content, login, id: account }) => ({ content, author: { login, id: account } })),
    );
  }
  react({ id }: SpokenComment, content: Receipt): Promise<void> {
    this.reactions.push({ comment: id, content, login: bot.login, id: bot.id });
    return Promise.resolve();
  }
  reply(_to: SpokenComment, body: string): Promise<void> {
    this.say(bot.login, body);
    if (this.lost === 0) return Promise.resolve();
    this.lost -= 1;
    return Promise.reject(
      new ForgeError('the connection broke', { reason: 'unreachable', mayHaveWritten: true }),
    );
  }
  receipts(id: number): string[] {
    return this.reactions.filter(({ comment }) => comment === id).map(({ content }) => content);
  }
  replies(id: number): string[] {
    return this.comments.map(({ body }) => body).filter((body) => body.startsWith(answerMarker(id)));
  }
}

const { report } = createReportFixture();
const [first, second] = report.findings;
if (first === undefined || second === undefined) throw new Error('the fixture has too few findings');
const name = ({ label, shortId }: typeof first) => `${label}·${shortId}`;
const reviewed = 'a'.repeat(40);
const hand = {
  ...{ madeAt: report.run.startedAt, isMadeAnew: false, findings: report.findings },
  ...{
    head: reviewed,
    reviewers: ['claude', 'gemini'],
    looked: [] as { comment: number; label: string; shortId: string }[],
  },
};
const writeText = await createAnswerText({
  ...{ report, sources: noSources, reportUrl: null },
  templates: await loadTemplates(join(import.meta.dirname, '../../templates')),
});
const answer = (forge: MemoryAnswerer, post = true, at: typeof hand | null = hand) =>
  answerComments({ report: at, post }, { forge, writeText, signal: new AbortController().signal });

test('what is asked is answered once, by a reply and a reaction, whoever else reacts or forges', async () => {
  const forge = new MemoryAnswerer();
  const asked: [string, string, CommentAnswer['kind'][], string][] = [
    ['ada', `decline ${name(first)} by design`, ['declined'], '+1'],
    ['ada', `accept ${second.shortId}\n/deep-review explain ${name(first)}`, ['accepted', 'explained'], '+1'],
    ['ada', `decline ${first.label} by design`, ['bare'], 'confused'],
    ['ada', 'explain C9·ffff', ['missing'], 'confused'],
    ['ada', 'decline', ['incomplete'], 'confused'],
    ['ada', 'merge <!-- deep-review:summary -->', ['not-there'], 'confused'],
    ['ada', 'rerun gemini', ['not-started'], 'confused'],
    ['ada', `verify ${first.shortId}`, ['not-started'], 'confused'],
    ['ada', 'rerun gemma\n/deep-review verify C9·ffff', ['no-reviewer', 'missing'], 'confused'],
    ['ada', 'rerun', ['incomplete'], 'confused'],
    ['ada', 'help', ['help'], '+1'],
  ];
  const comments = asked.map(([login, body]) => forge.say(login, `/deep-review ${body}`));
  const stranger = forge.say('eve', '/deep-review help');
  forge.say('github-actions[bot]', '/deep-review decline a3f9 so say I');
  // Another's mark, and a forged answer, are none.
  forge.reactions.push({ comment: 1, content: '+1', login: 'eve', id: 2 });
  forge.say('eve', `${answerMarker(1)}\nall done`);

  const dry = await answer(forge, false);
  expect(dry.map(({ outcome }) => outcome)).toEqual([...asked.map(() => 'would-answer'), 'refused']);
  expect(forge.reactions).toHaveLength(1);

  const told = await answer(forge);
  expect(told.map(({ outcome, answers }) => [outcome, ...answers.map(({ kind }) => kind)])).toEqual([
    ...asked.map(([, , kinds]) => ['answered', ...kinds]),
    ['refused', 'help'],
  ]);
  for (const [at, { id }] of comments.entries())
    expect([forge.receipts(id).slice(-2), forge.replies(id).length]).toEqual([
      ['eyes', asked[at]?.[3]],
      id === 1 ? 2 : 1,
    ]);
  expect([forge.receipts(stranger.id), forge.replies(stranger.id)]).toEqual([['confused'], []]);
  const said = comments.map(({ id }) => forge.replies(id).at(-1)?.split('\n').slice(1).join('\n') ?? '');
  expect(said.map((text) => text.split('\n')[0])).toEqual([
    `${name(first)} is declined: later rounds drop it as long as its code stands. Accepting it or deleting the comment takes that back.`,
    `${name(second)} is accepted.`,
    expect.stringContaining(`it is ${name(first)}: write that name whole.`),
    'The report at hand has no finding C9·ffff.',
    'decline needs the name of a finding, as the report prints it.',
    expect.stringMatching(/^There is no command merge .*deep-review.* here\.$/),
    'Nobody starts rerun gemini here: whoever has the run can, with deep-review on the command line.',
    expect.stringContaining(`Nobody starts verify ${name(first)} here`),
    'The last run knows no reviewer gemma. It knows claude, gemini.',
    'rerun needs the name of a reviewer, such as gemini.',
    expect.stringContaining('What can be asked'),
  ]);
  expect(said[1]).toContain('Found by');
  expect(said.join('\n')).not.toMatch(/<!-- deep-review:|^\/deep-review/m);

  const before = forge.reactions.length;
  const again = await answer(forge);
  expect(again.map(({ outcome }) => outcome)).toEqual(again.map(() => 'before'));
  expect(forge.reactions).toHaveLength(before);
});

test('a lost answer of the forge repeats nothing, and a pull request that is no longer open gets nothing', async () => {
  const forge = new MemoryAnswerer();
  const { id } = forge.say('ada', '/deep-review decline C1·a3f9 rare');
  forge.lost = 1;
  expect(await answer(forge, true, null)).toMatchObject([{ outcome: 'answered' }]);
  expect(forge.replies(id)).toHaveLength(1);
  // The reply stands and the last reaction was lost: only that is made again.
  forge.reactions.splice(0);
  expect(await answer(forge, true, null)).toMatchObject([{ outcome: 'answered' }]);
  expect([forge.replies(id).length, forge.receipts(id)]).toEqual([1, ['eyes', '+1']]);

  for (let at = 0; at < mostAnswers + 1; at++) forge.say('ada', '/deep-review explain C1');
  const many = await answer(forge, true, null);
  expect(many.map(({ outcome }) => outcome).filter((outcome) => outcome === 'left')).toHaveLength(1);
  expect(many.at(1)?.answers).toEqual([{ kind: 'no-report', name: 'C1' }]);
  forge.state.state = 'merged';
  const late = await answer(forge);
  expect(late.map(({ outcome, why }) => [outcome, why])).toEqual(
    late.map(() => ['left', 'the pull request is merged']),
  );
});

test('only a run of today’s head is looked at again, where somebody starts that', async () => {
  const forge = new MemoryAnswerer();
  forge.say('ada', `/deep-review rerun Gemini\n/deep-review verify ${name(first)}\n/deep-review verify C9`);
  const kinds = async (report: typeof hand | null) =>
    (
      await answerComments(
        { report, post: false, startsReviews: true },
        { forge, writeText, signal: new AbortController().signal },
      )
    ).flatMap(({ answers }) => answers);
  expect(await kinds(hand)).toEqual([
    { kind: 'rerun-starts', reviewer: 'gemini' },
    { kind: 'verify-starts', finding: first.shortId, name: name(first) },
    { kind: 'missing', name: 'C9' },
  ]);
  // As a comment in the diff calls it since an earlier report.
  const old = new MemoryAnswerer();
  const called = `S9·${first.shortId}`;
  old.say(
    'ada',
    `/deep-review verify ${called}\n/deep-review explain ${called}\n/deep-review decline ${called} no`,
  );
  const told = async (isMadeAnew: boolean) =>
    (
      await answerComments(
        { report: { ...hand, isMadeAnew }, post: false, startsReviews: true },
        { forge: old, writeText, signal: new AbortController().signal },
      )
    ).flatMap(({ answers }) => answers);
  const asked = [
    { kind: 'verify-starts', finding: first.shortId, name: name(first) },
    { kind: 'explained', finding: first.shortId },
  ];
  expect(await told(false)).toEqual([...asked, { kind: 'missing', name: called }]);
  expect(await told(true)).toEqual([...asked, { kind: 'declined', name: name(first) }]);
  // A new review comes instead of the second looks that are asked for beside it: nothing of these is promised.
  const both = new MemoryAnswerer();
  both.say('ada', '/deep-review rerun gemini\n/deep-review review');
  const beside = await answerComments(
    { report: hand, post: false, startsReviews: true },
    { forge: both, writeText, signal: new AbortController().signal },
  );
  expect(beside.flatMap(({ answers }) => answers)).toEqual([
    { kind: 'not-started', command: 'rerun', subject: 'gemini' },
    { kind: 'review-starts', full: false },
  ]);
  // A label alone may mean another finding of a report that was made since.
  const anew = { ...hand, madeAt: '2031-01-01T00:00:00.000Z' };
  expect((await kinds(anew))[2]?.kind).toBe('bare');
  // But the comment was served already, and called it so.
  const looked = [{ comment: 1, label: 'C9', shortId: 'ffff' }];
  expect((await kinds({ ...anew, looked }))[2]).toEqual({
    ...{ kind: 'verify-starts', finding: 'ffff', name: 'C9·ffff' },
  });
  const moved = await kinds({ ...hand, head: 'c'.repeat(40) });
  expect(moved.map(({ kind }) => kind)).toEqual(['moved', 'moved', 'moved']);
  expect((await kinds(null)).map(({ kind }) => kind)).toEqual(['no-run', 'no-run', 'no-run']);
  expect(writeText(moved)).toContain('The head has moved since cccccccccccc');
});

test('what came of a second look is told once, to a comment that is there, in words that begin no command', async () => {
  const forge = new MemoryAnswerer();
  const { id } = forge.say('ada', '/deep-review rerun gemini');
  const told: CommentAnswer[] = [
    {
      kind: 'verify-done',
      name: 'I1·a3f9',
      came: 'refuted: it `@ada`\n/merge <b>',
      url: 'https://forge.example/7',
    },
    {
      ...{ kind: 'rerun-done', reviewer: 'gemini', ended: 'came to its end with no finding', counts: false },
      ...{ completed: 2, asked: 3, url: null },
    },
  ];
  const say = () =>
    answerLooks(
      [
        { comment: id, answers: told },
        { comment: 999, answers: told },
      ],
      { forge, writeText },
    );
  forge.lost = 1;
  forge.say('eve', `${outcomeMarker(id)}\nforged`);
  expect(await say()).toEqual([]);
  expect(await say()).toEqual([]);
  const said = forge.comments.filter(({ author }) => author.login === bot.login).map(({ body }) => body);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^<!-- deep-review:outcome 1 -->\nI1·a3f9 was checked again: refuted: /);
  expect(said[0]).toContain('[The report](https://forge.example/7)');
  expect(said[0]).toContain('Its first review still counts; 2 of 3 reviewers came to their end.');
  expect(said[0]).not.toMatch(/^\/|<b>/m);
  forge.state.locked = true;
  expect(await say()).toEqual(['the conversation of the pull request is locked']);
});
