import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ReviewWithAgentInput, reviewWithAgent } from '../../src/agent/review-with-agent.ts';
import { formatRecord, parseTranscript, type TranscriptRecord } from '../../src/agent/transcript.ts';
import type { RunEvent } from '../../src/domain/event.ts';
import { Review } from '../../src/domain/review.ts';
import { GitError } from '../../src/errors.ts';
import { createGate } from '../../src/evidence/gate.ts';
import { ProviderError } from '../../src/provider/provider-error.ts';

import { stage, vendorCases } from '../contract/provider-harness.ts';
import type { ScriptTurn } from '../servers/model/script.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { callTools, ScriptedModel, type ScriptedTurn, say } from '../support/scripted-model.ts';
import { type OpenedChange, openChange, shippedContext } from './support/open-change.ts';

let git: GitFixture;
let opened: OpenedChange;
let events: RunEvent[];
let records: TranscriptRecord[];

const store = `package cache

func (s *Store) Evict() {
	s.mu.Lock()
	old := s.old()
	s.mu.Unlock()
	for _, key := range old {
		delete(s.entries, key)
	}
}
`;

beforeAll(async () => {
  git = createGitFixture();
  const base = git.commit({ 'store.go': 'package cache\n', 'other.go': 'package cache\n' });
  const head = git.commit({
    'store.go': store,
    'other.go': 'package cache\n\nvar x = 1\n',
    'huge.go': `// ${'x'.repeat(1_500)}\n`.repeat(100),
    'go.sum': 'a\n',
  });
  opened = await openChange(git, { base, head });
});
afterAll(async () => {
  await opened.repository.close();
  git.remove();
});
beforeEach(() => {
  events = [];
  records = [];
});

const limits: ReviewWithAgentInput['limits'] = {
  turns: 50,
  toolCalls: 100,
  deadlineMs: 600_000,
  toolMs: 20_000,
  tokens: null,
  maxOutputTokens: 8_000,
  stream: { connectMs: 5_000, firstByteMs: 5_000, idleMs: 5_000, progressMs: 5_000, deadlineMs: 60_000 },
};

async function input(change: Partial<ReviewWithAgentInput>): Promise<ReviewWithAgentInput> {
  const gate = createGate(opened);
  let time = 0;
  return {
    reviewer: { type: 'model', id: 'claude', provider: 'anthropic', model: 'scripted', effort: null },
    model: new ScriptedModel([]),
    change: opened.change,
    patch: opened.patch,
    repository: opened.repository,
    check: (claim) => gate.check(claim),
    context: await shippedContext(),
    limits,
    money: null,
    priceOf: () => 0.25,
    signal: new AbortController().signal,
    emit: (event) => {
      events.push(event);
    },
    clock: { now: () => (time += 1), date: () => new Date('2026-01-02T03:04:05Z') },
    record: (record) => {
      records.push(record);
    },
    ...change,
  };
}

async function review(turns: readonly ScriptedTurn[], change: Partial<ReviewWithAgentInput> = {}) {
  const model = new ScriptedModel(turns);
  return { model, review: await reviewWithAgent(await input({ model, ...change })) };
}

const race = {
  severity: 'important',
  category: 'concurrency',
  title: 'Evict deletes without the lock',
  locations: [{ path: 'store.go', startLine: 7, endLine: 9 }],
  quote: '\tfor _, key := range old {\n\t\tdelete(s.entries, key)\n\t}',
  scenario: 'Two calls at once.',
};
const report = (change: Record<string, unknown> = {}) =>
  callTools([{ name: 'report_finding', arguments: { ...race, ...change } }]);
const coverage = [{ path: 'huge.go', status: 'trivial' }];
const finish = (more: Record<string, unknown> = { coverage }) =>
  callTools([{ name: 'finish_review', arguments: { summary: 'One defect.', ...more } }]);

/** What the model was last told by its tools. */
function answers(model: ScriptedModel, turn: number): string[] {
  const message = model.requests[turn]?.messages.at(-1);
  return message?.role === 'tool' ? message.results.map(({ text }) => text) : [];
}

