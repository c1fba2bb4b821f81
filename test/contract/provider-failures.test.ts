import { describe, expect, test } from 'vitest';
import type { StreamLimits } from '../../src/provider/language-model.ts';
import type { ProviderError } from '../../src/provider/provider-error.ts';
import type { Fault } from '../servers/model/script.ts';
import {
  failure,
  limits,
  options,
  request,
  stage,
  type VendorCase,
  vendorCases,
} from './provider-harness.ts';

const long = 'A text that is long enough to come in several pieces, so that the stream can break within it.';

/** What a call fails with when the server has this fault. */
async function failWith(
  vendor: VendorCase,
  fault: Fault,
  change: Partial<StreamLimits> = {},
): Promise<ProviderError> {
  const { model } = await stage(vendor, [{ text: long, faults: [fault] }]);
  return failure(model.generate(request(), options({ limits: { ...limits, ...change } })));
}

function summary(error: ProviderError) {
  return { kind: error.kind, timeout: error.timeout, isRetryable: error.isRetryable };
}

describe.each(vendorCases)('a call to $provider that the vendor turns down', (vendor) => {
  const cases: [string, Fault & { kind: 'status' }, string, boolean][] = [
    ['400', { kind: 'status', status: 400, message: 'no such thing' }, 'bad-request', false],
    ['402', { kind: 'status', status: 402 }, 'quota', false],
    ['403', { kind: 'status', status: 403 }, 'auth', false],
    ['404', { kind: 'status', status: 404 }, 'model-not-found', false],
    ['408', { kind: 'status', status: 408 }, 'server', true],
    ['409', { kind: 'status', status: 409 }, 'server', true],
    ['413', { kind: 'status', status: 413 }, 'context-too-long', false],
    ['422', { kind: 'status', status: 422 }, 'bad-request', false],
    ['429', { kind: 'status', status: 429 }, 'rate-limit', true],
    ['500', { kind: 'status', status: 500 }, 'server', true],
    ['502', { kind: 'status', status: 502, body: '<html>Bad gateway</html>' }, 'server', true],
    ['503', { kind: 'status', status: 503 }, 'overloaded', true],
    ['504', { kind: 'status', status: 504, body: '' }, 'server', true],
    ['529', { kind: 'status', status: 529 }, 'overloaded', true],
  ];
  test.each(cases)('with %s', async (_, fault, kind, isRetryable) => {
    const error = await failWith(vendor, fault);
    expect({ kind: error.kind, isRetryable: error.isRetryable, status: error.status }).toEqual({
      kind,
      isRetryable,
      status: fault.status,
    });
    expect(error.message).toContain(vendor.modelId);
  });

  test('keeps the request’s id and how long to wait', async () => {
    const wait = (headers: Record<string, string>) =>
      failWith(vendor, { kind: 'status', status: 429, headers });
    const error = await wait({ 'retry-after': '90' });
    expect([error.retryAfterMs, error.requestId]).toEqual([
      90_000,
      vendor.provider === 'google' ? null : 'req_1',
    ]);
    expect(error.message.includes('(429, request req_1)')).toBe(vendor.provider !== 'google');
    expect((await wait({ 'retry-after-ms': '1500', 'retry-after': '9' })).retryAfterMs).toBe(1_500);
    for (const nonsense of ['abc', '-5', 'NaN', '0', 'Wed, 21 Oct 2015 07:28:00 GMT'])
      expect((await wait({ 'retry-after': nonsense })).retryAfterMs).toBeNull();
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    const { retryAfterMs } = await wait({ 'retry-after': inAMinute });
    expect(Math.round((retryAfterMs ?? 0) / 10_000)).toBe(6);
  });

  test('for a wrong key, without showing it', async () => {
    const { model } = await stage(vendor, [{ text: 'Fine.' }], { apiKey: 'wrong-key-0123456789' });
    const error = await failure(model.generate(request(), options()));
    expect([error.kind, error.isRetryable]).toEqual(['auth', false]);
    expect(error.toCause().message).toContain(`the API key for ${vendor.provider} was not accepted`);
    expect(error.hint).toContain(vendor.provider);
    expect(`${error.message} ${error.hint}`).not.toContain('wrong-key');
  });

  test('for an unknown model', async () => {
    const { model } = await stage({ ...vendor, modelId: 'model-of-tomorrow' }, [{ text: 'Fine.' }]);
    const error = await failure(model.generate(request(), options()));
    expect([error.kind, error.status]).toEqual(['model-not-found', 404]);
    expect(error.message).toContain('model-of-tomorrow');
  });

  test('for a conversation that is too long', async () => {
    const { model } = await stage(vendor, [{ text: 'Fine.' }], {
      models: { [vendor.modelId]: { contextTokens: 10 } },
    });
    const error = await failure(model.generate(request(), options()));
    expect([error.kind, error.isRetryable]).toEqual(['context-too-long', false]);
  });

  test('without a single retry of the SDK', async () => {
    const { model, server } = await stage(vendor, [
      { text: 'Fine.', faults: [{ kind: 'status', status: 529, headers: { 'x-should-retry': 'true' } }] },
    ]);
    await failure(model.generate(request(), options()));
    expect(server.journal.entries).toHaveLength(1);
  });

  test('is not worth another try when the vendor says so', async () => {
    const headers = { 'x-should-retry': 'false' };
    const error = await failWith(vendor, { kind: 'status', status: 500, headers });
    expect([error.kind, error.isRetryable]).toEqual(['server', false]);
  });

  test('and never follows a redirect', async () => {
    const elsewhere = await stage(vendor, [{ text: 'Stolen.' }]);
    const { model } = await stage(vendor, [
      { text: 'Fine.', faults: [{ kind: 'redirect', location: elsewhere.server.url }] },
    ]);
    const error = await failure(model.generate(request(), options()));
    expect([error.kind, error.isRetryable, error.status]).toEqual(['protocol', false, 302]);
    expect(elsewhere.server.journal.entries).toEqual([]);
  });
});

