import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../servers/model/model-server.ts';
import type { ModelScript } from '../servers/model/script.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { runCli } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const finish = {
  name: 'finish_review',
  arguments: {
    summary: 'Looked at it.',
    coverage: [{ path: 'sum.js', status: 'reviewed', note: '' }],
  },
};

/** A model that runs what it may, and tries to run what it may not. */
const script: ModelScript = {
  keys: ['test-key'],
  sessions: [
    {
      match: { tool: 'run_command' },
      turns: [
        {
          toolCalls: [
            { name: 'read_file', arguments: { path: 'sum.js' } },
            { name: 'run_command', arguments: { name: 'test' } },
            { name: 'run_command', arguments: { name: 'test', at: 'base' } },
            { name: 'run_command', arguments: { name: 'test', command: 'cat /etc/shadow', at: 'head' } },
            { name: 'run_command', arguments: { name: 'cat /etc/shadow' } },
            { name: 'run_command', arguments: { name: 'slow' } },
            { name: 'run_command', arguments: { name: 'environment' } },
          ],
        },
        { toolCalls: [finish] },
      ],
    },
    {
      turns: [{ toolCalls: [{ name: 'read_file', arguments: { path: 'sum.js' } }] }, { toolCalls: [finish] }],
    },
  ],
};

const commands = `commands:
  test: node check.js
  slow: {run: "echo waiting; sleep 100", timeoutSeconds: 1}
  environment: "env; cat ~/.netrc; cat /proc/1/environ"
`;

let repository: GitFixture;
let server: ModelServer;
let range: string;

beforeAll(async () => {
  repository = createGitFixture();
  const check =
    "const { sum } = require('./sum.js');\nconsole.log('2 + 2 =', sum(2, 2));\nprocess.exit(sum(2, 2) === 4 ? 0 : 1);\n";
  const base = repository.commit({ 'sum.js': 'exports.sum = (a, b) => a + b;\n', 'check.js': check });
  const head = repository.commit({ 'sum.js': 'exports.sum = (a, b) => a * b + 1;\n' }, 'Make it faster');
  range = `${base}..${head}`;
  server = await startModelServer({ script });
}, 60_000);
afterAll(async () => {
  repository.remove();
  await server.close();
});

interface ToolRecord {
  type: string;
  tool: string;
  isError: boolean;
  answer: string;
}

