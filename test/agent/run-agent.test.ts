import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { AgentProgress, RunAgentInput, SessionMoney } from '../../src/agent/agent-session.ts';
import { type AgentTool, defineTool, failed, told } from '../../src/agent/agent-tool.ts';
import { OpenedFiles } from '../../src/agent/opened-files.ts';
import { createPurses, type Purse } from '../../src/agent/purse.ts';
import { runAgent } from '../../src/agent/run-agent.ts';
import type { TranscriptRecord } from '../../src/agent/transcript.ts';
import { InternalError, RunDeadlineError } from '../../src/errors.ts';
import type { GenerateRequest, GenerateResult, ToolResult } from '../../src/provider/language-model.ts';
import { ProviderError } from '../../src/provider/provider-error.ts';
import { callTools, ScriptedModel, type ScriptedTurn, say } from '../support/scripted-model.ts';
import { shippedContext } from './support/open-change.ts';

let records: TranscriptRecord[];
let progress: AgentProgress[];
let executed: string[];
let running: { now: number; most: number };
let stop: AbortController;

beforeEach(() => {
  records = [];
  progress = [];
  executed = [];
  running = { now: 0, most: 0 };
  stop = new AbortController();
});

const text = z.object({ text: z.string().optional() });

/** `look` reads, `note` reports, `finish` ends, `fail` fails, `throw` throws, `hang` never answers. */
function makeTools(): AgentTool[] {
  const make = (name: string, access: 'read' | 'report', run: () => Promise<ReturnType<typeof told>>) =>
    defineTool({
      name,
      description: name,
      access,
      schema: text,
      run: async ({ text: given = '' }) => {
        running.now += 1;
        running.most = Math.max(running.most, running.now);
        // Later calls are done sooner, so that only sorting can bring answers in order.
        await new Promise((resolve) => setTimeout(resolve, 5 - Math.min(5, Number(given) || 0)));
        running.now -= 1;
        executed.push(`${name} ${given}`.trim());
        const answer = await run();
        return { ...answer, text: `${answer.text} ${given}`.trim() };
      },
    });
  return [
    make('look', 'read', async () => told('seen', { opened: ['a.go'] })),
    make('note', 'report', async () => told('noted')),
    make('finish', 'report', async () => told('done', { ends: true })),
    make('fail', 'read', async () => failed('no such thing')),
    make('throw', 'read', async () => {
      throw new TypeError('a bug');
    }),
    make('hang', 'read', () => new Promise(() => undefined)),
  ];
}

async function run(turns: readonly ScriptedTurn[], change: Partial<RunAgentInput> = {}) {
  const model = new ScriptedModel(turns);
  const { loop } = await shippedContext();
  const opened = new OpenedFiles();
  let time = 0;
  const outcome = await runAgent({
    model,
    effort: 'high',
    cacheKey: 'key',
    system: [{ text: 'system', endsStablePrefix: true }],
    firstMessage: 'begin',
    tools: makeTools(),
    finishTool: 'finish',
    texts: loop,
    limits,
    money: null,
    retryClock: { now: () => 0, sleep: async () => undefined, random: () => 0 },
    priceOf: () => 0.5,
    opened,
    signal: stop.signal,
    onProgress: (one) => {
      progress.push(one);
    },
    record: (record) => {
      records.push(record);
    },
    clock: { now: () => (time += 1), date: () => new Date('2026-01-02T03:04:05Z') },
    ...change,
  });
  return { outcome, model, opened };
}

const limits: RunAgentInput['limits'] = {
  turns: 50,
  toolCalls: 100,
  deadlineMs: 600_000,
  toolMs: 20_000,
  tokens: null,
  maxOutputTokens: 1000,
  stream: { connectMs: 1, firstByteMs: 1, idleMs: 1, progressMs: 1, deadlineMs: 1_000_000 },
};

const finish = () => callTools([{ name: 'finish' }]);
const look = (text = '') => callTools([{ name: 'look', arguments: { text } }]);

function lastResults(model: ScriptedModel): readonly ToolResult[] {
  const message = model.requests.at(-1)?.messages.at(-1);
  return message?.role === 'tool' ? message.results : [];
}

