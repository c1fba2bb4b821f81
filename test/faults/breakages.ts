/** One place of the program broken on purpose, and the rows that must see it. */
export interface Breakage {
  /** What is missing then. */
  name: string;
  /** In `src/`. */
  file: string;
  /** Occurs exactly once in the file. */
  find: string;
  replacement: string;
  /** Parts of row names, as `--only` takes them: every row chosen by them must turn red. */
  rows: readonly string[];
}

export const breakages: readonly Breakage[] = [
  {
    name: 'no check for the end of a stream (openai-compatible)',
    file: 'provider/openai-compatible/from-response.ts',
    find: 'if (reason === null) return null;',
    replacement: "reason ??= 'stop';",
    rows: [
      'F16 ends without its terminal event, for ever × openai-compatible',
      'F18 200 with nothing in it, for ever × openai-compatible',
    ],
  },
  {
    name: 'no check for the end of a stream (google)',
    file: 'provider/google/from-response.ts',
    find: 'finishReason === null\n        ? null\n',
    replacement:
      "finishReason === null\n        ? { parts, finishReason: { unified: 'stop', raw: 'STOP' }, usage: toUsage(usage), modelId: modelVersion, responseId }\n",
    rows: [
      'F16 ends without its terminal event, for ever × google',
      'F18 200 with nothing in it, for ever × google',
    ],
  },
  {
    name: 'no limit for a stream that stands still',
    file: 'provider/watchdog.ts',
    find: "arm('idle', limits.idleMs);",
    replacement: '',
    rows: ['F20 the stream stalls'],
  },
  {
    name: 'no limit for a stream of keep-alives',
    file: 'provider/watchdog.ts',
    find: 'const arm = (stage: TimeoutStage, milliseconds: number) => {',
    replacement:
      "const arm = (stage: TimeoutStage, milliseconds: number) => {\n    if (stage === 'progress') return;",
    rows: ['F21 only keep-alives'],
  },
  {
    name: 'no limit for the first byte',
    file: 'provider/watchdog.ts',
    find: "arm('first-byte', limits.firstByteMs);",
    replacement: '',
    rows: ['F13 no response headers', 'F13 headers and then nothing'],
  },
  {
    name: 'tries again without a limit',
    file: 'provider/retry.ts',
    find: ' || attempt >= retryPolicy.attempts)',
    replacement: ')',
    rows: ['F6 529', 'F14 reset before the first byte, for ever', 'F18 200 with nothing in it, for ever'],
  },
  {
    name: 'tries again when the quota is used up',
    file: 'provider/provider-error.ts',
    find: "new Set<ProviderErrorKind>([\n  'rate-limit',",
    replacement: "new Set<ProviderErrorKind>([\n  'quota',\n  'rate-limit',",
    rows: ['F4 '],
  },
  {
    name: 'Retry-After is not looked at',
    file: 'provider/retry.ts',
    find: 'if (error.retryAfterMs === null)',
    replacement: 'if (error !== null)',
    rows: ['F1 429, Retry-After 2', 'F2 429', 'F3 Retry-After: a date'],
  },
  {
    name: 'a wait cannot be cancelled',
    file: 'provider/retry.ts',
    find: 'sleepFor(milliseconds, undefined, { signal })',
    replacement: 'sleepFor(milliseconds)',
    rows: ['F2 cancelled in a wait'],
  },
  {
    name: 'a web page is taken for a stream',
    file: 'provider/transport.ts',
    find: 'if (isSuccess && !isEventStream(headers))',
    replacement: 'if (isSuccess && headers === null)',
    rows: ['F18 a web page is told for what it is'],
  },
  {
    name: 'an error within the stream is passed over',
    file: 'provider/google/model.ts',
    find: 'if (fault !== null) throw fault;',
    replacement: '',
    rows: ['F19 an error event that the SDK passes over'],
  },
  {
    name: 'a refusal is an answer like others',
    file: 'agent/agent-loop.ts',
    find: "if (finishReason.unified === 'refusal' || finishReason.unified === 'safety') {",
    replacement: 'if (finishReason === null) {',
    rows: ['F26 refuses', 'F26 stopped by a filter', 'F26 the prompt is blocked'],
  },
  {
    name: 'usage that is not reported counts as none',
    file: 'provider/price.ts',
    find: 'if (row === null || input === null || cacheRead === null || cacheWrite === null || output === null)',
    replacement: 'if (row === null)',
    rows: ['F25 '],
  },
  {
    name: 'a call that was cut off is mended and carried out',
    file: 'provider/tool-arguments.ts',
    find: 'const value: unknown = JSON.parse(text);',
    replacement: "const value: unknown = JSON.parse(text.trimEnd().endsWith('}') ? text : text + '}');",
    rows: [
      'F28 cut off where a call could be mended × anthropic',
      'F28 cut off where a call could be mended × openai-c',
    ],
  },
  {
    name: 'the same call may be made for ever',
    file: 'agent/agent-loop.ts',
    find: 'if (isRepeating && this.wasRepeating)',
    replacement: 'if (isRepeating && this.repairs < 0)',
    rows: ['F34 '],
  },
  {
    name: 'an empty message is a completed review',
    file: 'agent/agent-loop.ts',
    find: "return this.nudge('empty', { status: 'failed', cause });",
    replacement: "return { status: cause === null ? 'failed' : 'completed', cause: null };",
    rows: ['F32 '],
  },
  {
    name: 'words alone are a completed review',
    file: 'agent/agent-loop.ts',
    find: "      'no-finish',\n      partial('no-finish',",
    replacement:
      "      'no-finish',\n      { status: 'completed', cause: null } as Ending ?? partial('no-finish',",
    rows: ['F33 stops without finish_review, again', 'F33 “no findings” in words alone'],
  },
  {
    name: 'a review that opened nothing is complete',
    file: 'agent/review-with-agent.ts',
    find: 'if (readable.length > 0 && ',
    replacement: 'if (readable.length < 0 && ',
    rows: ['F38 '],
  },
  {
    name: 'what the gate refuses is a finding',
    file: 'agent/finding-collector.ts',
    find: "if (answer.outcome === 'refused') {",
    replacement: 'if (answer === null) {',
    rows: ['F35 cites a file that is not there'],
  },
  {
    name: 'the ledger takes what the gate refused',
    file: 'reconcile/reconcile.ts',
    find: "finding.gate.outcome !== 'refused' && ",
    replacement: '',
    rows: ['F35 what cites nothing is kept in the ledger × anthropic'],
  },
  {
    name: 'calls of one turn are carried out all at once',
    file: 'agent/run-calls.ts',
    find: 'const atOnce = 8;',
    replacement: 'const atOnce = 1000;',
    rows: ['F31 200 calls at once'],
  },
  {
    name: 'calls keep ids that are taken',
    file: 'provider/call-ids.ts',
    find: 'taken.has(id); count += 1)',
    replacement: 'taken.size < 0; count += 1)',
    rows: ['F31 two calls with one id'],
  },
  {
    name: 'keys are shown in errors',
    file: 'provider/http-error.ts',
    find: "message.replaceAll(secret, '[key]')",
    replacement: 'message',
    rows: ['F8 '],
  },
  {
    name: 'too few reviewers are enough',
    file: 'domain/run-outcome.ts',
    find: 'if (input.incomplete) return 3;',
    replacement: '',
    rows: ['F40 two of three are down, this one is left × anthropic'],
  },
  {
    name: 'pairs of findings that were not compared are not said',
    file: 'pipeline/duplicates-notices.ts',
    find: "if (status === 'completed' || answers.length === pairs.length) return;",
    replacement: 'return;',
    rows: ['F42 later sessions: 500', 'F43 later sessions: ids are left out × google'],
  },
  {
    name: 'pairs that a model invented are not counted',
    file: 'pipeline/duplicates-notices.ts',
    find: 'if (session.invented > 0)',
    replacement: 'if (session.invented < 0)',
    rows: ['F43 later sessions: ids are invented'],
  },
  {
    name: 'nobody is asked in the place of a model that is gone',
    file: 'pipeline/duplicates-sitting.ts',
    find: "if (['auth', 'quota', 'model-not-found'].includes(code)) return true;",
    replacement: '',
    rows: ['F42 later sessions: 401', 'F42 later sessions: 404'],
  },
  {
    name: 'claims that were not examined are not said',
    file: 'pipeline/examiner-notices.ts',
    find: "if (status === 'completed' || answered.length === clusters.length) continue;",
    replacement: 'continue;',
    rows: ['F42 later sessions: 503'],
  },
  {
    name: 'writes to a forge are tried again unseen',
    file: 'forge/github/github-client.ts',
    find: 'write: (request, signal) => tryWrite(',
    replacement: 'write: (request, signal) => tryRead(',
    rows: ['F57 a comment is taken, and the connection breaks', 'F58 502 to a comment that was taken'],
  },
  {
    name: 'only the first page of a list is read',
    file: 'forge/github/github-client.ts',
    find: 'if (next === null) return items;',
    replacement: 'if (pages > 0) return items;',
    rows: ['F55 page 2 of the comments fails', 'F56 our comment on page 31'],
  },
  {
    name: 'a limit of requests passes for a missing permission',
    file: 'forge/github/explain-answer.ts',
    find: 'if (status !== 403 && status !== 429) return null;',
    replacement: 'if (status !== 429) return null;',
    rows: ['F60 403, too much at once', 'F60 403, the budget of the hour', 'F60 403 to a write'],
  },
  {
    name: 'a missing permission is a failure',
    file: 'publish/describe-failure.ts',
    find: "reason === 'forbidden' || reason === 'gone' ? 'skipped'",
    replacement: "reason === 'gone' ? 'skipped'",
    rows: ['F60 403, the token may only read'],
  },
  {
    name: 'one bad line loses a whole review',
    file: 'publish/publish-inline.ts',
    find: 'if (batch.length === 1 && only !== undefined) this.unplaced.add(only.finding);',
    replacement: 'if (only !== undefined) for (const one of batch) this.unplaced.add(one.finding);',
    rows: ['F62 422'],
  },
  {
    name: 'a pull request that is closed is posted to',
    file: 'publish/may-post.ts',
    find: "if (state.state !== 'open')",
    replacement: "if (state.state === 'merged' && state.draft)",
    rows: ['F67 closed since', 'F67 merged since'],
  },
  {
    name: 'all annotations go in one request',
    file: 'publish/publish-check.ts',
    find: 'annotations: 50, requests: 10',
    replacement: 'annotations: 5000, requests: 10',
    rows: ['F69 51 annotations'],
  },
];