async function review(config: string, env: Record<string, string> = {}, reviewed = range) {
  const home = temporaryDirectory();
  writeFileSync(join(home, '.netrc'), 'canary-in-home');
  writeFileSync(join(home, 'own.yml'), config);
  const result = await runCli(
    [
      '--json',
      '--config',
      join(home, 'own.yml'),
      '--reviewers',
      'claude',
      '--range',
      reviewed,
      '--out',
      temporaryDirectory(),
    ],
    {
      cwd: repository.directory,
      home,
      env: {
        ANTHROPIC_API_KEY: 'test-key',
        ANTHROPIC_BASE_URL: server.url,
        CANARY: 'canary-in-environment',
        ...env,
      },
    },
  );
  const { runDir } = JSON.parse(result.stdout || '{}') as { runDir: string };
  const lines = (file: string) =>
    readFileSync(join(runDir, file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { ...result, home, runDir, lines };
}

describe('run_command in a review', () => {
  test('runs what the user named, on both sides, and nothing else', async () => {
    const run = await review(commands);
    expect(run.code).toBe(0);
    const records: ToolRecord[] = run.lines('review/claude.transcript.jsonl');
    const calls = records.filter((record) => record.type === 'tool-call' && record.tool === 'run_command');
    const answers = calls.map(({ isError, answer }) => ({
      isError,
      answer: answer.replace(/after [\d.]+ s/, 'after N s'),
    }));
    const atHead = {
      isError: false,
      answer:
        'test at head: exit code 1 after N s\nIt printed (stdout and stderr together, each line behind "| "):\n| 2 + 2 = 5',
    };
    expect(answers.slice(0, 5)).toEqual([
      atHead,
      {
        isError: false,
        answer:
          'test at base: exit code 0 after N s\nIt printed (stdout and stderr together, each line behind "| "):\n| 2 + 2 = 4',
      },
      atHead,
      { isError: true, answer: expect.stringContaining('name: Invalid option') },
      {
        isError: false,
        answer:
          'slow at head: took longer than it may and was ended; this need not be a defect of the code, after N s\nIt printed (stdout and stderr together, each line behind "| "):\n| waiting',
      },
    ]);
    expect(answers[5]?.answer).toContain('HOME=/tmp/home');
    expect(JSON.stringify(records)).not.toMatch(/canary|test-key/);
    expect(run.lines('review/commands.jsonl')).toEqual([
      {
        name: 'test',
        at: 'head',
        exitCode: 1,
        signal: null,
        timedOut: false,
        killedFor: null,
        output: { text: '2 + 2 = 5\n', omittedBytes: 0 },
        durationMs: expect.any(Number),
        differences: [],
      },
      expect.objectContaining({ name: 'test', at: 'base', exitCode: 0 }),
      expect.objectContaining({ name: 'slow', exitCode: null, timedOut: true, killedFor: 'time' }),
      expect.objectContaining({ name: 'environment', at: 'head' }),
    ]);
    expect(readdirSync(join(run.home, 'cache', 'deep-review', 'git'))).toEqual([]);
    expect(repository.git('status', '--porcelain')).toBe('');
  });

  test('that could not be run is a warning of the run, once, and an answer to the model', async () => {
    const head = repository.commit({ 'sum.js': 'exports.sum = 1;\n', large: Buffer.alloc(17 * 2 ** 20) });
    const run = await review(
      `${commands}sandbox: {diskMegabytes: 16}\n`,
      {},
      `${range.split('..')[0]}..${head}`,
    );
    const events: { type: string; message?: string }[] = run.lines('events.jsonl');
    const notices = events.filter(({ type, message }) => type === 'notice' && message?.includes('command'));
    expect(notices).toHaveLength(3);
    expect(notices[0]).toMatchObject({
      level: 'warning',
      message:
        'the command test could not be run at head, and says nothing about the code: the commit’s files have over 16777216 bytes, the limit of a copy',
    });
    const records: ToolRecord[] = run.lines('review/claude.transcript.jsonl');
    const answers = records.filter(({ type, tool }) => type === 'tool-call' && tool === 'run_command');
    expect(answers.map(({ isError }) => isError)).toEqual([true, false, true, true, true, true]);
  });

  test('is not offered without commands', async () => {
    const run = await review('quorum: 1\n');
    expect(run.code).toBe(0);
    expect(
      run.lines('review/claude.transcript.jsonl')[0].tools.map(({ name }: { name: string }) => name),
    ).not.toContain('run_command');
  });

  test('is not offered without bubblewrap, and the run says so', async () => {
    const folder = join(temporaryDirectory(), 'programs');
    mkdirSync(folder);
    symlinkSync(execFileSync('which', ['git'], { encoding: 'utf8' }).trim(), join(folder, 'git'));
    const run = await review(commands, { PATH: folder });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('commands are not offered to reviewers: bubblewrap is not installed');
    expect(
      run.lines('review/claude.transcript.jsonl')[0].tools.map(({ name }: { name: string }) => name),
    ).not.toContain('run_command');
    expect(run.lines('events.jsonl')).toContainEqual(
      expect.objectContaining({ type: 'notice', level: 'warning' }),
    );
  });

  test('comes with the sources of dependencies when the user gives a folder, and not with one that is none', async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'library.js'), '');
    const namesOf = (run: Awaited<ReturnType<typeof review>>) =>
      run.lines('review/claude.transcript.jsonl')[0].tools.map(({ name }: { name: string }) => name);
    expect(namesOf(await review('quorum: 1\n'))).not.toContain('read_dependency');
    expect(namesOf(await review(`dependencies: ["${folder}"]\n`))).toEqual(
      expect.arrayContaining(['list_dependencies', 'read_dependency', 'search_dependencies']),
    );
    const gone = await runCli(
      ['--no-config', '--reviewers', 'checks', '--range', range, '--deps', 'no-such-folder'],
      {
        cwd: repository.directory,
        home: repository.scratch,
      },
    );
    expect([gone.code, gone.stderr]).toEqual([
      2,
      expect.stringMatching(/there is no folder .*no-such-folder to read dependencies from\n.*check --deps/),
    ]);
    symlinkSync(folder, join(repository.directory, 'linked'));
    const escaping = await runCli(
      ['--no-config', '--reviewers', 'checks', '--range', range, '--deps', 'linked'],
      {
        cwd: repository.directory,
        home: repository.scratch,
      },
    );
    rmSync(join(repository.directory, 'linked'));
    expect([escaping.code, escaping.stderr]).toEqual([
      2,
      expect.stringContaining('leads out of the repository'),
    ]);
  });

  test('is in what context show prints, where a review would offer it', async () => {
    const own = join(temporaryDirectory(), 'own.yml');
    writeFileSync(own, `${commands}dependencies: ["${repository.scratch}"]\n`);
    const { code, stdout } = await runCli(['context', 'show', '--json', '--config', own, '--range', range], {
      cwd: repository.directory,
      home: repository.scratch,
    });
    const shown = JSON.parse(stdout) as { tools: { name: string; description: string }[] };
    expect(code).toBe(0);
    expect(shown.tools.find(({ name }) => name === 'run_command')?.description).toContain(
      '`test`: `node check.js`',
    );
    expect(shown.tools.map(({ name }) => name)).toContain('search_dependencies');
  });
});