function said(): string[] {
  return records.flatMap((record) => (record.type === 'user-message' ? [record.reason] : []));
}

describe('a session', () => {
  test('goes from turn to turn until its last tool was answered', async () => {
    const turns = [callTools([{ name: 'look', id: 'c1' }], { thinking: 'hm', text: 'I look.' }), finish()];
    const { outcome, model, opened } = await run(turns);
    expect(outcome).toEqual({
      status: 'completed',
      cause: null,
      turns: 2,
      toolCalls: [
        {
          turn: 1,
          tool: 'look',
          arguments: '{}',
          isError: false,
          durationMs: expect.any(Number),
          answerBytes: 4,
        },
        {
          turn: 2,
          tool: 'finish',
          arguments: '{}',
          isError: false,
          durationMs: expect.any(Number),
          answerBytes: 4,
        },
      ],
      usage: { input: 200, cacheRead: 20, cacheWrite: 2, output: 40, reasoning: 10 },
      costUsd: 1,
      lost: { count: 0, mostUsd: 0 },
      startedAt: '2026-01-02T03:04:05.000Z',
      durationMs: expect.any(Number),
    });
    expect(model.requests[1]).toEqual({
      system: [{ text: 'system', endsStablePrefix: true }],
      messages: [
        { role: 'user', text: 'begin' },
        { role: 'assistant', parts: (turns[0] as GenerateResult).parts },
        { role: 'tool', results: [{ callId: 'c1', name: 'look', text: 'seen', isError: false }] },
      ],
      tools: makeTools().map((tool) => tool.definition),
      maxOutputTokens: 1000,
      effort: 'high',
      cacheKey: 'key',
    });
    expect(opened.has('a.go')).toBe(true);
    expect(progress.map(({ turn, toolCalls, activity }) => [turn, toolCalls, activity])).toEqual([
      [1, 0, 'thinking'],
      [1, 0, 'look {}'],
      [2, 1, 'thinking'],
      [2, 1, 'finish {}'],
    ]);
  });

  test('only ever appends to what it sent before', async () => {
    const { model } = await run([look('1'), say('text'), look('2'), callTools([{ name: 'fail' }]), finish()]);
    for (const [index, request] of model.requests.entries()) {
      const before = model.requests[index - 1]?.messages ?? [];
      expect(request.messages.slice(0, before.length)).toEqual(before);
    }
  });

  test('runs what reads side by side, at most eight, and what reports after it, in order', async () => {
    const numbers = Array.from({ length: 40 }, (_, at) => String(at));
    const calls = numbers.flatMap((text) => [
      { name: 'note', arguments: { text } },
      { name: 'look', arguments: { text } },
    ]);
    const many = { limits: { ...limits, toolCalls: 1_000 } };
    const { model } = await run([callTools(calls), finish()], many);
    expect(lastResults(model).map(({ text }) => text)).toEqual(
      numbers.flatMap((text) => [`noted ${text}`, `seen ${text}`]),
    );
    expect(running.most).toBe(8);
    expect(executed.slice(0, 40).every((call) => call.startsWith('look'))).toBe(true);
    expect(executed.slice(40, 80)).toEqual(numbers.map((text) => `note ${text}`));
  });

  test('carries out everything of the turn that ends it', async () => {
    const { outcome } = await run([
      callTools([{ name: 'finish' }, { name: 'note', arguments: { text: 'late' } }]),
    ]);
    expect(executed).toEqual(['finish', 'note late']);
    expect(outcome.status).toBe('completed');
  });

  test('tells the model of every failure and goes on', async () => {
    const { outcome, model } = await run([
      callTools([
        { name: 'fail' },
        { name: 'nonsense', arguments: { a: 1 } },
        { name: 'look', arguments: { text: ['a', 'b'] } },
      ]),
      finish(),
    ]);
    expect(outcome.status).toBe('completed');
    expect(outcome.toolCalls.map(({ isError }) => isError)).toEqual([true, true, true, false]);
    expect(lastResults(model).map(({ text, isError }) => [text.split('\n')[0], isError])).toEqual([
      ['no such thing', true],
      ['There is no tool `nonsense`. The tools are: look, note, finish, fail, throw, hang.', true],
      ['look: the arguments were not understood.', true],
    ]);
  });

  test('ends as failed by a mistake of ours in a tool: nothing is built on it', async () => {
    const { outcome } = await run([callTools([{ name: 'throw' }]), finish()]);
    expect([outcome.status, outcome.cause]).toEqual([
      'failed',
      { code: 'internal', message: 'a bug', retryable: false },
    ]);
  });

  test('makes what tools say visible', async () => {
    const { model } = await run([look('\u202e\ud800\0'), finish()]);
    expect(lastResults(model)[0]?.text).toBe('seen ⟦U+202E⟧⟦U+D800⟧⟦U+0000⟧');
  });

  test('gives a tool that does not answer up', async () => {
    const { outcome, model } = await run([callTools([{ name: 'hang' }]), finish()], {
      limits: { ...limits, toolMs: 20 },
    });
    expect(lastResults(model)[0]?.text).toContain('hang: no answer within 0.02 seconds');
    expect(outcome.status).toBe('completed');
  });
});

