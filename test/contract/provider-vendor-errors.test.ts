import { describe, expect, test } from 'vitest';
import type { ProviderError } from '../../src/provider/provider-error.ts';
import type { Frame } from '../servers/model/script.ts';
import { failure, options, request, stage, type VendorCase, vendorCases } from './provider-harness.ts';

function vendor(provider: VendorCase['provider']): VendorCase {
  const found = vendorCases.find((one) => one.provider === provider);
  if (found === undefined) throw new Error(`${provider} is no vendor of the contract`);
  return found;
}

/** The vendor's error, in its own words, as the adapter explains it. */
async function explain(
  provider: VendorCase['provider'],
  status: number,
  body: unknown,
): Promise<ProviderError> {
  const { model } = await stage(vendor(provider), [{ faults: [{ kind: 'status', status, body }] }]);
  return failure(model.generate(request(), options()));
}

async function explainFrames(
  provider: VendorCase['provider'],
  frames: readonly Frame[],
): Promise<ProviderError> {
  const { model } = await stage(vendor(provider), [{ frames }]);
  return failure(model.generate(request(), options()));
}

describe('anthropic’s words', () => {
  const say = (type: string, message: string, details?: unknown) => ({
    type: 'error',
    error: { type, message, ...(details === undefined ? {} : { details }) },
  });
  test.each([
    [
      400,
      say('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'),
      'quota',
    ],
    [
      429,
      say('rate_limit_error', 'The limit is reached.', { error_code: 'enforced_spend_limit_reached' }),
      'quota',
    ],
    [
      429,
      say('rate_limit_error', 'This request would exceed your rate limit of 30,000 input tokens per minute.'),
      'rate-limit',
    ],
    [
      400,
      say('invalid_request_error', 'prompt is too long: 1200000 tokens > 1000000 maximum'),
      'context-too-long',
    ],
    [
      400,
      say(
        'invalid_request_error',
        'input length and `max_tokens` exceed context limit: use a smaller context window',
      ),
      'context-too-long',
    ],
    [413, say('request_too_large', 'Request exceeds the maximum size'), 'context-too-long'],
    [404, say('not_found_error', 'model: claude-1'), 'model-not-found'],
  ])('with %i %o', async (status, body, kind) => {
    expect((await explain('anthropic', status, body)).kind).toBe(kind);
  });
});

describe('openai’s words', () => {
  const say = (code: string | null, message: string, type = 'invalid_request_error') => ({
    error: { code, message, type, param: null },
  });
  test.each([
    [
      429,
      say(
        'insufficient_quota',
        'You exceeded your current quota, please check your plan and billing details.',
        'insufficient_quota',
      ),
      'quota',
    ],
    [
      429,
      say(
        'rate_limit_exceeded',
        'Rate limit reached. Add a payment method at /account/billing. You exceeded your current quota of the minute.',
        'requests',
      ),
      'rate-limit',
    ],
    [
      429,
      say(
        'rate_limit_exceeded',
        'Request too large for gpt-6 on tokens per min (TPM): Limit 30000, Requested 40000.',
        'tokens',
      ),
      'context-too-long',
    ],
    [
      400,
      say('context_length_exceeded', 'Your input exceeds the context window of this model.'),
      'context-too-long',
    ],
    [400, say('model_not_found', 'The requested model does not exist.'), 'model-not-found'],
    [
      400,
      say('invalid_prompt', 'Invalid prompt: flagged as potentially violating our usage policy.'),
      'refused',
    ],
    [400, say('cyber_policy_violation', 'This request was flagged.'), 'refused'],
    [400, say(null, 'Invalid value.'), 'bad-request'],
    [401, say('invalid_api_key', 'Incorrect API key provided.'), 'auth'],
  ])('with %i %o', async (status, body, kind) => {
    expect((await explain('openai', status, body)).kind).toBe(kind);
  });

  test('within the stream, in either form', async () => {
    const created = {
      type: 'response.created',
      sequence_number: 0,
      response: { id: 'r', output: [], status: 'in_progress' },
    };
    const failed = (code: string) => ({
      event: 'response.failed',
      data: {
        type: 'response.failed',
        sequence_number: 1,
        response: { id: 'r', output: [], status: 'failed', error: { code, message: 'no' } },
      },
    });
    const kindOf = async (frame: Frame) =>
      (await explainFrames('openai', [{ event: 'response.created', data: created }, frame])).kind;
    expect(await kindOf(failed('server_error'))).toBe('server');
    expect(await kindOf(failed('rate_limit_exceeded'))).toBe('rate-limit');
    expect(await kindOf(failed('bio_policy'))).toBe('refused');
    expect(await kindOf({ data: { error: { code: 'context_length_exceeded', message: 'too long' } } })).toBe(
      'context-too-long',
    );
  });
});

