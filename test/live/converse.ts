import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageDirectory } from '../../src/config.ts';
import { makeVisibleLine } from '../../src/domain/visible-text.ts';
import type {
  GenerateRequest,
  GenerateResult,
  LanguageModel,
  Message,
  StreamLimits,
  ToolDefinition,
} from '../../src/provider/language-model.ts';
import type { ModelFacts } from '../../src/provider/model-data.ts';
import { mostPriceOf, priceOf } from '../../src/provider/price.ts';

export interface ConverseInput {
  model: LanguageModel;
  facts: ModelFacts;
  effort: string | null;
  /** For prices. */
  date: Date;
  /** Neither request is sent when it could exceed what is left of this. */
  mostUsd: number;
  print: (line: string) => void;
}

const number = '7319';
const mostOutputTokens = 1_000;
/** An answer shorter than this could not hold a thought and a call. */
const leastOutputTokens = 150;
const limits: StreamLimits = {
  connectMs: 10_000,
  firstByteMs: 60_000,
  idleMs: 60_000,
  progressMs: 60_000,
  deadlineMs: 90_000,
};
const readNumber: ToolDefinition = {
  name: 'read_number',
  description: 'Gives the number that is kept under a name.',
  inputSchema: {
    type: 'object',
    properties: { name: { type: 'string', description: 'The name.' } },
    required: ['name'],
    additionalProperties: false,
  },
};

/** A question, a tool call, its answer, an answer. Gives what was not as it should be; null when all was. */
export async function converse(input: ConverseInput): Promise<string | null> {
  const messages: Message[] = [{ role: 'user', text: 'The name is "lantern".' }];
  let spentUsd = 0;
  const ask = async (share: number): Promise<GenerateResult> => {
    const request = requestFor(input, { messages, leftUsd: (input.mostUsd - spentUsd) * share });
    const started = performance.now();
    const result = await input.model.generate(request, { signal: AbortSignal.timeout(120_000), limits });
    const costUsd = priceOf(result.usage, input.facts, input.date);
    if (costUsd === null) throw new Error(`its usage lacks a count: ${JSON.stringify(result.usage)}`);
    spentUsd += costUsd;
    describe(result, { costUsd, seconds: (performance.now() - started) / 1000 }).forEach(input.print);
    return result;
  };
  const first = await ask(0.6);
  const calls = first.parts.filter((part) => part.type === 'tool-call');
  const [call] = calls;
  if (call === undefined || calls.length > 1 || call.name !== readNumber.name)
    return `it made ${calls.length} tool calls, not one of ${readNumber.name}`;
  if (call.arguments.outcome === 'malformed') return 'the arguments of its call are malformed';
  messages.push(
    { role: 'assistant', parts: first.parts },
    { role: 'tool', results: [{ callId: call.id, name: call.name, text: number, isError: false }] },
  );
  const second = await ask(1);
  input.print(`all of it: ${spentUsd.toFixed(5)} USD of at most ${input.mostUsd} USD`);
  return textOf(second).includes(number) ? null : `its answer does not hold the number ${number}`;
}

/** With as many output tokens as what is left can pay for, a token being two bytes at worst. */
function requestFor(
  { facts, effort, date }: ConverseInput,
  { messages, leftUsd }: { messages: readonly Message[]; leftUsd: number },
): GenerateRequest {
  const text = readFileSync(join(findPackageDirectory(), 'test', 'live', 'prompt.md'), 'utf8');
  const request: GenerateRequest = {
    system: [{ text, endsStablePrefix: true }],
    messages: [...messages],
    tools: [readNumber],
    maxOutputTokens: mostOutputTokens,
    effort,
    cacheKey: 'live',
  };
  const input = Math.ceil(Buffer.byteLength(JSON.stringify(request)) / 2);
  const most = (output: number) => mostPriceOf({ input, output }, facts, date) ?? Number.POSITIVE_INFINITY;
  const forOutput = most(mostOutputTokens) - most(0);
  const affordable = Math.floor(((leftUsd - most(0)) / forOutput) * mostOutputTokens);
  if (!(affordable >= leastOutputTokens))
    throw new Error(`an answer of ${leastOutputTokens} tokens could cost over ${leftUsd.toFixed(4)} USD`);
  return { ...request, maxOutputTokens: Math.min(mostOutputTokens, affordable) };
}

function describe(result: GenerateResult, about: { costUsd: number; seconds: number }): string[] {
  const { finishReason, usage, requestId, modelId, parts } = result;
  const counts = Object.entries(usage).map(([name, count]) => `${name} ${count ?? 'not said'}`);
  const thinking = parts.flatMap((part) => (part.type === 'reasoning' ? [part.text] : []));
  return [
    `finish reason ${finishReason.unified} (${show(finishReason.raw)}), ${about.seconds.toFixed(1)} s, ${about.costUsd.toFixed(5)} USD`,
    `tokens: ${counts.join(', ')}`,
    `request id ${show(requestId ?? 'not said')}, answered by ${show(modelId ?? 'not said')}`,
    `thinking: ${thinking.length} parts, ${thinking.join('').length} characters of summary`,
    ...parts.flatMap((part) =>
      part.type === 'tool-call' ? [`call: ${show(part.name)} ${show(JSON.stringify(part.arguments))}`] : [],
    ),
    ...(textOf(result) === '' ? [] : [`text: ${show(textOf(result))}`]),
  ];
}

function textOf({ parts }: GenerateResult): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
}

function show(text: string): string {
  return makeVisibleLine(text).slice(0, 200);
}
