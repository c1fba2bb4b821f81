import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordedSessions, serverVariables } from '../demo/recorded-sessions.ts';
import { type ModelServer, startModelServer } from '../servers/model/model-server.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { runCli } from '../support/run-cli.ts';

interface Diagnosis {
  ready: boolean;
  lines: { subject: string; state: string; detail: string; advice: string | null }[];
}

let repository: GitFixture;
let server: ModelServer;

beforeAll(async () => {
  repository = createGitFixture();
  repository.commit({ 'a.txt': 'a\n' });
  repository.git('checkout', '-q', '-b', 'topic');
  server = await startModelServer({ script: recordedSessions() });
}, 60_000);
afterAll(async () => {
  repository.remove();
  await server.close();
});

async function doctor(env: Record<string, string>, cwd = repository.directory) {
  const result = await runCli(['doctor', '--json'], { cwd, home: repository.scratch, env });
  const diagnosis: Diagnosis = JSON.parse(result.stdout);
  return { code: result.code, diagnosis, output: result.stdout + result.stderr };
}

function stateOf(diagnosis: Diagnosis, subject: string): string[] {
  return diagnosis.lines.filter((line) => line.subject === subject).map(({ state }) => state);
}

describe('doctor', () => {
  test('without keys is not ready, and says what to set', async () => {
    const { code, diagnosis } = await doctor({});
    expect({ code, ready: diagnosis.ready }).toEqual({ code: 2, ready: false });
    expect(diagnosis.lines.filter(({ subject }) => subject.startsWith('reviewer'))).toEqual([
      {
        subject: 'reviewers',
        state: 'missing',
        detail:
          'no reviewer has a key: ANTHROPIC_API_KEY, OPENAI_API_KEY, GEMINI_API_KEY, GOOGLE_API_KEY are not set',
        advice: 'set one of them, or review offline without any key: --reviewers checks',
      },
      {
        subject: 'reviewer claude',
        state: 'missing',
        detail: 'anthropic claude-opus-5-5: no key',
        advice: 'set ANTHROPIC_API_KEY, or leave it out with --reviewers',
      },
      {
        subject: 'reviewer codex',
        state: 'missing',
        detail: 'openai gpt-6.1-sol: no key',
        advice: 'set OPENAI_API_KEY, or leave it out with --reviewers',
      },
      {
        subject: 'reviewer gemini',
        state: 'missing',
        detail: 'google gemini-4-argon: no key',
        advice: 'set GEMINI_API_KEY or GOOGLE_API_KEY, or leave it out with --reviewers',
      },
      { subject: 'reviewer checks', state: 'ok', detail: 'needs no key and no network', advice: null },
    ]);
  });

  test('with keys asks each endpoint for its models, and prints no key', async () => {
    const { code, diagnosis, output } = await doctor(serverVariables(server.url));
    expect({ code, ready: diagnosis.ready }).toEqual({ code: 0, ready: true });
    expect(stateOf(diagnosis, '  endpoint')).toEqual(['ok', 'ok', 'ok']);
    expect(stateOf(diagnosis, '  model')).toEqual(['ok', 'ok', 'ok']);
    expect(stateOf(diagnosis, '  price')).toEqual(['ok', 'ok', 'ok']);
    const secret = 'sk-ant-a-very-secret-key-0123456789';
    const refused = await doctor({ ...serverVariables(server.url), ANTHROPIC_API_KEY: secret });
    expect(stateOf(refused.diagnosis, '  endpoint')).toEqual(['missing', 'ok', 'ok']);
    expect(output + refused.output).not.toContain('secret');
    expect(output).not.toContain('"recorded"');
  });

  test('calls an endpoint that does not answer unknown, not missing', async () => {
    const { code, diagnosis } = await doctor({
      OPENAI_API_KEY: 'some-key',
      OPENAI_BASE_URL: 'http://127.0.0.1:9',
    });
    expect(code).toBe(0);
    expect(stateOf(diagnosis, '  endpoint')).toEqual(['unknown']);
  });

  test('tries the sandbox out, and says what to do when it is missing or does not work', async () => {
    const keys = serverVariables(server.url);
    const sandboxOf = (diagnosis: Diagnosis) => diagnosis.lines.filter((line) => line.subject === 'sandbox');
    expect(sandboxOf((await doctor(keys)).diagnosis)).toEqual([
      {
        subject: 'sandbox',
        state: 'ok',
        detail: expect.stringMatching(/^\/.*bwrap works: tried out$/),
        advice: null,
      },
    ]);
    const folder = join(repository.scratch, 'programs');
    mkdirSync(folder);
    symlinkSync(execFileSync('which', ['git'], { encoding: 'utf8' }).trim(), join(folder, 'git'));
    const without = await doctor({ ...keys, PATH: folder });
    expect([without.code, sandboxOf(without.diagnosis)]).toEqual([
      0,
      [
        {
          subject: 'sandbox',
          state: 'missing',
          detail: 'bubblewrap is not installed; commands are not offered to reviewers',
          advice: 'install the package bubblewrap (0.8 or newer)',
        },
      ],
    ]);
    writeFileSync(
      join(folder, 'bwrap'),
      '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n',
      {
        mode: 0o755,
      },
    );
    const broken = await doctor({ ...keys, PATH: folder });
    expect([broken.code, sandboxOf(broken.diagnosis)]).toEqual([
      0,
      [
        {
          subject: 'sandbox',
          state: 'missing',
          detail: expect.stringContaining('No permissions to create new namespace'),
          advice: expect.stringContaining('allow user namespaces'),
        },
      ],
    ]);
  });

  test('outside of a repository is not ready', async () => {
    const { code, diagnosis } = await doctor({}, repository.scratch);
    expect({ code, ready: diagnosis.ready, state: stateOf(diagnosis, 'repository') }).toEqual({
      code: 2,
      ready: false,
      state: ['missing'],
    });
  });
});
