import { describe, expect, test } from 'vitest';
import { formatRecord, parseTranscript, type TranscriptRecord } from '../../src/agent/transcript.ts';
import { noUsage } from '../../src/domain/usage.ts';
import { RunDirectoryError } from '../../src/errors.ts';

const opaque = {
  provider: 'google' as const,
  modelId: 'm',
  data: { signature: 'Zm9v', list: [1, null, { a: '\ud800' }] },
};
const records: TranscriptRecord[] = [
  {
    type: 'session',
    schemaVersion: 1,
    provider: 'google',
    modelId: 'm',
    effort: null,
    startedAt: '2026-01-02T03:04:05.000Z',
    digest: 'd',
    system: [{ text: 's', endsStablePrefix: true }],
    firstMessage: 'line\nfeeds\u2028and more',
    tools: [{ name: 't', description: 'd', inputSchema: { type: 'object', properties: {} } }],
  },
  {
    type: 'turn',
    turn: 1,
    parts: [
      { type: 'reasoning', text: '', opaque },
      { type: 'text', text: 'x\0', opaque: null },
      { type: 'tool-call', id: 'c', name: 't', arguments: { outcome: 'malformed', text: '{"a' }, opaque },
      {
        type: 'tool-call',
        id: 'd',
        name: 't',
        arguments: { outcome: 'parsed', value: { a: { b: [1] } } },
        opaque: null,
      },
    ],
    finishReason: { unified: 'tool-calls', raw: 'STOP' },
    usage: noUsage,
    costUsd: null,
    bookedUsd: 0.5,
    requestId: 'r',
    modelId: null,
    durationMs: 1.5,
  },
  {
    type: 'tool-call',
    turn: 1,
    callId: 'd',
    tool: 't',
    arguments: { outcome: 'parsed', value: { a: 1 } },
    answer: 'text',
    isError: false,
    durationMs: 2,
  },
  { type: 'user-message', turn: 1, reason: 'no-finish', text: 'go on' },
  { type: 'compaction', turn: 2, callIds: ['d'] },
  {
    type: 'request-error',
    turn: 2,
    cause: { code: 'overloaded', message: 'm', retryable: true },
    bookedUsd: null,
  },
  { type: 'end', status: 'completed', cause: null, usage: noUsage, costUsd: 0, durationMs: 3 },
];

describe('a transcript', () => {
  test('comes back as it was written, one line for each record', () => {
    const text = records.map(formatRecord).join('');
    expect(text.split('\n')).toHaveLength(records.length + 1);
    expect(parseTranscript(text)).toEqual({ records, torn: false });
  });

  test('may end within a line, and nowhere else be damaged', () => {
    const text = records.map(formatRecord).join('');
    expect(parseTranscript(text.slice(0, -10))).toEqual({ records: records.slice(0, -1), torn: true });
    expect(parseTranscript('')).toEqual({ records: [], torn: false });
    expect(() => parseTranscript(`${formatRecord(records[3] as TranscriptRecord)}{"type":"tur\n`)).toThrow(
      new RunDirectoryError('line 2 of the transcript is no record of one'),
    );
    expect(() => parseTranscript('{"type":"invented"}\n')).toThrow(RunDirectoryError);
  });
});
