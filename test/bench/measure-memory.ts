import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { recordedKey, serverVariables } from '../demo/recorded-sessions.ts';
import { RandomSource } from '../git/patch/random-source.ts';
import type { ModelScript, ScriptToolCall, ScriptTurn } from '../servers/model/script.ts';
import { spawnModelServer } from '../servers/model/spawn-model-server.ts';
import { cliEnvironment } from '../support/run-cli.ts';
import { type Benchmark, count, formatTable } from './benchmark.ts';
import { codeLines, type GeneratedCommit, generateRepository } from './generate-repository.ts';
import { watchMemory } from './watch-memory.ts';

/** Resident memory of the program at its highest, without its child processes: MiB. */
const target = 600;
const changedFiles = 400;
const changedLines = 75;
const hugeLines = 40_000;
const hugePath = 'internal/huge.go';

/** The built program with three model reviewers on a change of 100,000 lines, the models in a process of their own. */
export const measureMemory: Benchmark = async (print) => {
  if (!existsSync('/proc/self/status')) {
    print('not measured: this system has no /proc');
    return [];
  }
  const git = await generateRepository(bigChange());
  const server = await spawnModelServer(bigScript());
  try {
    const [base, head] = git.commits;
    const words = ['review', '--range', `${base}..${head}`, '--reviewers', 'claude,codex,gemini'];
    const rest = ['--fail-on', 'never', '--json', '--out', join(git.scratch, 'reports')];
    const home = join(git.scratch, 'home');
    mkdirSync(join(home, 'config', 'deep-review'), { recursive: true });
    writeFileSync(join(home, 'config', 'deep-review', 'config.yml'), 'budget: {usd: 200}\n');
    const started = performance.now();
    const child = spawn(process.execPath, [resolve('dist/cli.js'), ...words, ...rest], {
      cwd: git.directory,
      env: cliEnvironment({ home, env: serverVariables(server.url) }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    const complaints: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
    const closed = once(child, 'close');
    const peaks = await watchMemory(child);
    await closed;
    const seconds = (performance.now() - started) / 1000;
    const changed = 2 * changedFiles * changedLines + hugeLines;
    print(`three model reviewers, ${count(changed)} changed lines in ${changedFiles + 1} files`);
    for (const line of formatTable([
      ['the program', `${count(peaks.own)} MiB`],
      ['its largest git process', `${count(peaks.git)} MiB`],
      ['wall time', `${seconds.toFixed(1)} s`],
      ['model requests', count((await server.journal()).length)],
    ]))
      print(line);
    print(`target: under ${target} MiB`);
    const text = Buffer.concat(output).toString();
    const problem = problemOf(child.exitCode, text);
    if (problem !== null) print(`${problem}\n${Buffer.concat(complaints).toString()}`);
    return [
      ...(problem === null ? [] : [problem]),
      ...(peaks.own < target ? [] : [`the program took ${count(peaks.own)} MiB, not under ${target} MiB`]),
    ];
  } finally {
    await server.close();
    git.remove();
  }
};

/** A run that stopped early would need little memory. */
function problemOf(code: number | null, output: string): string | null {
  if (code !== 0) return `the review ended with ${code}`;
  const { status } = JSON.parse(output) as { status?: unknown };
  return status === 'complete' ? null : `the review ended as ${String(status)}`;
}

function pathOf(at: number): string {
  return `internal/part${at % 20}/file${at}.go`;
}

function* bigChange(): Generator<GeneratedCommit> {
  const random = new RandomSource(11);
  const texts = Array.from({ length: changedFiles }, () => codeLines(random, 4 * changedLines));
  const edit = (lines: string[]) => lines.map((line, at) => (at % 4 === 0 ? `${line} // v2` : line));
  const print = (lines: string[]) => `${lines.join('\n')}\n`;
  yield { message: 'Start', files: texts.map((lines, at) => [pathOf(at), print(lines)] as const) };
  yield {
    message: 'Change nearly everything',
    files: [
      ...texts.map((lines, at) => [pathOf(at), print(edit(lines))] as const),
      [hugePath, print(codeLines(random, hugeLines))] as const,
    ],
  };
}

/** What three reviewers do: read the huge file and many others, search all, look at history, report, end. */
function bigScript(): ModelScript {
  const files = Array.from({ length: changedFiles }, (_, at) => pathOf(at));
  const read: ScriptTurn[] = Array.from({ length: 10 }, (_, turn) => ({
    thinking: 'The next ones.',
    toolCalls: files
      .slice(turn * 8, turn * 8 + 8)
      .map((path): ScriptToolCall => ({ name: turn % 2 === 0 ? 'read_file' : 'diff', arguments: { path } })),
  }));
  const turns: ScriptTurn[] = [
    { toolCalls: [{ name: 'diff', arguments: {} }] },
    { toolCalls: [{ name: 'diff', arguments: { path: hugePath } }] },
    { toolCalls: [{ name: 'diff', arguments: { path: hugePath, from: 20_000 } }] },
    { toolCalls: [{ name: 'read_file', arguments: { path: hugePath, startLine: 30_000 } }] },
    ...read,
    { toolCalls: [{ name: 'search', arguments: { pattern: 'lease\\d+' } }] },
    { toolCalls: [{ name: 'git_blame', arguments: { path: hugePath, startLine: 100, endLine: 300 } }] },
    { toolCalls: [{ name: 'git_show', arguments: { commit: 'head' } }] },
    { toolCalls: [{ name: 'git_log', arguments: { path: pathOf(3) } }] },
    {
      toolCalls: [
        {
          name: 'finish_review',
          arguments: {
            summary: 'Read what matters.',
            coverage: [...files, hugePath].map((path) => ({ path, status: 'reviewed' })),
          },
        },
      ],
    },
  ];
  return { keys: [recordedKey], sessions: [{ turns, afterEnd: 'repeat-last' }] };
}