describe('reviewWithAgent', () => {
  test('gives a whole review', async () => {
    const { review: given, model } = await review([
      callTools([{ name: 'read_file', arguments: { path: 'huge.go', endLine: 2 } }]),
      report(),
      finish(),
    ]);
    expect(given).toEqual({
      schemaVersion: 1,
      reviewer: { type: 'model', id: 'claude', provider: 'anthropic', model: 'scripted', effort: null },
      status: 'completed',
      cause: null,
      findings: [
        expect.objectContaining({
          id: 'I1',
          reviewer: 'claude',
          gate: expect.objectContaining({ outcome: 'stands' }),
          locations: [{ path: 'store.go', startLine: 7, endLine: 9, side: 'head' }],
        }),
      ],
      finish: expect.objectContaining({ summary: 'One defect.', coverage: [{ ...coverage[0], note: '' }] }),
      filesRead: ['huge.go', 'other.go', 'store.go'],
      toolCalls: expect.arrayContaining([expect.objectContaining({ turn: 3, tool: 'finish_review' })]),
      usage: { input: 300, cacheRead: 30, cacheWrite: 3, output: 60, reasoning: 15 },
      costUsd: 0.75,
      lostRequests: { count: 0, mostUsd: 0 },
      startedAt: '2026-01-02T03:04:05.000Z',
      durationMs: expect.any(Number),
    });
    expect(Review.parse(given)).toEqual(given);
    expect(answers(model, 2)[0]).toMatch(/^Accepted as I1\. /);
    expect(model.requests[0]?.tools.map(({ name }) => name)).toEqual([
      'read_file',
      'list_files',
      'search',
      'diff',
      'git_log',
      'git_blame',
      'git_show',
      'report_finding',
      'withdraw_finding',
      'finish_review',
    ]);
    expect(events.map(({ type }) => type)).toEqual(
      [
        ...Array.from({ length: 4 }, () => 'reviewer-progress'),
        'finding-report',
        ...Array.from({ length: 2 }, () => 'reviewer-progress'),
      ].sort((a, b) => (a === b ? 0 : 0)),
    );
    expect(events.at(-1)).toEqual({
      type: 'reviewer-progress',
      reviewer: 'claude',
      turn: 3,
      toolCalls: 2,
      inputTokens: 333,
      outputTokens: 60,
      costUsd: 0.75,
      activity: expect.stringContaining('finish_review'),
    });
    expect(parseTranscript(records.map(formatRecord).join(''))).toEqual({ records, torn: false });
    expect(records.map(({ type }) => type)).toEqual([
      'session',
      'turn',
      'tool-call',
      'turn',
      'tool-call',
      'turn',
      'tool-call',
      'end',
    ]);
  });

  test('re-anchors, refuses, and takes a correction', async () => {
    const { review: given, model } = await review([
      report({ locations: [{ path: 'store.go', startLine: 1, endLine: 1 }] }),
      report({ quote: 'for key := range s.old() { s.drop(key) }' }),
      report({ severity: 'critical', replaces: 'A1' }),
      report({ title: 'other', replaces: 'A9' }),
      callTools([
        { name: 'withdraw_finding', arguments: { id: 'i1', reason: 'twice' } },
        { name: 'withdraw_finding', arguments: { id: 'I1', reason: 'again' } },
        { name: 'withdraw_finding', arguments: { id: 'S9', reason: 'x' } },
        { name: 'withdraw_finding', arguments: { id: 'C1' } },
      ]),
      finish(),
    ]);
    expect(answers(model, 1)[0]).toContain('Accepted as I1.');
    expect(answers(model, 2)[0]).toMatch(/^Not accepted, attempt A1\. .*name A1 in `replaces`/s);
    expect(answers(model, 3)[0]).toMatch(/^Accepted as C1\. .*It replaces A1\.$/s);
    expect(answers(model, 4)[0]).toMatch(/^Accepted as I2\. .*There is no open attempt A9/s);
    expect(answers(model, 5)).toEqual([
      'I1 is withdrawn.',
      'I1 was withdrawn before.',
      'You have no finding S9; ids are those that report_finding answered.',
      'withdraw_finding: the arguments were not understood.\n- `reason` is missing.',
    ]);
    expect(
      given.findings.map(({ id, withdrawn, attempts, gate }) => [
        id,
        withdrawn,
        attempts.length,
        gate.outcome,
      ]),
    ).toEqual([
      ['I1', 'twice', 0, 're-anchored'],
      ['C1', null, 1, 'stands'],
      ['I2', null, 0, 'stands'],
    ]);
  });

  test('asks once about files nobody looked at and findings that were refused', async () => {
    const { review: given, model } = await review([
      report({ quote: 'nowhere to be found' }),
      finish({}),
      callTools([{ name: 'read_file', arguments: { path: 'huge.go' } }]),
      finish({ summary: 'Now.' }),
    ]);
    const [question] = answers(model, 2);
    expect(question).toContain('huge.go');
    expect(question).toContain('A1: Evict deletes without the lock');
    expect(question).not.toContain('store.go');
    expect(question).not.toContain('go.sum');
    expect(given).toMatchObject({ status: 'completed', finish: { summary: 'Now.' } });
    expect(given.findings.map(({ id, gate }) => [id, gate.outcome])).toEqual([['I1', 'refused']]);
  });

  test('accepts the second finish as it is, and keeps the first when there is no second', async () => {
    expect((await review([finish({}), finish({})])).review).toMatchObject({ status: 'completed' });
    const { review: given } = await review([finish({}), say('No.'), say('No!')]);
    expect(given).toMatchObject({
      status: 'partial',
      cause: { code: 'no-finish' },
      finish: { summary: 'One defect.' },
    });
  });

  test('tells the model what is missing in a call', async () => {
    const { model, review: given } = await review([
      callTools([
        { name: 'report_finding', arguments: { title: 'x' } },
        { name: 'finish_review', arguments: {} },
      ]),
      finish(),
    ]);
    expect(answers(model, 1)).toEqual([
      expect.stringContaining('`severity` must be critical, important or suggestion.'),
      expect.stringContaining('`summary` is missing'),
    ]);
    expect(given).toMatchObject({ status: 'completed', findings: [] });
  });

  test('keeps thousands of findings and a huge one, and answers shortly', async () => {
    const many = Array.from({ length: 1_000 }, (_, at) => ({
      name: 'report_finding',
      arguments: { ...race, severity: 'low', title: `number ${at}` },
    }));
    const explanation = 'x'.repeat(2 * 2 ** 20);
    const { review: given, model } = await review([callTools(many), report({ explanation }), finish()], {
      limits: { ...limits, toolCalls: 10_000 },
    });
    expect(given.status).toBe('completed');
    expect(given.findings).toHaveLength(1_001);
    expect(given.findings.at(-1)?.claim.explanation).toBe(explanation);
    expect(Math.max(...answers(model, 2).map(({ length }) => length))).toBeLessThan(5_000);
    expect(Math.max(...given.toolCalls.map((call) => call.arguments.length))).toBeLessThan(300);
  });

  test('is no completed review when nothing was opened', async () => {
    const huge = opened.change.files.filter(({ path }) => path === 'huge.go' || path === 'go.sum');
    const change = { ...opened.change, files: huge };
    const { review: given } = await review([finish()], { change });
    expect(given).toMatchObject({ status: 'partial', cause: { code: 'no-coverage' }, filesRead: [] });
    const read = callTools([{ name: 'diff', arguments: { path: 'go.sum' } }]);
    expect((await review([read, finish()], { change })).review.status).toBe('completed');
    const binary = huge.map((file) => ({ ...file, binary: true }));
    const nothing = await review([finish()], { change: { ...change, files: binary } });
    expect(nothing.review.status).toBe('completed');
  });

  test('tries again what could not be checked, and says when it is lost', async () => {
    const gate = createGate(opened);
    let failures = 1;
    const check: ReviewWithAgentInput['check'] = (claim) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new GitError('git is away')) : gate.check(claim);
    };
    const { review: given, model } = await review([report(), finish()], { check });
    expect(answers(model, 1)[0]).toContain('The finding is kept, but it could not be checked: git is away');
    expect(given).toMatchObject({ status: 'completed', findings: [{ id: 'I1' }] });
    failures = 99;
    const lost = await review([report(), finish()], { check });
    expect(lost.review).toMatchObject({
      status: 'partial',
      cause: {
        code: 'unchecked-findings',
        message: expect.stringContaining('Evict deletes without the lock'),
      },
      findings: [],
    });
  });

  test('retries what passes, says so, and keeps what was found when it does not pass', async () => {
    const provider = { provider: 'anthropic' as const, modelId: 'scripted' };
    const overloaded = new ProviderError('overloaded\u202e', {
      ...provider,
      kind: 'overloaded',
      retryAfterMs: 1,
    });
    const again = await review([overloaded, report(), finish()]);
    expect(again.review.status).toBe('completed');
    expect(events).toContainEqual({
      type: 'notice',
      level: 'warning',
      message: expect.stringMatching(/^claude: overloaded⟦U\+202E⟧; trying again in 0\.0 s$/),
    });
    expect(records.filter(({ type }) => type === 'request-error')).toHaveLength(1);
    const auth = new ProviderError('no such key', { ...provider, kind: 'auth' });
    const { review: given } = await review([report(), auth]);
    expect(given).toMatchObject({
      status: 'failed',
      cause: { code: 'auth', message: 'no such key' },
      findings: [{ id: 'I1' }],
      finish: null,
      costUsd: 0.25,
    });
  });

  test('never rejects: a patch that is none, a repository that is gone', async () => {
    expect((await review([], { patch: Buffer.from('no patch') })).review).toMatchObject({
      status: 'failed',
      cause: { code: 'git' },
      toolCalls: [],
      costUsd: 0,
    });
    const closed = await openChange(git, { base: opened.change.base.sha, head: opened.change.head.sha });
    await closed.repository.close();
    expect((await review([], { repository: closed.repository })).review).toMatchObject({ status: 'failed' });
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    expect((await review([], { signal: stop.signal })).review).toMatchObject({ status: 'cancelled' });
  });
});