describe('a model that does not do what it should', () => {
  test('is asked once after an empty message, then has failed', async () => {
    expect((await run([say(''), finish()])).outcome.status).toBe('completed');
    const { outcome, model } = await run([look(), say(''), say('')]);
    expect(outcome).toMatchObject({ status: 'failed', cause: { code: 'empty' }, turns: 3 });
    expect(model.requests[2]?.messages.at(-1)).toMatchObject({ role: 'user' });
    expect(said()).toEqual(['empty', 'empty']);
  });

  test('is asked once after it stopped without an end, then is partial', async () => {
    expect((await run([say('Nothing to say.'), finish()])).outcome.status).toBe('completed');
    const { outcome } = await run([look(), say('All fine.'), say('Really.')]);
    expect(outcome).toMatchObject({ status: 'partial', cause: { code: 'no-finish' } });
  });

  test('cannot go on for ever between different kinds of nothing', async () => {
    const turns = Array.from({ length: 9 }, (_, at) => (at % 2 === 0 ? say('') : say('text')));
    expect((await run(turns)).outcome).toMatchObject({ status: 'failed', turns: 3 });
  });

  test('may go on once after its text was cut off', async () => {
    expect((await run([say('very long', 'length'), finish()])).outcome.status).toBe('completed');
    const { outcome } = await run([say('very long', 'length'), say('', 'length')]);
    expect(outcome).toMatchObject({ status: 'partial', cause: { code: 'length' } });
  });

  test('may repair a call that was cut off twice', async () => {
    const cut = () => callTools([{ name: 'note', arguments: '{"text": "ab' }], { finish: 'length' });
    const { model, outcome } = await run([cut(), cut(), finish()]);
    expect(outcome.status).toBe('completed');
    expect(lastResults(model)[0]).toMatchObject({
      isError: true,
      text: expect.stringContaining('not one complete JSON'),
    });
    expect(executed).toEqual(['finish']);
    expect((await run([cut(), cut(), cut()])).outcome).toMatchObject({
      status: 'partial',
      cause: { code: 'malformed-call' },
    });
    expect((await run([cut(), look(), cut(), look('2'), cut(), finish()])).outcome.status).toBe('completed');
  });

  test('may repair a call that nobody could read', async () => {
    const lost = () => say('', 'malformed-call');
    expect((await run([lost(), lost(), finish()])).outcome.status).toBe('completed');
    expect((await run([lost(), lost(), lost()])).outcome).toMatchObject({
      cause: { code: 'malformed-call' },
    });
  });

  test('carries out the whole calls beside one that is cut off', async () => {
    await run([
      callTools([{ name: 'note' }, { name: 'note', arguments: '{"te' }], { finish: 'length' }),
      finish(),
    ]);
    expect(executed).toEqual(['note', 'finish']);
  });

  test('has five wrong calls in a row, not more', async () => {
    const wrong = (at: number) => callTools([{ name: `tool-${at}` }]);
    const numbers = [1, 2, 3, 4, 5];
    expect((await run([...numbers.map(wrong), finish()])).outcome.status).toBe('completed');
    const { outcome } = await run([...numbers, 6].map(wrong));
    expect(outcome).toMatchObject({ status: 'partial', cause: { code: 'bad-calls' }, turns: 6 });
    expect((await run([...numbers.map(wrong), look(), wrong(7), finish()])).outcome.status).toBe('completed');
  });

  test('gets a hint at the third same call, and is stopped at the fourth', async () => {
    const { outcome, model } = await run([look('x'), look('x'), look('x'), look('x')]);
    expect(outcome).toMatchObject({ status: 'partial', cause: { code: 'no-progress' }, turns: 4 });
    expect(executed).toEqual(['look x', 'look x']);
    expect(lastResults(model)[0]?.text).toContain('exactly this call 3 times in a row');
    expect(
      (await run([look('x'), look('x'), look('x'), look('y'), look('x'), finish()])).outcome.status,
    ).toBe('completed');
  });

  test('is seen through when it repeats a whole turn or reorders keys', async () => {
    const pair = () =>
      callTools([
        { name: 'look', arguments: { text: '1' } },
        { name: 'look', arguments: { text: '2' } },
      ]);
    expect((await run([pair(), pair(), pair(), pair()])).outcome).toMatchObject({
      cause: { code: 'no-progress' },
    });
    const a = { name: 'look', arguments: { text: 'x', more: { a: 1, b: 2 } } };
    const b = { name: 'look', arguments: { more: { b: 2, a: 1 }, text: 'x' } };
    const { outcome } = await run([callTools([a]), callTools([b]), callTools([a]), callTools([b])]);
    expect(outcome).toMatchObject({ cause: { code: 'no-progress' }, turns: 4 });
  });

  test('keeps what else it reported in the turn that is stopped', async () => {
    const { outcome } = await run([
      callTools([{ name: 'look' }, { name: 'look' }, { name: 'look' }]),
      callTools([{ name: 'look' }, { name: 'note', arguments: { text: 'last' } }]),
    ]);
    expect(outcome).toMatchObject({ cause: { code: 'no-progress' }, turns: 2 });
    expect(executed).toContain('note last');
  });

  test.each(['refusal', 'safety'] as const)(
    'that ends with %s has refused, and its calls are not carried out',
    async (kind) => {
      const { outcome } = await run([look(), callTools([{ name: 'note' }], { finish: kind })]);
      expect(outcome).toMatchObject({
        status: 'refused',
        cause: { code: kind, message: `the model declined to answer (raw-${kind})` },
      });
      expect(executed).toEqual(['look']);
    },
  );
});

