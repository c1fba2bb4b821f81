import { asArray, countTokens, digest, isJson, type Json, pieces } from '../json.ts';
import type { ServedModel } from '../models.ts';
import { createPrefixCache } from '../prefix-cache.ts';
import { invalid, Refusal, type RefusalKind } from '../refusal.ts';
import type { Finish, Frame, ScriptTurn } from '../script.ts';
import { type Conversation, lookup, type Speech, speechOf, type Wire } from '../wire.ts';
import { authenticate, checkFields } from './check-fields.ts';
import { checkSignatures, readContents, signPart } from './history.ts';

interface Accepted extends Conversation {
  prompt: string;
  showsThoughts: boolean;
}

const statuses: Record<RefusalKind, string> = {
  invalid: 'INVALID_ARGUMENT',
  auth: 'UNAUTHENTICATED',
  permission: 'PERMISSION_DENIED',
  'not-found': 'NOT_FOUND',
  'too-large': 'INVALID_ARGUMENT',
  'rate-limit': 'RESOURCE_EXHAUSTED',
  overloaded: 'UNAVAILABLE',
  server: 'INTERNAL',
};

const reasons: Record<Finish, string> = {
  stop: 'STOP',
  'tool-calls': 'STOP',
  length: 'MAX_TOKENS',
  refusal: 'PROHIBITED_CONTENT',
  safety: 'SAFETY',
  blocked: 'PROHIBITED_CONTENT',
  'malformed-call': 'MALFORMED_FUNCTION_CALL',
  paused: 'OTHER',
};

/** The Gemini API: `generateContent` and `streamGenerateContent`. */
export function createGoogleWire(input: {
  models: ReadonlyMap<string, ServedModel>;
  clock: () => number;
}): Wire<Accepted> {
  const find = lookup(input.models, 'google');
  const cache = createPrefixCache(input.clock, {
    stepTokens: 256,
    lifetimeMs: 60 * 60 * 1_000,
    entries: 'every-step',
  });
  /** Signatures by call id, which calls may share; empty for a call that was not signed. */
  const issued = new Map<string, Set<string>>();
  return {
    vendor: 'google',
    maxBodyBytes: 20 * 1024 * 1024,
    ping: ': keep-alive\n\n',
    requestIdHeader: 'x-request-id',
    authenticate: (request, keys) => authenticate(request, keys),
    check: ({ body, url }) => {
      const [, id, method] = /\/models\/([^/:]+):(\w+)$/.exec(url.pathname) ?? [];
      const model = find(id ?? '');
      if (model === null)
        throw new Refusal(
          `models/${id} is not found for API version v1beta, or is not supported for generateContent.`,
          { kind: 'not-found' },
        );
      const { toolNames } = checkFields(body, model);
      const contents = readContents(body.contents);
      checkSignatures({ model: model.id, contents, issued });
      const head = [body.systemInstruction ?? null, body.tools ?? null];
      const prompt = [
        body.tools ?? null,
        body.toolConfig ?? null,
        body.systemInstruction ?? null,
        ...contents,
      ]
        .map((part) => JSON.stringify(part))
        .join('\n');
      const tokens = countTokens(prompt);
      if (tokens > model.contextTokens)
        throw invalid(
          `The input token count (${tokens}) exceeds the maximum number of tokens allowed (${model.contextTokens}).`,
          'contents',
        );
      const config = isJson(body.generationConfig) ? body.generationConfig : {};
      const users = contents.filter((content) => content.role === 'user').flatMap((content) => content.parts);
      const system = isJson(body.systemInstruction)
        ? asArray(body.systemInstruction.parts).filter(isJson)
        : [];
      return {
        model,
        stream: method === 'streamGenerateContent',
        key: digest(['google', model.id, head, users[0]]),
        answers: contents.filter((content) => content.role === 'model').length,
        toolNames,
        text: [...system, ...users].map((part) => String(part.text ?? '')).join('\n'),
        prompt,
        showsThoughts: isJson(config.thinkingConfig) && config.thinkingConfig.includeThoughts === true,
      };
    },
    play: ({ accepted, turn, index }) => {
      const id = (place: number | string) => digest([accepted.key, index, place]).slice(0, 16);
      const { model, prompt } = accepted;
      const speech = readable(speechOf(turn, (place) => `fc-${id(place)}`));
      const counts = cache({ scope: model.id, prompt, minimum: model.minimumCacheTokens });
      const usage = usageOf({
        speech,
        usage: turn.usage,
        prompt: counts.fresh + counts.read + counts.written,
        read: counts.read,
      });
      const sign = (place: string) => signPart(model.id, place);
      speech.toolCalls.forEach((call, place) => {
        const signatures = issued.get(call.id) ?? new Set();
        issued.set(call.id, signatures.add(place === 0 ? sign(call.id) : ''));
      });
      const base = { modelVersion: model.id, responseId: id('response') };
      const frames = toFrames({ base, speech, usage, showsThoughts: accepted.showsThoughts, sign });
      return turn.frames === undefined ? frames : [...turn.frames];
    },
    whole: toWhole,
    errorBody,
    errorFrame: (refusal) => ({ data: errorBody(refusal) }),
  };
}

