import type { LanguageModelConfig } from './language-model-config.ts';

/** What an endpoint says when it is asked for its models: nothing is paid for. */
export type EndpointProbe =
  | { outcome: 'answers'; modelListed: boolean | null }
  /** It answers and does not take the key. */
  | { outcome: 'refuses-key'; status: number }
  /** Nobody can say: no connection, no answer in time, or an answer that is none. */
  | { outcome: 'unknown'; reason: string };

/** Milliseconds. */
const patience = 10_000;
const largestAnswer = 4 * 2 ** 20;

/** Asks an endpoint for its list of models, once, within ten seconds. Follows no redirect. */
export async function probeEndpoint(
  config: LanguageModelConfig,
  signal: AbortSignal,
): Promise<EndpointProbe> {
  const { address, headers } = question(config);
  try {
    const response = await fetch(address, {
      headers,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    });
    if (response.status === 401 || response.status === 403) {
      await response.body?.cancel();
      return { outcome: 'refuses-key', status: response.status };
    }
    const text = (await response.text()).slice(0, largestAnswer);
    if (!response.ok) return { outcome: 'unknown', reason: `it answers ${response.status}` };
    return { outcome: 'answers', modelListed: isListed(text, config.modelId) };
  } catch (cause) {
    signal.throwIfAborted();
    const isTimeout = cause instanceof Error && cause.name === 'TimeoutError';
    const inner = cause instanceof Error && cause.cause instanceof Error ? `: ${cause.cause.message}` : '';
    const reason = cause instanceof Error ? `${cause.message}${inner}` : String(cause);
    return { outcome: 'unknown', reason: isTimeout ? `no answer in ${patience / 1000} s` : reason };
  }
}

function question(config: LanguageModelConfig): { address: string; headers: Record<string, string> } {
  const key = config.apiKey ?? '';
  const base = (fallback: string) => (config.baseUrl ?? fallback).replace(/\/+$/, '');
  const bearer = { authorization: `Bearer ${key}` };
  switch (config.provider) {
    case 'anthropic':
      return {
        address: `${base('https://api.anthropic.com')}/v1/models?limit=1000`,
        headers:
          config.authStyle === 'x-api-key'
            ? { 'anthropic-version': '2023-06-01', 'x-api-key': key }
            : { 'anthropic-version': '2026-10-21', ...bearer },
      };
    case 'google':
      return {
        address: `${base('https://generativelanguage.googleapis.com')}/v1beta/models?pageSize=1000`,
        headers: { 'x-goog-api-key': key },
      };
    case 'openai':
    case 'openai-compatible':
      return {
        address: `${base('https://api.openai.com/v1')}/models`,
        headers: key === '' ? {} : bearer,
      };
  }
}

/** null when the answer is no list of models. */
function isListed(text: string, modelId: string): boolean | null {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null) return null;
    const list = 'data' in body ? body.data : 'models' in body ? body.models : null;
    if (!Array.isArray(list)) return null;
    return list.some((entry: { id?: unknown; name?: unknown }) =>
      [modelId, `models/${modelId}`].includes(String(entry?.id ?? entry?.name)),
    );
  } catch {
    return null;
  }
}