describe.each(vendorCases)('an answer of $provider that is none', (vendor) => {
  const broken: [string, Fault][] = [
    ['ends cleanly before its terminal event', { kind: 'cut', afterFrames: 3 }],
    ['ends before its first event', { kind: 'cut', afterFrames: 0 }],
    ['ends within a line', { kind: 'cut', afterFrames: 3, withinLine: true }],
    ['is empty', { kind: 'empty' }],
    ['is a web page', { kind: 'html' }],
    ['holds half a JSON text', { kind: 'malformed-frame', afterFrames: 2 }],
  ];
  test.each(broken)('because it %s', async (_, fault) => {
    expect(summary(await failWith(vendor, fault))).toEqual({
      kind: 'protocol',
      timeout: null,
      isRetryable: true,
    });
  });

  test('shows the event that could not be read, without the key', async () => {
    const { model } = await stage(vendor, [
      { frames: [{ data: '{"key": "test-key", "text": "\u0007' }], faults: [] },
    ]);
    const error = await failure(model.generate(request(), options()));
    expect(error.kind).toBe('protocol');
    expect(error.message).toContain('the event that is no JSON was: {"key": "[key]", "text": "⟦U+0007⟧');
  });

  test('because it is a web page, which the error shows', async () => {
    const error = await failWith(vendor, { kind: 'html' });
    expect(error.message).toContain('text/html');
    expect(error.message).toContain('Please log in');
    expect(error.hint).toContain('base URL');
  });

  test.each([0, 3])('because the connection was reset after %s events', async (afterFrames) => {
    const error = await failWith(vendor, { kind: 'reset', afterFrames });
    expect(summary(error)).toEqual({ kind: 'network', timeout: null, isRetryable: true });
  });

  test('because the connection was reset before any answer', async () => {
    expect((await failWith(vendor, { kind: 'reset' })).kind).toBe('network');
  });

  test('because nobody is there', async () => {
    const { model, server } = await stage(vendor, []);
    await server.close();
    const error = await failure(model.generate(request(), options()));
    expect([error.kind, error.isRetryable]).toEqual(['network', true]);
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('because the vendor says so within the stream', async () => {
    const inStream = (error: 'overloaded' | 'rate-limit' | 'server') =>
      failWith(vendor, { kind: 'error-frame', afterFrames: 2, error });
    expect(await inStream('rate-limit')).toMatchObject({ kind: 'rate-limit', isRetryable: true });
    expect(await inStream('server')).toMatchObject({ kind: 'server', isRetryable: true });
    // Self-hosted servers have no word of their own for it.
    const overloaded = vendor.provider === 'openai-compatible' ? 'server' : 'overloaded';
    expect(await inStream('overloaded')).toMatchObject({ kind: overloaded, isRetryable: true });
  });
});

const short: StreamLimits = {
  connectMs: 300,
  firstByteMs: 300,
  idleMs: 300,
  progressMs: 300,
  deadlineMs: 5_000,
};

describe.each(vendorCases)('a call to $provider that takes too long', (vendor) => {
  const slow: [string, Fault, Partial<StreamLimits>, string][] = [
    ['no headers come', { kind: 'stall' }, short, 'first-byte'],
    ['nothing comes after the headers', { kind: 'stall', afterFrames: 0 }, short, 'first-byte'],
    ['the stream stops', { kind: 'stall', afterFrames: 3 }, { ...short, progressMs: 5_000 }, 'idle'],
    ['only keep-alives come', { kind: 'pings', afterFrames: 3, every: 20 }, short, 'progress'],
    ['the whole takes too long', { kind: 'delay', betweenFrames: 200 }, { deadlineMs: 300 }, 'deadline'],
  ];
  test.each(slow)('because %s', async (_, fault, change, timeout) => {
    const error = await failWith(vendor, fault, change);
    expect(summary(error)).toEqual({ kind: 'timeout', timeout, isRetryable: timeout !== 'deadline' });
    expect(error.toCause()).toMatchObject({ code: `timeout-${timeout}` });
  });
});

describe.each(vendorCases)('a call to $provider that is cancelled', (vendor) => {
  test('before it began sends nothing', async () => {
    const { model, server } = await stage(vendor, [{ text: 'Fine.' }]);
    const error = await failure(model.generate(request(), options({ signal: AbortSignal.abort('enough') })));
    expect([error.kind, error.cause, error.isRetryable]).toEqual(['cancelled', 'enough', false]);
    expect(server.journal.entries).toEqual([]);
  });

  test.each([undefined, 0, 3])(
    'while the server stalls (after %s events) lets go of the connection',
    async (after) => {
      const stall: Fault = { kind: 'stall', ...(after === undefined ? {} : { afterFrames: after }) };
      const { model, server } = await stage(vendor, [{ text: long, faults: [stall] }]);
      const controller = new AbortController();
      const call = failure(model.generate(request(), options({ signal: controller.signal })));
      await server.journal.waitFor((entry) => entry.attempt === 1 && entry.framesSent === (after ?? 0));
      controller.abort(new Error('the user pressed Ctrl-C'));
      const error = await call;
      expect(error).toMatchObject({ kind: 'cancelled', cause: { message: 'the user pressed Ctrl-C' } });
      expect((await server.journal.waitFor((entry) => entry.end !== null)).end).toBe('client');
    },
  );

  test('by a caller’s own time-out is a time-out', async () => {
    const { model } = await stage(vendor, [{ text: long, faults: [{ kind: 'stall' }] }]);
    const error = await failure(model.generate(request(), options({ signal: AbortSignal.timeout(100) })));
    expect(summary(error)).toEqual({ kind: 'timeout', timeout: 'deadline', isRetryable: false });
  });
});

describe('events out of order', () => {
  const ordered = vendorCases.filter(({ provider }) => provider === 'anthropic' || provider === 'openai');
  test.each(ordered)('are no answer of $provider', async (vendor) => {
    expect((await failWith(vendor, { kind: 'swap-frames', frame: 2 })).kind).toBe('protocol');
    expect((await failWith(vendor, { kind: 'duplicate-frame', frame: 2 })).kind).toBe('protocol');
  });
});

test('a refused prompt is an error of its own at openai', async () => {
  const [, vendor] = vendorCases;
  if (vendor === undefined) throw new Error('openai is no vendor of the contract');
  const { model } = await stage(vendor, [{ finish: 'blocked' }]);
  const error = await failure(model.generate(request(), options()));
  expect([error.kind, error.isRetryable]).toEqual(['refused', false]);
});