/** This vendor parses calls itself: one it cannot read ends the answer without a call. */
function readable(speech: Speech): Speech {
  const isJsonText = (text: string) => {
    try {
      return isJson(JSON.parse(text));
    } catch {
      return false;
    }
  };
  if (speech.toolCalls.every((call) => isJsonText(call.arguments))) return speech;
  return { ...speech, toolCalls: [], finish: speech.finish === 'length' ? 'length' : 'malformed-call' };
}

function toFrames(input: {
  base: Json;
  speech: Speech;
  usage: Json | null;
  showsThoughts: boolean;
  sign(place: string): string;
}): Frame[] {
  const { base, speech, usage, showsThoughts, sign } = input;
  const tail = { ...base, ...(usage === null ? {} : { usageMetadata: usage }) };
  const chunk = (parts: readonly Json[]): Frame => ({
    data: { candidates: [{ content: { role: 'model', parts }, index: 0 }], ...tail },
  });
  if (speech.finish === 'blocked')
    return [{ data: { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, ...tail } }];
  const thoughts = showsThoughts ? speech.thinking.filter((one) => typeof one === 'string') : [];
  const isSigned = speech.thinking.length > 0 && speech.toolCalls.length === 0;
  return [
    ...thoughts.flatMap((text) => pieces(text).map((piece) => chunk([{ text: piece, thought: true }]))),
    ...pieces(speech.text).map((text) => chunk([{ text }])),
    ...speech.toolCalls.map((call, place) =>
      chunk([
        {
          functionCall: { id: call.id, name: call.name, args: JSON.parse(call.arguments) as Json },
          ...(place === 0 ? { thoughtSignature: sign(call.id) } : {}),
        },
      ]),
    ),
    {
      data: {
        candidates: [
          {
            // Without calls the signature comes last, on a part without text.
            ...(isSigned
              ? { content: { role: 'model', parts: [{ text: '', thoughtSignature: sign('text') }] } }
              : {}),
            finishReason: reasons[speech.finish],
            index: 0,
          },
        ],
        ...tail,
      },
    },
  ];
}

/** Zero counts are left out, as protocol buffers do. */
function usageOf(input: {
  speech: Speech;
  usage: ScriptTurn['usage'];
  prompt: number;
  read: number;
}): Json | null {
  const { speech, usage, prompt, read } = input;
  if (usage === null) return null;
  const thought = usage?.reasoning ?? (speech.thinking.length === 0 ? 0 : countTokens(speech.thinking));
  const said =
    countTokens(speech.text) + speech.toolCalls.reduce((sum, call) => sum + countTokens(call.arguments), 0);
  const candidates = usage?.output === undefined ? said : Math.max(0, usage.output - thought);
  const counts = {
    promptTokenCount: prompt,
    cachedContentTokenCount: read,
    candidatesTokenCount: candidates,
    thoughtsTokenCount: thought,
    totalTokenCount: prompt + candidates + thought,
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function errorBody(refusal: Refusal): Json {
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: refusal.code,
    domain: 'googleapis.com',
  };
  const details = refusal.code === null ? {} : { details: [info] };
  return {
    error: { code: refusal.status, message: refusal.message, status: statuses[refusal.kind], ...details },
  };
}

/** All chunks as one answer. */
function toWhole(frames: readonly Frame[]): Json {
  const chunks = frames.map((frame) => frame.data).filter(isJson);
  const candidates = chunks.map((chunk) => asArray(chunk.candidates)[0]).filter(isJson);
  const parts = candidates.flatMap((one) => (isJson(one.content) ? asArray(one.content.parts) : []));
  const { candidates: _, ...last } = chunks.at(-1) ?? {};
  const finishReason = candidates.findLast((one) => one.finishReason !== undefined)?.finishReason;
  return { ...last, candidates: [{ content: { role: 'model', parts }, finishReason, index: 0 }] };
}
