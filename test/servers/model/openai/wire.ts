import { asArray, countTokens, digest, isJson, type Json } from '../json.ts';
import type { ServedModel } from '../models.ts';
import { createPrefixCache } from '../prefix-cache.ts';
import { invalid } from '../refusal.ts';
import { type Conversation, lookup, speechOf, type Wire } from '../wire.ts';
import { toAnswer, toWhole } from './answer.ts';
import { authenticate, checkFields } from './check-fields.ts';
import { errorBody, errorFrame } from './errors.ts';
import {
  answersOf,
  checkPairs,
  checkReasoning,
  encrypt,
  type Issued,
  prefixOf,
  readItems,
} from './history.ts';

interface Accepted extends Conversation {
  head: unknown;
  items: Json[];
  prompt: string;
  cacheScope: string;
  wantsEncrypted: boolean;
  wantsSummaries: boolean;
}

/** The Responses API. */
export function createOpenAiWire(input: {
  models: ReadonlyMap<string, ServedModel>;
  clock: () => number;
}): Wire<Accepted> {
  const find = lookup(input.models, 'openai');
  const cache = createPrefixCache(input.clock, {
    stepTokens: 128,
    lifetimeMs: 30 * 60 * 1_000,
    // From the 5.6 family on a request has one breakpoint by itself.
    entries: 'end',
  });
  const issued = new Map<string, Issued>();
  return {
    vendor: 'openai',
    maxBodyBytes: 50 * 1024 * 1024,
    ping: ': keep-alive\n\n',
    requestIdHeader: 'x-request-id',
    authenticate: ({ headers }, keys) => authenticate(headers, keys),
    check: ({ body }) => {
      const { model, toolNames } = checkFields(body, find);
      const items = readItems(body.input);
      const head = [body.instructions ?? null, asArray(body.tools)];
      checkPairs(items);
      checkReasoning({ model: model.id, head, items, issued });
      const prompt = [body.tools ?? null, body.instructions ?? null, ...items]
        .map((part) => JSON.stringify(part))
        .join('\n');
      const tokens = countTokens(prompt);
      if (tokens > model.contextTokens)
        throw invalid(
          'Your input exceeds the context window of this model. Please adjust your input and try again.',
          'input',
          'context_length_exceeded',
        );
      const reasoning = isJson(body.reasoning) ? body.reasoning : {};
      const users = items.filter((item) => item.type === 'message' && item.role !== 'assistant');
      return {
        model,
        stream: body.stream === true,
        key: digest(['openai', model.id, head, users[0]]),
        answers: answersOf(items).length,
        toolNames,
        text: [String(body.instructions ?? ''), ...users.map((item) => textOf(item.content))].join('\n'),
        head,
        items,
        prompt,
        cacheScope: digest([
          model.id,
          body.prompt_cache_key ?? null,
          reasoning.effort ?? null,
          body.text ?? null,
        ]),
        wantsEncrypted: asArray(body.include).includes('reasoning.encrypted_content'),
        wantsSummaries: reasoning.summary !== undefined,
      };
    },
    play: ({ accepted, turn, index }) => {
      const id = (place: number | string) => digest([accepted.key, index, place]).slice(0, 24);
      const speech = speechOf(turn, (place) => `call_${id(place)}`);
      if (speech.finish === 'blocked')
        throw invalid(
          'Invalid prompt: your prompt was flagged as potentially violating our usage policy.',
          'input',
          'invalid_prompt',
        );
      const { model } = accepted;
      const answer = toAnswer({
        id: `resp_${id('response')}`,
        model: model.id,
        speech,
        usage: turn.usage,
        cache: cache({
          scope: accepted.cacheScope,
          prompt: accepted.prompt,
          minimum: model.minimumCacheTokens,
        }),
        encrypt: accepted.wantsEncrypted ? (item) => encrypt(model.id, item) : null,
        showsSummaries: accepted.wantsSummaries,
      });
      const prefix = prefixOf(accepted.head, accepted.items);
      for (const call of speech.toolCalls) issued.set(call.id, { prefix, reasoning: answer.reasoning });
      return turn.frames === undefined ? answer.frames : [...turn.frames];
    },
    whole: toWhole,
    errorBody,
    errorFrame,
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content)
    .map((part) => (isJson(part) ? String(part.text ?? '') : ''))
    .join('\n');
}