describe.each(vendorCases)('a review by a model of $provider, over its own SDK', (vendor) => {
  const reviewer: ReviewWithAgentInput['reviewer'] = {
    type: 'model',
    id: 'reviewer',
    provider: vendor.provider,
    model: vendor.modelId,
    effort: vendor.effort,
  };

  test('comes to its end, reasoning and parallel calls included', async () => {
    const { model, server } = await stage(vendor, [
      {
        thinking: 'First the file.',
        toolCalls: [
          { name: 'read_file', arguments: { path: 'huge.go', startLine: '1', endLine: 3 } },
          { name: 'search', arguments: { pattern: 'delete\\(' } },
        ],
      },
      { thinking: 'A race.', text: 'I report it.', toolCalls: [{ name: 'report_finding', arguments: race }] },
      { text: 'That is all.' },
      { toolCalls: [{ name: 'finish_review', arguments: { summary: 'One defect.' } }] },
    ]);
    const given = await reviewWithAgent(await input({ reviewer, model }));
    expect(server.journal.entries.map(({ refusal }) => refusal ?? null)).toEqual([null, null, null, null]);
    expect(given).toMatchObject({
      status: 'completed',
      cause: null,
      findings: [{ id: 'I1', gate: { outcome: 'stands' } }],
      finish: { summary: 'One defect.' },
      filesRead: ['huge.go', 'other.go', 'store.go'],
    });
    expect(given.toolCalls.map(({ tool, isError }) => [tool, isError])).toEqual([
      ['read_file', false],
      ['search', false],
      ['report_finding', false],
      ['finish_review', false],
    ]);
    expect(given.usage?.output).toBeGreaterThan(0);
    expect(parseTranscript(records.map(formatRecord).join(''))).toEqual({ records, torn: false });
  });

  test('survives a fault on the way, a cut call, and a refusal', async () => {
    const { model } = await stage(vendor, [
      {
        toolCalls: [{ name: 'report_finding', arguments: race }],
        faults: [{ kind: 'cut', afterFrames: 1 }],
      },
      vendor.provider === 'google'
        ? { finish: 'malformed-call' }
        : { toolCalls: [{ name: 'report_finding', arguments: '{"severity": "impor' }], finish: 'length' },
      { text: 'No.', finish: vendor.provider === 'google' ? 'safety' : 'refusal' },
    ]);
    const given = await reviewWithAgent(await input({ reviewer, model }));
    expect(given).toMatchObject({ status: 'refused', findings: [{ id: 'I1' }], finish: null });
    expect(given.toolCalls.map(({ isError }) => isError).slice(0, 1)).toEqual([false]);
    expect(records.some(({ type }) => type === 'request-error')).toBe(true);
  });

  test('is told of its budget between answers of tools, and asked after an empty message', async () => {
    const look = (path: string): ScriptTurn => ({
      thinking: `About ${path}.`,
      toolCalls: [{ name: 'read_file', arguments: { path } }],
    });
    const { model, server } = await stage(vendor, [
      look('store.go'),
      {},
      look('other.go'),
      look('huge.go'),
      look('go.sum'),
      { toolCalls: [{ name: 'finish_review', arguments: { summary: 'Out of time.', coverage } }] },
    ]);
    const small = { limits: { ...limits, turns: 5 } };
    const given = await reviewWithAgent(await input({ reviewer, model, ...small }));
    expect(server.journal.entries.map(({ refusal }) => refusal ?? null)).toEqual(
      Array.from({ length: 6 }, () => null),
    );
    expect(given).toMatchObject({
      status: 'partial',
      cause: { code: 'budget' },
      finish: { summary: 'Out of time.' },
    });
    expect(records.flatMap((record) => (record.type === 'user-message' ? [record.reason] : []))).toEqual([
      'empty',
      'almost',
      'budget',
    ]);
  });

  test('goes on in a shortened conversation when it became too long', async () => {
    const look = (startLine: number): ScriptTurn => ({
      thinking: `Page ${startLine}.`,
      text: 'Reading on.',
      toolCalls: [
        { name: 'read_file', arguments: { path: 'huge.go', startLine } },
        { name: 'git_log', arguments: { limit: startLine } },
      ],
    });
    const tooLong = {
      kind: 'status' as const,
      status: 400,
      message: 'prompt is too long: maximum context length',
    };
    const { model, server } = await stage(vendor, [
      look(1),
      look(2),
      look(3),
      { ...look(4), faults: [tooLong] },
      { toolCalls: [{ name: 'finish_review', arguments: { summary: 'Read it.' } }] },
    ]);
    const given = await reviewWithAgent(await input({ reviewer, model }));
    expect(server.journal.entries.map(({ status, refusal }) => refusal ?? status)).toEqual([
      200, 200, 200, 400, 200, 200,
    ]);
    expect(given).toMatchObject({ status: 'completed', finish: { summary: 'Read it.' } });
    expect(records.filter(({ type }) => type === 'compaction')).toHaveLength(1);
  });

  test('leaves a transcript that is enough to play it again', async () => {
    const { model } = await stage(vendor, [
      { thinking: 'First.', toolCalls: [{ name: 'read_file', arguments: { path: 'store.go' } }] },
      { toolCalls: [{ name: 'report_finding', arguments: { ...race, quote: 'nowhere' } }] },
      { toolCalls: [{ name: 'report_finding', arguments: { ...race, replaces: 'A1' } }] },
      { toolCalls: [{ name: 'finish_review', arguments: { summary: 'One defect.', coverage } }] },
    ]);
    const given = await reviewWithAgent(await input({ reviewer, model }));
    const { records: kept } = parseTranscript(records.map(formatRecord).join(''));
    const turns = kept.flatMap((record) =>
      record.type === 'turn' ? [{ ...record, parts: record.parts }] : [],
    );
    const replayed = await reviewWithAgent(await input({ reviewer, model: new ScriptedModel(turns) }));
    const withoutTimes = (review: Review) => ({
      ...review,
      durationMs: 0,
      toolCalls: review.toolCalls.map((call) => ({ ...call, durationMs: 0 })),
    });
    expect(withoutTimes(replayed)).toEqual(withoutTimes(given));
    expect(given.findings).toHaveLength(1);
  });
});
