import { asArray, countTokens, digest, isJson, type Json } from '../json.ts';
import type { ServedModel } from '../models.ts';
import { createBlockCache, type PromptBlock } from '../prefix-cache.ts';
import { invalid, type Refusal, type RefusalKind } from '../refusal.ts';
import { type Conversation, lookup, speechOf, type Wire } from '../wire.ts';
import { toAnswer, toWhole } from './answer.ts';
import { authenticate, checkFields } from './check-fields.ts';
import {
  checkPairs,
  checkThinking,
  type Issued,
  prefixOf,
  readBlocks,
  readTurns,
  sign,
  type Turn,
} from './history.ts';

interface Accepted extends Conversation {
  /** Tools and system: what stands before the messages. */
  head: unknown;
  turns: Turn[];
  blocks: PromptBlock[];
  showsThinking: boolean;
}

const errorTypes: Record<RefusalKind, string> = {
  invalid: 'invalid_request_error',
  auth: 'authentication_error',
  permission: 'permission_error',
  'not-found': 'not_found_error',
  'too-large': 'request_too_large',
  'rate-limit': 'rate_limit_error',
  overloaded: 'overloaded_error',
  server: 'api_error',
};

/** The Messages API. */
export function createAnthropicWire(input: {
  models: ReadonlyMap<string, ServedModel>;
  clock: () => number;
}): Wire<Accepted> {
  const find = lookup(input.models, 'anthropic');
  const cache = createBlockCache(input.clock);
  const issued = new Map<string, Issued>();
  const errorBody = (refusal: Refusal): Json => ({
    type: 'error',
    error: {
      type: errorTypes[refusal.kind],
      message: refusal.message,
      ...(refusal.code === null ? {} : { details: { error_code: refusal.code } }),
    },
    request_id: 'req_refused',
  });
  return {
    vendor: 'anthropic',
    maxBodyBytes: 32 * 1024 * 1024,
    ping: 'event: ping\ndata: {"type": "ping"}\n\n',
    requestIdHeader: 'request-id',
    authenticate: ({ headers }, keys) => authenticate(headers, keys),
    check: ({ body }) => {
      const { model, toolNames } = checkFields(body, find);
      const system = body.system === undefined ? [] : readBlocks(body.system, 'system');
      const turns = readTurns(body.messages);
      const head = [asArray(body.tools).map(withoutMark), system];
      checkPairs(turns);
      checkThinking({ model: model.id, head, turns, issued });
      const blocks = promptBlocks(body);
      const marks = blocks.filter((block) => block.breakpoint).length;
      if (marks > 4)
        throw invalid(
          `A maximum of 4 blocks with cache_control may be provided. Found ${marks}.`,
          'cache_control',
        );
      const tokens = blocks.reduce((sum, block) => sum + countTokens(block.value), 0);
      if (tokens > model.contextTokens)
        throw invalid(`prompt is too long: ${tokens} tokens > ${model.contextTokens} maximum`, 'messages');
      const texts = [...system, ...turns.flatMap((turn) => (turn.role === 'user' ? turn.blocks : []))];
      const first = turns[0]?.blocks[0];
      return {
        model,
        stream: body.stream === true,
        key: digest(['anthropic', model.id, head, first]),
        answers: turns.filter((turn) => turn.role === 'assistant').length,
        toolNames,
        text: texts.map((block) => String(block.text ?? '')).join('\n'),
        head,
        turns,
        blocks,
        showsThinking: isJson(body.thinking) && body.thinking.display === 'summarized',
      };
    },
    play: ({ accepted, turn, index }) => {
      const id = (place: number | string) => digest([accepted.key, index, place]).slice(0, 24);
      const speech = speechOf(turn, (place) => `toolu_${id(place)}`);
      const prefix = prefixOf(accepted.head, accepted.turns, { thinking: true });
      const answer = toAnswer({
        id: `msg_${id('message')}`,
        model: accepted.model.id,
        speech,
        usage: turn.usage,
        cache: cache({
          scope: accepted.model.id,
          blocks: accepted.blocks,
          minimum: accepted.model.minimumCacheTokens,
        }),
        showsThinking: accepted.showsThinking,
        sign: (before, text) => sign({ model: accepted.model.id, prefix, before, text }),
      });
      const bare = prefixOf(accepted.head, accepted.turns, { thinking: false });
      for (const call of speech.toolCalls) issued.set(call.id, { thinking: answer.thinking, prefix: bare });
      return turn.frames === undefined ? answer.frames : [...turn.frames];
    },
    whole: toWhole,
    errorBody,
    errorFrame: (refusal) => ({ event: 'error', data: errorBody(refusal) }),
  };
}

function withoutMark(value: unknown): unknown {
  if (!isJson(value)) return value;
  const { cache_control: _, ...rest } = value;
  return rest;
}

/**
 * The prompt in the order it is read: tools, system, messages. How to think and whether to call tools belong to the
 * messages: another choice there leaves only the tools and the system in the cache.
 */
function promptBlocks(body: Json): PromptBlock[] {
  const system =
    typeof body.system === 'string' ? [{ type: 'text', text: body.system }] : asArray(body.system);
  const settings = [body.thinking ?? null, body.tool_choice ?? null, body.output_config ?? null];
  const messages = asArray(body.messages).flatMap((message) => {
    const { role, content } = isJson(message) ? message : {};
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : asArray(content);
    return blocks.map((value) => ({ value, identity: ['message', role, settings] }));
  });
  const head = [
    ...asArray(body.tools).map((value) => ({ value, identity: ['tool'] })),
    ...system.map((value) => ({ value, identity: ['system'] })),
  ];
  return [...head, ...messages].map(({ value, identity }) => {
    const mark = isJson(value) ? value.cache_control : undefined;
    if (mark !== undefined && isJson(value)) checkMark(value, mark);
    return { value: withoutMark(value), identity, breakpoint: isJson(mark) };
  });
}

function checkMark(block: Json, mark: unknown): void {
  if (!isJson(mark) || mark.type !== 'ephemeral' || ![undefined, '5m', '1h'].includes(mark.ttl as undefined))
    throw invalid('cache_control: Input should be {"type": "ephemeral"}', 'cache_control');
  if (block.type === 'thinking' || block.type === 'redacted_thinking')
    throw invalid('cache_control: cannot be set on thinking blocks', 'cache_control');
}
