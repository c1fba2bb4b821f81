import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ProviderId } from '../../src/domain/reviewer.ts';
import { readModelCatalog } from '../../src/provider/model-data.ts';
import { priceOf, priceOn } from '../../src/provider/price.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = fileURLToPath(new URL('../../context/models/', import.meta.url));
const catalog = await readModelCatalog(directory);
const today = new Date('2026-11-21T12:00:00Z');
const million = { input: 1_000_000, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };

describe('the data about models', () => {
  test('knows the default reviewers’ models, their prices and their words for effort', () => {
    const known = [
      ['anthropic', 'claude-opus-5-5', 'xhigh'],
      ['openai', 'gpt-6.1-sol', 'xhigh'],
      ['google', 'gemini-4-argon', 'high'],
    ] as const;
    for (const [provider, modelId, effort] of known) {
      const facts = catalog.facts(provider, modelId);
      expect(facts).toMatchObject({ known: true, provider, modelId, published: '2026-11-21' });
      expect(facts.efforts).toContain(effort);
      expect(facts.maxOutputTokens).toBeGreaterThan(60_000);
      expect(priceOf({ ...million, cacheRead: 1, cacheWrite: 1, output: 1 }, facts, today)).toBeGreaterThan(
        0,
      );
    }
  });

  test('knows nothing about other models, and says so', () => {
    const facts = catalog.facts('openai', 'gpt-99');
    expect(facts).toMatchObject({
      known: false,
      published: null,
      contextTokens: null,
      efforts: [],
      prices: [],
    });
    expect(priceOf(million, facts, today)).toBeNull();
  });

  test('gives every provider limits, longer ones for harder thinking', () => {
    for (const provider of ProviderId.options) {
      const usual = catalog.limits({ provider, modelId: 'any', effort: null });
      expect(Object.values(usual).every((limit) => limit > 0)).toBe(true);
      const patient = catalog.limits({ provider, modelId: 'any', effort: 'HIGH' });
      expect(patient.progressMs).toBeGreaterThanOrEqual(usual.progressMs);
      expect(patient.idleMs).toBeLessThanOrEqual(patient.progressMs);
    }
    const level = (effort: string) => catalog.limits({ provider: 'google', modelId: 'any', effort });
    expect(level('HIGH')).toEqual(level('high'));
    expect(level('high').firstByteMs).toBeGreaterThan(level('low').firstByteMs);
    const ofDefault = catalog.limits({ provider: 'anthropic', modelId: 'claude-sonnet-5-5', effort: null });
    expect(ofDefault).toEqual(catalog.limits({ provider: 'anthropic', modelId: 'any', effort: 'high' }));
  });

  test('is refused by the name of the file when it is malformed', async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'openai.yml'), 'provider: openai\nmodels: {}\n');
    await expect(readModelCatalog(folder)).rejects.toThrow(/openai\.yml/);
    writeFileSync(join(folder, 'openai.yml'), 'a: [');
    await expect(readModelCatalog(folder)).rejects.toThrow(/openai\.yml cannot be read/);
  });

  test('is missed when there is none for a provider', async () => {
    const empty = await readModelCatalog(temporaryDirectory());
    expect(() => empty.facts('google', 'x')).toThrow(/nothing about the provider google/);
  });
});

describe('a request’s price', () => {
  test('adds what went in, through the cache and out', () => {
    const opus = catalog.facts('anthropic', 'claude-opus-5-5');
    const usage = { input: 10_000, cacheRead: 200_000, cacheWrite: 40_000, output: 5_000, reasoning: 4_000 };
    expect(priceOf(usage, opus, today)).toBeCloseTo(0.04 + 0.04 + 0.2 + 0.1, 10);
  });

  test('changes with the day', () => {
    const argon = catalog.facts('google', 'gemini-4-argon');
    expect(priceOf(million, argon, new Date('2026-11-30T23:59:59Z'))).toBe(2);
    expect(priceOf(million, argon, new Date('2026-12-01T00:00:00Z'))).toBe(4);
  });

  test('is higher as a whole when the input is long, cached or not', () => {
    const sol = catalog.facts('openai', 'gpt-6.1-sol');
    const usage = { input: 0, cacheRead: 272_000, cacheWrite: 0, output: 1_000_000, reasoning: 0 };
    expect(priceOf(usage, sol, today)).toBeCloseTo(0.0272 + 10, 10);
    expect(priceOf({ ...usage, cacheRead: 272_001 }, sol, today)).toBeCloseTo(0.0544002 + 15, 10);
  });

  test('is unknown when anything that matters is', () => {
    const old = catalog.facts('openai', 'gpt-5.6-sol');
    expect(priceOf(million, old, today)).toBe(4);
    expect(priceOf({ ...million, cacheRead: 1 }, old, today)).toBeNull();
    for (const part of ['input', 'cacheRead', 'cacheWrite', 'output'])
      expect(priceOf({ ...million, [part]: null }, old, today)).toBeNull();
    expect(priceOf({ ...million, reasoning: null }, old, today)).toBe(4);
  });

  test('is unknown before its first and after its last day', () => {
    const row = { input: 1, cacheRead: 1, cacheWrite: 1, cacheWriteHour: null, output: 1, longContext: null };
    const prices = [{ ...row, from: '2026-02-01', until: '2026-02-28' }];
    const on = (day: string) => priceOn(prices, new Date(`${day}T12:00:00Z`))?.input ?? null;
    expect([on('2026-01-31'), on('2026-02-01'), on('2026-02-28'), on('2026-03-01')]).toEqual([
      null,
      1,
      1,
      null,
    ]);
  });
});
