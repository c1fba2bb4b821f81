import type { IncomingHttpHeaders } from 'node:http';
import type { Json } from './json.ts';
import type { ServedModel } from './models.ts';
import type { Refusal } from './refusal.ts';
import type { Frame, ScriptTurn, Vendor } from './script.ts';

export interface WireRequest {
  headers: IncomingHttpHeaders;
  url: URL;
  body: Json;
  /** Length of the body. */
  bytes: number;
}

/** A request that was accepted, as far as the choice of a session needs it. */
export interface Conversation {
  model: ServedModel;
  stream: boolean;
  /** The same for all requests of a conversation. */
  key: string;
  /** Answers of the model in the history. */
  answers: number;
  toolNames: readonly string[];
  /** All system and user texts. */
  text: string;
}

export interface PlayInput<Accepted> {
  accepted: Accepted;
  turn: ScriptTurn;
  /** Place of the turn in its session, from 0. */
  index: number;
}

/** One vendor's wire format, with the memory of what it said. */
export interface Wire<Accepted extends Conversation = Conversation> {
  readonly vendor: Vendor;
  readonly maxBodyBytes: number;
  /** Throws a `Refusal`, as all that follow. */
  authenticate(request: Pick<WireRequest, 'headers' | 'url'>, keys: readonly string[]): void;
  check(request: WireRequest): Accepted;
  /** The events of the answer, natively. Remembers what must come back. */
  play(input: PlayInput<Accepted>): Frame[];
  /** The same answer as one JSON value, for a request that does not stream. */
  whole(frames: readonly Frame[]): Json;
  errorBody(refusal: Refusal): Json;
  errorFrame(refusal: Refusal): Frame;
  /** A keep-alive, as bytes. */
  readonly ping: string;
  readonly requestIdHeader: string;
}

/** Refuses a model that is not served here, or not by this vendor. */
export type ModelLookup = (id: string) => ServedModel | null;

export function lookup(models: ReadonlyMap<string, ServedModel>, vendor: Vendor): ModelLookup {
  return (id) => {
    const model = models.get(id);
    return model?.vendor === vendor ? model : null;
  };
}

/** What a turn says, after defaults: the same for all vendors. */
export interface Speech {
  thinking: readonly (string | { redacted: true })[];
  text: string;
  toolCalls: readonly { id: string; name: string; arguments: string }[];
  finish: NonNullable<ScriptTurn['finish']>;
}

export function speechOf(turn: ScriptTurn, makeId: (place: number) => string): Speech {
  const thinking = turn.thinking ?? [];
  const toolCalls = (turn.toolCalls ?? []).map((call, place) => ({
    id: call.id ?? makeId(place),
    name: call.name,
    arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
  }));
  return {
    thinking: typeof thinking === 'string' ? [thinking] : thinking,
    text: turn.text ?? '',
    toolCalls,
    finish: turn.finish ?? (toolCalls.length > 0 ? 'tool-calls' : 'stop'),
  };
}

/** Whether clients send this answer back: vendors take no answer without text and calls. */
export function isSentBack(turn: ScriptTurn): boolean {
  return turn.frames !== undefined || (turn.toolCalls ?? []).length > 0 || (turn.text ?? '').trim() !== '';
}
