import { describe, expect, onTestFinished, test } from 'vitest';
import { readEnvironment } from '../../src/config.ts';
import { serverVariables } from '../demo/recorded-sessions.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import type { ScriptTurn } from '../servers/model/script.ts';
import { tryProviders } from './try-providers.ts';

const callTurn: ScriptTurn = {
  thinking: 'I have to ask for it.',
  toolCalls: [{ name: 'read_number', arguments: { name: 'lantern' } }],
};

async function serve(turns: readonly ScriptTurn[]) {
  const server = await startModelServer({ script: { keys: ['recorded'], sessions: [{ turns }] } });
  onTestFinished(() => server.close());
  return server;
}

async function run(variables: Record<string, string>) {
  const lines: string[] = [];
  const code = await tryProviders({
    environment: readEnvironment(variables),
    date: new Date('2026-11-21T12:00:00Z'),
    print: (line) => lines.push(line),
  });
  return { code, lines };
}

describe('trying the vendors', () => {
  test('asks nobody without a key', async () => {
    const { code, lines } = await run({ HOME: '/nonexistent' });
    expect(code).toBe(0);
    expect(lines).toEqual([
      'anthropic: not tried: no key',
      'openai: not tried: no key',
      'google: not tried: no key',
      expect.stringMatching(/^Only this shows/),
    ]);
  });

  test('prints what it saw of each, for less than a cent', async () => {
    const server = await serve([callTurn, { text: 'The number is 7319.' }]);
    const { code, lines } = await run(serverVariables(server.url));
    expect(lines.filter((line) => /FAILED|works/.test(line))).toEqual(['  works', '  works', '  works']);
    expect(code).toBe(0);
    expect(lines.filter((line) => !line.startsWith(' ')).slice(0, 3)).toEqual([
      'anthropic: claude-haiku-5-5, effort low',
      'openai: gpt-6.1-terra, effort low',
      'google: gemini-4-argon, effort low',
    ]);
    for (const expected of [
      /finish reason tool-calls \(tool_use\), \d+\.\d s, 0\.000\d+ USD/,
      /tokens: input \d+, cacheRead 0, cacheWrite 0, output \d+, reasoning \d+/,
      /request id req_1, answered by claude-haiku-5-5/,
      /thinking: 1 parts, 21 characters of summary/,
      /call: read_number .*lantern/,
      /text: The number is 7319\./,
      /all of it: 0\.00\d+ USD of at most 0\.01 USD/,
    ])
      expect(lines.some((line) => expected.test(line))).toBe(true);
    expect(server.journal.entries.map(({ model, turn }) => [model, turn])).toEqual(
      ['claude-haiku-5-5', 'gpt-6.1-terra', 'gemini-4-argon'].flatMap((model) => [
        [model, 0],
        [model, 1],
      ]),
    );
  });

  test('says what did not work, and never the key', async () => {
    const silent = await serve([{ text: 'No.' }]);
    const { code, lines } = await run({
      ...serverVariables(silent.url),
      OPENAI_API_KEY: 'a-wrong-key-of-mine',
      GEMINI_API_KEY: '',
    });
    expect(code).toBe(1);
    expect(lines.filter((line) => line.includes('FAILED'))).toEqual([
      '  FAILED: it made 0 tool calls, not one of read_number',
      expect.stringMatching(/FAILED: .*401/),
    ]);
    expect(lines).toContain('google: not tried: no key');
    expect(lines.join('\n')).not.toContain('a-wrong-key-of-mine');
    const mute = await serve([{ ...callTurn, usage: null }]);
    const unknown = await run({ ANTHROPIC_API_KEY: 'recorded', ANTHROPIC_BASE_URL: mute.url });
    expect([unknown.code, unknown.lines[1]]).toEqual([1, expect.stringContaining('its usage lacks a count')]);
  });
});