describe('a budget', () => {
  test('of turns: a reminder, then time to hand in, then the end', async () => {
    const small = { limits: { ...limits, turns: 5 } };
    const { outcome, model } = await run(
      [...'12345'].map(look).concat(callTools([{ name: 'look' }, { name: 'note' }]), finish()),
      small,
    );
    expect(outcome).toMatchObject({
      status: 'partial',
      cause: { code: 'budget', message: 'the limit of 5 turns for one session was reached' },
      turns: 7,
    });
    expect(said()).toEqual(['almost', 'budget']);
    expect(lastResults(model).map(({ text, isError }) => [text.slice(0, 30), isError])).toEqual([
      ['This call was not carried out:', true],
      ['noted', false],
    ]);
    expect(executed.slice(5)).toEqual(['note', 'finish']);
  });

  test('ends a session that does not hand in', async () => {
    const turns = Array.from({ length: 20 }, (_, at) => look(String(at)));
    const { outcome } = await run(turns, { limits: { ...limits, turns: 5 } });
    expect(outcome).toMatchObject({ status: 'partial', cause: { code: 'budget' }, turns: 8 });
    expect(executed).toHaveLength(5);
    const quiet = await run([...'12345'].map(look).concat(say('I am done.')), {
      limits: { ...limits, turns: 5 },
    });
    expect(quiet.outcome).toMatchObject({ status: 'partial', cause: { code: 'budget' }, turns: 6 });
  });

  test('of tool calls holds within one turn, for what reads', async () => {
    const calls = Array.from({ length: 30 }, (_, at) => ({ name: 'look', arguments: { text: String(at) } }));
    const { outcome } = await run([callTools([...calls, { name: 'note' }]), finish()], {
      limits: { ...limits, toolCalls: 10 },
    });
    expect(executed.filter((call) => call.startsWith('look'))).toHaveLength(10);
    expect(executed).toContain('note');
    expect(outcome).toMatchObject({ status: 'partial', cause: { code: 'budget' } });
  });

  describe('of money', () => {
    /** The vendor counts 2,000 tokens of input and 900 of output. */
    const counted = (turn: GenerateResult): GenerateResult => ({
      ...turn,
      usage: { input: 2_000, cacheRead: 0, cacheWrite: 0, output: 900, reasoning: 0 },
    });
    const turns = () => Array.from({ length: 40 }, (_, at) => counted(look(String(at))));
    /** A cent for a thousand tokens of input, ten for a thousand of output. */
    const mostPriceOf = ({ input, output }: { input: number; output: number }) =>
      (input * 0.01 + output * 0.1) / 1000;
    const priceOf: RunAgentInput['priceOf'] = ({ input, output }) =>
      mostPriceOf({ input: input ?? 0, output: output ?? 0 });
    const money = (limitUsd: number): SessionMoney => ({
      purse: createPurses(limitUsd, ['one']).get('one') as Purse,
      mostPriceOf,
    });

    test('asks to finish while that is affordable, and takes what is handed in', async () => {
      const ending = counted(callTools([{ name: 'note' }, { name: 'finish' }]));
      const { outcome, model } = await run([...turns().slice(0, 9), ending], {
        money: money(1.53),
        priceOf,
      });
      expect(outcome).toMatchObject({
        status: 'partial',
        cause: { code: 'budget', message: 'the limit of 1.53 USD for one session was reached' },
        turns: 10,
      });
      expect(outcome.costUsd).toBeCloseTo(1.1);
      expect(said()).toContain('budget');
      expect(model.requests.at(-1)?.messages.at(-1)).toMatchObject({ role: 'user' });
      expect(executed.slice(-2)).toEqual(['note', 'finish']);
    });

    test('sends nothing that could exceed it, and counts what the vendor does not at its most', async () => {
      for (const limitUsd of [0, 0.1, 0.5, 0.9, 1.3, 2, 5]) {
        const asked = money(limitUsd);
        let requests = 0;
        const model = new ScriptedModel(
          turns().map((turn) => (request: GenerateRequest) => {
            requests += 1;
            const most = mostPriceOf({ input: 0, output: request.maxOutputTokens });
            expect(asked.purse.leftUsd()).toBeGreaterThanOrEqual(most);
            return { ...turn, usage: { ...turn.usage, output: null } };
          }),
        );
        const { outcome } = await run([], { money: asked, model, priceOf: () => null });
        expect(outcome).toMatchObject({ status: 'partial', cause: { code: 'budget' } });
        expect(outcome.costUsd).toBe(requests === 0 ? 0 : null);
        expect(asked.purse.leftUsd()).toBeGreaterThanOrEqual(0);
        expect(requests > 0).toBe(limitUsd > 0.1);
      }
    });

    test.each([
      ['a text', '100000'],
      ['negative', -100_000],
      ['a fraction', 0.5],
      ['too few for what was sent', 1],
    ])('is not refilled by a count that is %s', async (_, count) => {
      const asked = money(2);
      const lie = turns().map((turn) => ({
        ...turn,
        usage: { input: count as number, cacheRead: 0, cacheWrite: 0, output: 1, reasoning: 0 },
      }));
      const long = [{ text: 'much to read '.repeat(1_000), endsStablePrefix: true }];
      const { outcome, model } = await run(lie, { money: asked, system: long, priceOf });
      expect(outcome).toMatchObject({ status: 'partial', cause: { code: 'budget' } });
      expect(model.requests.length).toBeLessThan(20);
      expect(asked.purse.leftUsd()).toBeGreaterThanOrEqual(0);
    });

    test('lets answers get shorter before reading stops', async () => {
      const long = { limits: { ...limits, maxOutputTokens: 20_000 }, money: money(5), priceOf };
      const { model } = await run([...turns(), finish()], long);
      const granted = model.requests.map((request) => request.maxOutputTokens);
      expect(granted[0]).toBe(20_000);
      expect(granted.filter((tokens) => tokens < 20_000 && tokens >= 4_096).length).toBeGreaterThan(2);
    });

    test('the newest answers are left out of the request to finish when they make it too dear', async () => {
      const calls = [{ name: 'look', arguments: { text: '7'.repeat(60_000) } }, { name: 'note' }];
      const { model, outcome } = await run([counted(look('1')), counted(callTools(calls)), finish()], {
        money: money(0.9),
        priceOf,
      });
      expect(outcome).toMatchObject({ status: 'partial', cause: { code: 'budget' }, turns: 3 });
      const last = model.requests.at(-1)?.messages ?? [];
      expect(last.at(-1)).toMatchObject({ role: 'user' });
      expect(JSON.stringify(last.at(-2))).toContain('was taken out to make room');
      expect(JSON.stringify(last.at(-2))).toContain('noted');
    });

    test('a request that broke off counts with the most it can have cost', async () => {
      const lost = () => {
        const provider = { provider: 'anthropic', modelId: 'scripted', kind: 'network' } as const;
        return Object.assign(new ProviderError('it broke off', provider), { mayBeBilled: true });
      };
      const { outcome, model } = await run([counted(look()), lost(), lost(), counted(finish())], {
        money: money(0.95),
        priceOf,
      });
      expect(outcome).toMatchObject({ status: 'partial', cause: { code: 'budget' }, turns: 2 });
      expect(outcome.lost.count).toBe(2);
      expect((outcome.lost.mostUsd ?? 9) + (outcome.costUsd ?? 9)).toBeLessThanOrEqual(0.95);
      expect(model.requests).toHaveLength(4);
      expect(said()).toEqual(['budget']);
    });
  });

  test('of tokens holds, also where the vendor does not count', async () => {
    const turns = () => Array.from({ length: 40 }, (_, at) => look(String(at)));
    const counted = await run(turns(), { limits: { ...limits, tokens: 12_000 } });
    expect(counted.outcome).toMatchObject({ status: 'partial', cause: { code: 'budget' } });
    expect(counted.outcome.turns).toBeGreaterThan(2);
    const uncounted = turns().map((turn) => ({ ...turn, usage: { ...turn.usage, input: null } }));
    const { outcome } = await run(uncounted, { limits: { ...limits, tokens: 40_000 }, priceOf: () => null });
    expect(outcome).toMatchObject({ status: 'partial', cause: { code: 'budget' }, costUsd: null });
    expect(outcome.turns).toBeLessThan(40);
    expect(outcome.usage.input).toBeNull();
  });

  test('of time asks to hand in before it is over', async () => {
    let time = 0;
    const { outcome } = await run([look('1'), look('2'), finish()], {
      limits: { ...limits, deadlineMs: 600_000 },
      clock: { now: () => (time += 60_000), date: () => new Date(0) },
    });
    expect(said()).toEqual(['budget']);
    expect(outcome).toMatchObject({ status: 'partial', cause: { code: 'budget' } });
  });
});

