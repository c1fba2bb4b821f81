import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordedSessions, serverVariables } from '../demo/recorded-sessions.ts';
import { startModelServer } from '../servers/model/model-server.ts';
import { runCli } from '../support/run-cli.ts';
import { createSampleRepository } from '../support/sample-repository.ts';

/** What may differ between a run and its replay: when it was, how long things took, and the name made of that. */
const timeFields = [
  /^"id": "\d{8}-\d{6}-/,
  /^"title": "Deep Review: /,
  /^"startedAt": "/,
  /^"wallClockMs": /,
  /^"durationMs": /,
];

let folder: string;
let sample: string;
let recorded: { runDir: string; files: { json: string } };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deep-review-replay-'));
  sample = createSampleRepository(join(folder, 'berth')).path;
  const server = await startModelServer({ script: recordedSessions() });
  const words = ['review', '--reviewers', 'claude,codex,gemini,checks', '--range', 'main..keep-alive'];
  const result = await runCli([...words, '--fail-on', 'never', '--json', '--out', join(folder, 'recorded')], {
    cwd: sample,
    home: join(folder, 'home'),
    env: serverVariables(server.url),
  });
  await server.close();
  recorded = JSON.parse(result.stdout);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Replay {
  code: number | null;
  stderr: string;
  json: string;
  differences: { reviewer: string; turn: number; callId: string; tool: string }[];
}

/** Replays a copy of the recorded sessions alone, with nothing to reach, after a change to one transcript. */
async function replay(change: { reviewer: string; alter: (line: string) => string } | null): Promise<Replay> {
  const copy = mkdtempSync(join(folder, 'copy-'));
  cpSync(recorded.runDir, copy, { recursive: true });
  rmSync(join(copy, 'render'), { recursive: true });
  for (const stage of ['reconcile', 'verify'])
    for (const name of readdirSync(join(copy, stage)))
      if (!name.endsWith('.transcript.jsonl')) rmSync(join(copy, stage, name));
  if (change !== null) {
    const path = join(copy, 'review', `${change.reviewer}.transcript.jsonl`);
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, lines.map(change.alter).join('\n'));
  }
  const words = [
    'review',
    '--replay',
    copy,
    '--fail-on',
    'never',
    '--json',
    '--out',
    join(folder, 'replayed'),
  ];
  const result = await runCli(words, { cwd: sample, home: join(folder, 'home') });
  const outcome = JSON.parse(result.stdout);
  return {
    code: result.code,
    stderr: result.stderr,
    json: readFileSync(outcome.files.json, 'utf8'),
    differences: outcome.differences,
  };
}

function withoutTimes(json: string): string {
  return json
    .split('\n')
    .filter((line) => !timeFields.some((field) => field.test(line.trimStart())))
    .join('\n');
}

describe('a replay', { timeout: 60_000 }, () => {
  test('comes to the byte-same report, times aside, without a key and without a server', async () => {
    const { code, json, differences } = await replay(null);
    expect({ code, differences }).toEqual({ code: 0, differences: [] });
    expect(json.split('\n').length).toBe(readFileSync(recorded.files.json, 'utf8').split('\n').length);
    expect(withoutTimes(json)).toBe(withoutTimes(readFileSync(recorded.files.json, 'utf8')));
  });

  test('names reviewer, turn and call of a tool that answers otherwise', async () => {
    let altered: { turn: number; callId: string; tool: string } | null = null;
    const { stderr, differences } = await replay({
      reviewer: 'codex',
      alter: (line) => {
        if (altered !== null || !line.startsWith('{"type":"tool-call"')) return line;
        const record = JSON.parse(line);
        if (record.tool !== 'read_file') return line;
        altered = { turn: record.turn, callId: record.callId, tool: record.tool };
        return JSON.stringify({ ...record, answer: record.answer.replace(/\w/, 'X') });
      },
    });
    expect(differences).toMatchObject([{ reviewer: 'codex', ...(altered ?? { turn: 'none altered' }) }]);
    expect(stderr).toMatch(
      /warning: replay: codex, turn \d+, read_file \(\S+\) answers otherwise than recorded/,
    );
  });

  test('of an altered finding gives another report', async () => {
    const title = 'A title that was altered in the recording';
    const { json } = await replay({
      reviewer: 'gemini',
      alter: (line) => {
        if (!line.startsWith('{"type":"turn"')) return line;
        const record = JSON.parse(line);
        for (const part of record.parts)
          if (part.name === 'report_finding' && part.arguments.outcome === 'parsed')
            part.arguments.value.title = title;
        return JSON.stringify(record);
      },
    });
    expect(json).toContain(title);
    expect(withoutTimes(json)).not.toBe(withoutTimes(readFileSync(recorded.files.json, 'utf8')));
  });

  test('says that no model was asked, beside what the recorded run cost', async () => {
    const words = ['review', '--replay', recorded.runDir, '--fail-on', 'never'];
    const { stdout } = await runCli([...words, '--out', join(folder, 'told')], {
      cwd: sample,
      home: join(folder, 'home'),
    });
    expect(stdout).toMatch(/; no model was asked and nothing paid; the recorded run cost \$\d+\.\d\d/);
  });

  test('of a run that is none is refused', async () => {
    const words = ['review', '--replay', join(folder, 'nowhere')];
    const result = await runCli(words, { cwd: sample, home: join(folder, 'home') });
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('is not a run directory') });
  });
});
