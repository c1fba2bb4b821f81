import { describe, expect, test } from 'vitest';
import { ProviderId } from '../../src/domain/reviewer.ts';
import { createLanguageModel } from '../../src/provider/create-language-model.ts';
import type { LanguageModelConfig } from '../../src/provider/language-model-config.ts';

const config: LanguageModelConfig = {
  provider: 'anthropic',
  modelId: 'm',
  apiKey: 'key',
  baseUrl: null,
  authStyle: null,
};

test.each(ProviderId.options)('%s has a model', async (provider) => {
  const model = await createLanguageModel({ ...config, provider, baseUrl: 'https://models.example/v1' });
  expect([model.provider, model.modelId]).toEqual([provider, 'm']);
});

describe('a configuration is refused', () => {
  test('without a key, except for servers that need none', async () => {
    for (const apiKey of [null, '']) {
      await expect(createLanguageModel({ ...config, apiKey })).rejects.toThrow(/no API key for anthropic/);
      const local = {
        ...config,
        provider: 'openai-compatible',
        baseUrl: 'http://localhost:1234/v1',
        apiKey,
      } as const;
      await expect(createLanguageModel(local)).resolves.toMatchObject({ modelId: 'm' });
    }
  });

  test('when a self-hosted model has no address', async () => {
    await expect(createLanguageModel({ ...config, provider: 'openai-compatible' })).rejects.toThrow(
      /needs an endpoint/,
    );
  });

  test.each([
    'http://models.example/v1',
    'http://localhost.example',
    'http://10.0.0.1',
    'ftp://localhost',
    'nonsense',
  ])('for the endpoint %s', async (baseUrl) => {
    await expect(createLanguageModel({ ...config, baseUrl })).rejects.toMatchObject({ code: 'config' });
  });

  test.each([
    'https://models.example',
    'http://localhost:8080',
    'http://127.0.0.1',
    'http://127.3.2.1:1',
    'http://[::1]:5',
  ])('not for the endpoint %s', async (baseUrl) => {
    await expect(createLanguageModel({ ...config, baseUrl })).resolves.toMatchObject({
      provider: 'anthropic',
    });
  });
});