describe('what ends a session from outside', () => {
  const provider = { provider: 'anthropic' as const, modelId: 'scripted' };

  test.each([
    ['auth', 'failed', 'auth'],
    ['quota', 'failed', 'quota'],
    ['overloaded', 'failed', 'overloaded'],
    ['protocol', 'failed', 'protocol'],
    ['bad-request', 'failed', 'bad-request'],
    ['refused', 'refused', 'refused'],
    ['timeout', 'timed-out', 'timeout-idle'],
  ] as const)('an error %s of the vendor: %s', async (kind, status, code) => {
    const error = new ProviderError('it broke', {
      ...provider,
      kind,
      ...(kind === 'timeout' ? { timeout: 'idle' } : {}),
      isRetryable: false,
    });
    const { outcome } = await run([callTools([{ name: 'note' }]), error]);
    expect(outcome).toMatchObject({ status, cause: { code, message: 'it broke' }, turns: 2 });
    expect(executed).toEqual(['note']);
    expect(records.at(-2)).toMatchObject({ type: 'request-error', turn: 2, cause: { code } });
  });

  test('a conversation that is too long is shortened once, without the old reasoning', async () => {
    const tooLong = () => new ProviderError('too long', { ...provider, kind: 'context-too-long' });
    const big = (at: number) =>
      callTools([{ name: 'look', id: `big-${at}`, arguments: { text: `${at}${'x'.repeat(500)}` } }], {
        thinking: 'hm',
      });
    const { outcome, model } = await run([big(1), big(2), big(3), tooLong(), finish()]);
    expect(outcome.status).toBe('completed');
    const results = model.requests
      .at(-1)
      ?.messages.flatMap((message) => (message.role === 'tool' ? message.results : []));
    expect(results?.map(({ callId, text }) => [callId, text.length > 400])).toEqual([
      ['big-1', false],
      ['big-2', true],
      ['big-3', true],
    ]);
    expect(results?.[0]?.text).toContain('was taken out to make room');
    expect(JSON.stringify(model.requests.at(-1)?.messages)).not.toContain('reasoning');
    expect(records.filter(({ type }) => type === 'compaction')).toEqual([
      { type: 'compaction', turn: 4, callIds: ['big-1'] },
    ]);
    const twice = await run([big(1), big(2), big(3), tooLong(), big(4), tooLong()]);
    expect(twice.outcome).toMatchObject({ status: 'partial', cause: { code: 'context-too-long' } });
    expect((await run([tooLong()])).outcome).toMatchObject({ status: 'partial', turns: 1 });
  });

  test('a user who cancels: between turns, while the model thinks, while tools run', async () => {
    const cancel = (): GenerateResult => {
      stop.abort(new Error('enough'));
      return callTools([{ name: 'hang' }, { name: 'note' }]);
    };
    const { outcome } = await run([look(), cancel]);
    expect(outcome).toMatchObject({
      status: 'cancelled',
      cause: { code: 'cancelled', message: 'enough' },
      turns: 2,
    });
    expect(records.at(-1)).toMatchObject({ type: 'end', status: 'cancelled' });
    expect((await run([look()])).outcome).toMatchObject({ status: 'cancelled', turns: 0 });
  });

  test('a time limit of the run is no wish of the user', async () => {
    stop.abort(new RunDeadlineError('the run is over'));
    expect((await run([look()])).outcome).toMatchObject({
      status: 'timed-out',
      cause: { code: 'run-deadline', message: 'the run is over' },
    });
  });

  test('its own deadline, also while a tool or the model does not answer', async () => {
    const short = { limits: { ...limits, deadlineMs: 60 }, clock: { now: () => 0, date: () => new Date(0) } };
    expect((await run([callTools([{ name: 'hang' }])], short)).outcome).toMatchObject({
      status: 'timed-out',
      cause: { code: 'reviewer-deadline', message: 'the reviewer’s time of 0.1 seconds was over' },
    });
    const waits: ScriptedTurn = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () =>
          reject(new ProviderError('stopped', { ...provider, kind: 'cancelled' })),
        );
      });
    expect((await run([waits], short)).outcome).toMatchObject({
      status: 'timed-out',
      cause: { code: 'reviewer-deadline' },
    });
  });

  test('a transcript that cannot be written', async () => {
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const { outcome } = await run([look(), finish()], {
      record: (record) => {
        if (record.type === 'tool-call') throw full;
      },
    });
    expect(outcome).toMatchObject({
      status: 'failed',
      cause: { code: 'internal', message: 'no space left' },
    });
    const atEnd = await run([finish()], {
      record: (record) => {
        if (record.type === 'end') throw full;
      },
    });
    expect(atEnd.outcome).toMatchObject({ status: 'failed', cause: { code: 'transcript' } });
  });

  test('two tools of one name are a mistake of the program', async () => {
    await expect(run([], { tools: [...makeTools(), ...makeTools()] })).rejects.toThrow(InternalError);
  });
});
