import * as z from 'zod';
import { Cause } from '../domain/cause.ts';
import { ProviderId } from '../domain/reviewer.ts';
import { Usage } from '../domain/usage.ts';
import { RunDirectoryError } from '../errors.ts';
import type { AssistantPart, ToolArguments } from '../provider/language-model.ts';

/** `<reviewer>.transcript.jsonl`: everything a session sent and got, in order, enough to play it again. */

const Opaque = z.object({ provider: ProviderId, modelId: z.string(), data: z.unknown() }).nullable();
const Arguments = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('parsed'), value: z.record(z.string(), z.unknown()) }),
  z.object({ outcome: z.literal('malformed'), text: z.string() }),
]) satisfies z.ZodType<ToolArguments>;

const Part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), opaque: Opaque }),
  z.object({ type: z.literal('reasoning'), text: z.string(), opaque: Opaque }),
  z.object({
    type: z.literal('tool-call'),
    id: z.string(),
    name: z.string(),
    arguments: Arguments,
    opaque: Opaque,
  }),
]) satisfies z.ZodType<AssistantPart>;

const SessionStart = z.object({
  type: z.literal('session'),
  schemaVersion: z.literal(1),
  provider: ProviderId,
  modelId: z.string(),
  effort: z.string().nullable(),
  /** UTC, ISO 8601. */
  startedAt: z.string(),
  /** SHA-256 over system, first message and tools: equal for sessions that began alike. */
  digest: z.string(),
  system: z.array(z.object({ text: z.string(), endsStablePrefix: z.boolean() })),
  firstMessage: z.string(),
  tools: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      inputSchema: z.record(z.string(), z.unknown()),
    }),
  ),
});

/** One answer of the model, whole: with what only its vendor understands. */
const Turn = z.object({
  type: z.literal('turn'),
  turn: z.int().min(1),
  parts: z.array(Part),
  finishReason: z.object({
    unified: z.enum(['stop', 'tool-calls', 'length', 'refusal', 'safety', 'malformed-call', 'other']),
    raw: z.string(),
  }),
  usage: Usage,
  costUsd: z.number().min(0).nullable(),
  /** What the budget was charged, in USD: more than `costUsd` where the vendor's count was not to be trusted. null: nothing is limited. */
  bookedUsd: z.number().min(0).nullable().default(null),
  requestId: z.string().nullable(),
  modelId: z.string().nullable(),
  durationMs: z.number().min(0),
});

/** One call and what the model was told. Those of one turn are sent in one message, in the order of the calls. */
const ToolCall = z.object({
  type: z.literal('tool-call'),
  turn: z.int().min(1),
  callId: z.string(),
  tool: z.string(),
  arguments: Arguments,
  answer: z.string(),
  isError: z.boolean(),
  durationMs: z.number().min(0),
});

/** What the session itself said to the model. */
const UserMessage = z.object({
  type: z.literal('user-message'),
  turn: z.int().min(0),
  /** Name of the text in `context/loop`. */
  reason: z.string(),
  text: z.string(),
});

/** Old answers were taken out of the conversation, and the model's reasoning with them. */
const Compaction = z.object({
  type: z.literal('compaction'),
  turn: z.int().min(1),
  /** Calls whose answers were replaced. */
  callIds: z.array(z.string()),
});

/** A request without an answer, also one that is tried again. */
const RequestError = z.object({
  type: z.literal('request-error'),
  turn: z.int().min(1),
  cause: Cause,
  /** What the budget was charged for it, in USD: the most it can have cost. null: nothing, or nothing is limited. */
  bookedUsd: z.number().min(0).nullable().default(null),
});

const SessionEnd = z.object({
  type: z.literal('end'),
  status: z.enum(['completed', 'partial', 'refused', 'failed', 'timed-out', 'cancelled']),
  cause: Cause.nullable(),
  usage: Usage,
  costUsd: z.number().min(0).nullable(),
  durationMs: z.number().min(0),
});

export const TranscriptRecord = z.discriminatedUnion('type', [
  SessionStart,
  Turn,
  ToolCall,
  UserMessage,
  Compaction,
  RequestError,
  SessionEnd,
]);
export type TranscriptRecord = z.infer<typeof TranscriptRecord>;

/** Takes a record before the session goes on with it. A failure ends the session as failed. */
export type TranscriptSink = (record: TranscriptRecord) => void | Promise<void>;

export function formatRecord(record: TranscriptRecord): string {
  return `${JSON.stringify(record)}\n`;
}

export interface Transcript {
  records: TranscriptRecord[];
  /** The last line was cut off while it was written: the session was killed. */
  torn: boolean;
}

/** Reads a transcript. Throws `RunDirectoryError` naming the line for anything but a torn last one. */
export function parseTranscript(text: string): Transcript {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const records = lines.map((line, index) => {
    const record = parseLine(line);
    if (record === null)
      throw new RunDirectoryError(`line ${index + 1} of the transcript is no record of one`);
    return record;
  });
  return { records, torn: last !== '' };
}

function parseLine(line: string): TranscriptRecord | null {
  try {
    const parsed = TranscriptRecord.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}