describe('google’s words', () => {
  const say = (code: number, status: string, message: string, details: unknown[] = []) => ({
    error: { code, status, message, details },
  });
  const quota = (quotaId: string) => ({
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: [{ quotaId }],
  });
  const retryIn = (retryDelay: string) => ({
    '@type': 'type.googleapis.com/google.rpc.RetryInfo',
    retryDelay,
  });
  const exceeded = 'You exceeded your current quota, please check your plan and billing details.';

  test('tell a minute’s limit, with the time to wait, from a day’s', async () => {
    const minute = await explain(
      'google',
      429,
      say(429, 'RESOURCE_EXHAUSTED', exceeded, [
        quota('GenerateRequestsPerMinutePerProjectPerModel'),
        retryIn('34.5s'),
      ]),
    );
    expect([minute.kind, minute.retryAfterMs, minute.isRetryable]).toEqual(['rate-limit', 34_500, true]);
    const day = await explain(
      'google',
      429,
      say(429, 'RESOURCE_EXHAUSTED', exceeded, [quota('GenerateRequestsPerDayPerProjectPerModel')]),
    );
    expect([day.kind, day.isRetryable]).toEqual(['quota', false]);
  });

  test.each([
    [400, say(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'), 'auth'],
    [
      400,
      say(
        400,
        'INVALID_ARGUMENT',
        'The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).',
      ),
      'context-too-long',
    ],
    [503, say(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'), 'overloaded'],
    [400, say(400, 'INVALID_ARGUMENT', 'Corrupted thought signature.'), 'bad-request'],
  ])('with %i %o', async (status, body, kind) => {
    expect((await explain('google', status, body)).kind).toBe(kind);
  });

  test('within the stream, even where the SDK passes over them', async () => {
    const kindOf = async (frame: Frame) => (await explainFrames('google', [frame])).kind;
    const overloaded = say(503, 'UNAVAILABLE', 'The model is overloaded.');
    expect(await kindOf({ data: overloaded })).toBe('overloaded');
    expect(await kindOf({ event: 'error', data: overloaded })).toBe('overloaded');
    expect(await kindOf({ event: 'error', data: 'something broke' })).toBe('server');
    expect(await kindOf({ data: { error: { status: 'RESOURCE_EXHAUSTED', message: 'later' } } })).toBe(
      'rate-limit',
    );
  });
});

test('what a server says is shown without its hidden characters, and not endlessly', async () => {
  const error = await explain('openai-compatible', 400, {
    error: { message: `\u202eevil\u0007${'x'.repeat(5_000)}` },
  });
  expect(error.message).toContain('⟦U+202E⟧evil⟦U+0007⟧');
  expect(error.message.length).toBeLessThan(1_200);
});

test('an endless error page is read only in part', async () => {
  const error = await explain('anthropic', 500, 'x'.repeat(5_000_000));
  expect([error.kind, error.message.length < 1_200]).toEqual(['server', true]);
});

test('a key that the server repeats is not passed on', async () => {
  const error = await explain('openai', 400, { error: { message: 'the key test-key is odd' } });
  expect(error.message).toContain('the key [key] is odd');
});
