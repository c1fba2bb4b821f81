/** What a model server plays. Plain JSON, so that a script can be a file. */
export interface ModelScript {
  /** API keys that are accepted; default `["test-key"]`. */
  keys?: readonly string[];
  /**
   * The first session that matches a request is played. A question about pairs of findings (`submit_duplicates`) that
   * none matches is answered all the same: every pair is different.
   */
  sessions: readonly ScriptSession[];
  /** Changes to the models served, by id; an id that is not served yet is added (with the figures of its vendor's first). */
  models?: Readonly<Record<string, Partial<ModelRules> & { vendor?: Vendor }>>;
}

export type Vendor = 'anthropic' | 'openai' | 'google' | 'openai-chat';

export interface ScriptSession {
  /** For the journal; default `session-1`, … */
  name?: string;
  /** All conditions given must hold; without any, every request matches. */
  match?: {
    /** The model's id, exactly. */
    model?: string;
    /**
     * A tool of this name is offered. Without it no request matches that offers `submit_verdicts`, `submit_duplicates`
     * or `submit_consolidation`: it belongs to no review.
     */
    tool?: string;
    /** The system text or a user text contains this. */
    contains?: string;
    /** The value of the request's `x-session` header. */
    header?: string;
  };
  /**
   * Turn n answers the request whose history holds n answers (a scripted answer without text and calls is not sent
   * back by clients; the next different request moves on). Retries of a request get the same turn.
   */
  turns: readonly ScriptTurn[];
  /** What a request beyond the last turn gets: the last turn again, or (default) a 400. */
  afterEnd?: 'repeat-last' | 'refuse';
}

export interface ScriptTurn {
  /** What the model thinks before it answers: one block for each entry. */
  thinking?: string | readonly (string | { redacted: true })[];
  text?: string;
  toolCalls?: readonly ScriptToolCall[];
  /** Default: `tool-calls` with tool calls, else `stop`. `blocked`: the prompt itself is refused. */
  finish?: Finish;
  /** Tokens to report instead of counted ones; null: no usage is reported at all. */
  usage?: { output?: number; reasoning?: number } | null;
  /** The vendor's own events instead of all the above. A string is sent as it is. */
  frames?: readonly Frame[];
  /** Faults of the first tries of this turn, one for each try; then the turn is played. */
  faults?: readonly Fault[];
  /** Every further try meets the last fault again. */
  faultsForever?: boolean;
}

export interface ScriptToolCall {
  name: string;
  /** A string is sent as it is, to be cut off or malformed. */
  arguments: Readonly<Record<string, unknown>> | string;
  /** Default: derived from the conversation and the place. */
  id?: string;
}

export type Finish =
  | 'stop'
  | 'tool-calls'
  | 'length'
  | 'refusal'
  | 'safety'
  | 'blocked'
  | 'malformed-call'
  | 'paused';

/** One server-sent event; `data` other than a string is sent as JSON. */
export interface Frame {
  event?: string;
  data: unknown;
}

/** Milliseconds; `afterFrames` counts events already sent. */
export type Fault =
  /** An error of the vendor's shape, or `body` as it is. */
  | {
      kind: 'status';
      status: number;
      headers?: Readonly<Record<string, string>>;
      body?: unknown;
      code?: string;
      message?: string;
    }
  | { kind: 'redirect'; location: string }
  /** 200 with a web page. */
  | { kind: 'html' }
  /** 200 with nothing in it. */
  | { kind: 'empty' }
  /** Waits, then plays the turn as it should be. */
  | { kind: 'delay'; beforeHeaders?: number; beforeFirstFrame?: number; betweenFrames?: number }
  /** Nothing at all until the client goes away; without `afterFrames` not even headers. */
  | { kind: 'stall'; afterFrames?: number }
  /** Keep-alives for ever. */
  | { kind: 'pings'; afterFrames: number; every: number }
  /** A clean end of the body. `withinLine`: half an event more. */
  | { kind: 'cut'; afterFrames: number; withinLine?: boolean }
  /** The connection is torn down; without `afterFrames` before any header. */
  | { kind: 'reset'; afterFrames?: number }
  /** The vendor's error within the stream. */
  | { kind: 'error-frame'; afterFrames: number; error: 'overloaded' | 'rate-limit' | 'server' }
  | { kind: 'malformed-frame'; afterFrames: number }
  | { kind: 'duplicate-frame'; frame: number }
  | { kind: 'swap-frames'; frame: number }
  /** An event no client knows. */
  | { kind: 'unknown-frame'; afterFrames: number }
  /** The right bytes, cut and ended unusually. */
  | { kind: 'bytes'; chunkBytes?: number; lineEnd?: '\r\n' | '\r'; noFinalLineEnd?: boolean };

/** What a served model takes and refuses. */
export interface ModelRules {
  contextTokens: number;
  maxOutputTokens: number;
  efforts: readonly string[];
  forcesTools: boolean;
  minimumCacheTokens: number;
  /** Whether the account may see summaries of reasoning (OpenAI). */
  allowsSummaries: boolean;
  /** Whether thinking can be switched off or given a budget (Anthropic). */
  allowsManualThinking: boolean;
}
