import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AgentTool } from '../../../src/agent/agent-tool.ts';
import { viewPatch } from '../../../src/agent/patch-view.ts';
import { loadReviewContext } from '../../../src/agent/prompt/review-context.ts';
import { createReadTools } from '../../../src/agent/tools/read-tools.ts';
import { findPackageDirectory } from '../../../src/config.ts';
import { fixtureEnvironment } from '../../support/git-fixture.ts';
import { type Benchmark, count, formatTable, milliseconds, percentile } from '../benchmark.ts';
import { generateRepository } from '../generate-repository.ts';
import { type OpenedChange, openChange } from '../open-change.ts';
import { bigHistory, fileCount } from './big-repository.ts';
import { type MeasuredCall, toolCalls, wholeSearches } from './tool-calls.ts';

/** For 95 of 100 calls of each tool but search, and for a search over all files: milliseconds. */
const targets = { call: 50, search: 1_500 };
const searchRounds = 3;

/** How long the tools take in a repository of 20,000 files, beside one plain git process for each call. */
export const measureTools: Benchmark = async (print) => {
  const started = performance.now();
  const git = await generateRepository(bigHistory());
  const [base = '', head = ''] = git.commits.slice(-2);
  const opened = await openChange(git, { base, head });
  try {
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    print(`${count(fileCount)} files, ${count(git.commits.length)} commits (made in ${seconds} s)`);
    const bench: Bench = {
      tools: await openTools(opened),
      plainGit: (words) => runPlainGit(git.directory, words),
    };
    const changed = opened.change.files.map((file) => file.path);
    // Whatever is read for the first time is read within a measured call.
    const calls = await measure(bench, toolCalls({ base, head, commits: git.commits, changed }));
    for (const line of formatTable(callRows(calls))) print(line);
    print(`target: p95 of each but search under ${targets.call} ms`);
    print('');
    const searches: Measured[] = [];
    for (let round = 0; round < searchRounds; round += 1)
      searches.push(...(await measure(bench, wholeSearches(head))));
    for (const line of formatTable(searchRows(searches))) print(line);
    print(`target: the very first, and the median of each, under ${count(targets.search)} ms`);
    return [...slowCalls(calls), ...slowSearches(searches)];
  } finally {
    await opened.repository.close();
    git.remove();
  }
};

interface Bench {
  tools: ReadonlyMap<string, AgentTool>;
  plainGit: (words: readonly string[]) => Promise<void>;
}

interface Measured {
  call: MeasuredCall;
  ownMs: number;
  gitMs: number;
}

async function openTools({ repository, change, patch }: OpenedChange): Promise<Bench['tools']> {
  const { tools: descriptions } = await loadReviewContext(join(findPackageDirectory(), 'context'));
  const made = createReadTools({ repository, change, patch: viewPatch(patch, {}), descriptions });
  return new Map(made.map((tool) => [tool.definition.name, tool]));
}

/** Each call by the tool and by git, one after the other. */
async function measure({ tools, plainGit }: Bench, calls: readonly MeasuredCall[]): Promise<Measured[]> {
  const measured: Measured[] = [];
  const search = tools.get('search');
  for (const call of calls) {
    const tool = tools.get(call.tool) ?? search;
    const started = performance.now();
    const answer = await tool?.execute(call.arguments, { signal: new AbortController().signal });
    const between = performance.now();
    if (answer === undefined || answer.isError || answer.text.includes('no proof of absence'))
      throw new Error(`${call.tool} ${JSON.stringify(call.arguments)}: ${answer?.text.slice(-500)}`);
    await plainGit(call.git);
    measured.push({ call, ownMs: between - started, gitMs: performance.now() - between });
  }
  return measured;
}

/** Without this machine's configuration; nothing found is no failure. */
async function runPlainGit(directory: string, words: readonly string[]): Promise<void> {
  const options = {
    cwd: directory,
    env: fixtureEnvironment(0),
    maxBuffer: 2 ** 28,
    encoding: 'buffer',
  } as const;
  await promisify(execFile)('git', [...words], options).catch((cause: { code?: unknown }) => {
    if (cause.code !== 1) throw cause;
  });
}

function byName(measured: readonly Measured[]): [string, Measured[]][] {
  const groups = new Map<string, Measured[]>();
  for (const one of measured) groups.set(one.call.tool, [...(groups.get(one.call.tool) ?? []), one]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function callRows(measured: readonly Measured[]): string[][] {
  return [
    ['', 'calls', 'p50', 'p95', 'max', 'git p50', 'git p95', 'git max', 'p50 ratio'],
    ...byName(measured).map(([name, group]) => {
      const [own, git] = [group.map((one) => one.ownMs), group.map((one) => one.gitMs)];
      const columns = [0.5, 0.95, 1];
      return [
        name,
        String(group.length),
        ...columns.map((part) => milliseconds(percentile(own, part))),
        ...columns.map((part) => milliseconds(percentile(git, part))),
        (percentile(own, 0.5) / percentile(git, 0.5)).toFixed(2),
      ];
    }),
  ];
}

function searchRows(measured: readonly Measured[]): string[][] {
  return [
    ['search over all files', 'first', 'then', 'git grep', 'ratio'],
    ...byName(measured).map(([name, group]) => {
      const [first, ...rest] = group.map((one) => one.ownMs);
      const git = percentile(
        group.map((one) => one.gitMs),
        0.5,
      );
      const then = percentile(rest, 0.5);
      return [
        name,
        milliseconds(first ?? Number.NaN),
        milliseconds(then),
        milliseconds(git),
        (then / git).toFixed(2),
      ];
    }),
  ];
}

function slowCalls(measured: readonly Measured[]): string[] {
  return byName(measured).flatMap(([name, group]) => {
    if (name.startsWith('search')) return [];
    const p95 = percentile(
      group.map((one) => one.ownMs),
      0.95,
    );
    return p95 < targets.call ? [] : [`p95 of ${name} is ${milliseconds(p95)}, not under ${targets.call} ms`];
  });
}

/** The very first search reads every file; one of the others that is slow alone tells of a busy machine. */
function slowSearches(measured: readonly Measured[]): string[] {
  const figures = byName(measured).map(([name, group]) => ({
    name,
    ms: percentile(
      group.map((one) => one.ownMs),
      0.5,
    ),
  }));
  return [{ name: 'the first', ms: measured[0]?.ownMs ?? Number.NaN }, ...figures]
    .filter(({ ms }) => !(ms < targets.search))
    .map(({ name, ms }) => `search, ${name}: ${milliseconds(ms)}, not under ${count(targets.search)} ms`);
}
