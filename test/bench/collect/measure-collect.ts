import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { Change } from '../../../src/domain/change.ts';
import { RandomSource } from '../../git/patch/random-source.ts';
import { spawnGithubServer } from '../../servers/github/spawn-github-server.ts';
import { fixtureEnvironment } from '../../support/git-fixture.ts';
import { cliEnvironment } from '../../support/run-cli.ts';
import { type Benchmark, count, formatTable, percentile } from '../benchmark.ts';
import { codeLines, type GeneratedCommit, generateRepository } from '../generate-repository.ts';
import { watchMemory } from '../watch-memory.ts';

const files = 3_000;
/** Lines of a file that are replaced: each is one removed and one added. */
const replaced = 50;
const rounds = 9;
/** How much longer than git alone, and MiB of the program at its highest. */
const targets = { ratio: 1.3, memory: 500 };
const token = 'token-of-the-bench';

/**
 * What collecting a pull request takes (API, fetch, diff, parsing, `diff.patch` and `change.json`) beside `git fetch` and
 * `git diff` of the same commits from the same server, in turn, each into an empty cache. The start of node and the
 * loading of modules are not counted (`start` measures these), nor is `objects.pack`, which may wait.
 */
export const measureCollect: Benchmark = async (print) => {
  if (!existsSync('/proc/self/status')) {
    print('not measured: this system has no /proc');
    return [];
  }
  const git = await generateRepository(largePullRequest());
  const [base = '', head = ''] = git.commits;
  git.git('update-ref', 'refs/heads/start', base);
  const program = resolve('dist-test/collect-once.js');
  await build({
    entryPoints: [resolve('test/bench/collect/collect-once.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const server = await spawnGithubServer({
    tokens: { [token]: { kind: 'classic', user: 'ada', scopes: ['repo'] } },
    repositories: [
      {
        name: 'acme/large',
        git: git.directory,
        private: true,
        collaborators: { ada: 'write' },
        defaultBranch: 'start',
        pullRequests: [{ number: 1, title: 'Change nearly everything', head, base: 'start' }],
      },
    ],
  });
  try {
    const own: number[] = [];
    const plain: number[] = [];
    const peaks = { own: 0, git: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const place = join(git.scratch, `round-${round}`);
      plain.push(await fetchAndDiff({ url: server.url, base, head, place: join(place, 'plain') }));
      const collected = await collect({ url: server.url, place: join(place, 'own'), program });
      own.push(collected.seconds);
      peaks.own = Math.max(peaks.own, collected.peaks.own);
      peaks.git = Math.max(peaks.git, collected.peaks.git);
      rmSync(place, { recursive: true, force: true });
    }
    const best = [Math.min(...plain), Math.min(...own)] as const;
    const median = [percentile(plain, 0.5), percentile(own, 0.5)] as const;
    const row = (name: string, [git, ours]: readonly [number, number]) => [
      name,
      `${git.toFixed(2)} s`,
      `${ours.toFixed(2)} s`,
      `${(ours / git).toFixed(2)} ×`,
    ];
    print(`a pull request of ${count(files)} files and ${count(2 * replaced * files)} changed lines`);
    for (const line of formatTable([
      ['', 'git fetch, git diff', 'collect', ''],
      row(`best of ${rounds}`, best),
      row('median', median),
    ]))
      print(line);
    // The two of a round ran one after the other: what else the machine did was nearly the same for both.
    const ratios = own.map((seconds, at) => seconds / (plain[at] ?? Number.NaN));
    const ratio = percentile(ratios, 0.5);
    print(
      `within a round: ${ratio.toFixed(2)} × (median), ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)} ×`,
    );
    print(`memory: the program ${count(peaks.own)} MiB, its largest git process ${count(peaks.git)} MiB`);
    print(`targets: under ${targets.ratio} × within a round, under ${targets.memory} MiB`);
    return [
      ...(ratio < targets.ratio
        ? []
        : [`collecting takes ${ratio.toFixed(2)} × git alone, not under ${targets.ratio} ×`]),
      ...(peaks.own < targets.memory
        ? []
        : [`collecting takes ${count(peaks.own)} MiB, not under ${targets.memory} MiB`]),
    ];
  } finally {
    await server.close();
    git.remove();
  }
};

/** What anybody would do by hand: seconds. */
async function fetchAndDiff(input: {
  url: string;
  base: string;
  head: string;
  place: string;
}): Promise<number> {
  const { url, base, head, place } = input;
  mkdirSync(place, { recursive: true });
  await run(place, ['init', '--quiet', '--bare', '--template=']);
  const started = performance.now();
  const credentials = Buffer.from(`x-access-token:${token}`).toString('base64');
  const header = `http.extraHeader=Authorization: Basic ${credentials}`;
  await run(place, [
    ...['-c', header, 'fetch', '--quiet', '--no-tags', '--depth=1000', `${url}/acme/large.git`],
    ...[`+${base}:refs/base`, `+${head}:refs/head`],
  ]);
  await run(place, ['diff', base, head], join(place, 'diff.patch'));
  return (performance.now() - started) / 1000;
}

/** Output goes straight into a file, as by a shell. */
async function run(directory: string, words: readonly string[], output?: string): Promise<void> {
  const file = output === undefined ? null : openSync(output, 'w');
  const child = spawn('git', words, {
    cwd: directory,
    env: fixtureEnvironment(0),
    stdio: ['ignore', file ?? 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'close');
  if (file !== null) closeSync(file);
  if (code !== 0) throw new Error(`git ${words.at(-1)} ended with ${code}`);
}

/** As the program does it, in a process of its own that is started before the clock. */
async function collect({ url, place, program }: { url: string; place: string; program: string }) {
  mkdirSync(place, { recursive: true });
  const child = spawn(process.execPath, [program], {
    cwd: place,
    env: cliEnvironment({
      home: join(place, 'home'),
      env: { GITHUB_SERVER_URL: url, GITHUB_API_URL: `${url}/api/v3`, GITHUB_TOKEN: token },
    }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => output.push(piece));
  const closed = once(child, 'close');
  const peaks = await watchMemory(child);
  await closed;
  if (child.exitCode !== 0) throw new Error(`collecting ended with ${child.exitCode}`);
  const change = Change.parse(JSON.parse(readFileSync(join(place, 'change.json'), 'utf8')));
  const changed = change.files.reduce(
    (sum, { additions, deletions }) => sum + (additions ?? 0) + (deletions ?? 0),
    0,
  );
  if (change.files.length !== files || changed !== 2 * replaced * files)
    throw new Error(`collected were ${change.files.length} files and ${changed} lines`);
  return { seconds: Number(Buffer.concat(output).toString()) / 1000, peaks };
}

function* largePullRequest(): Generator<GeneratedCommit> {
  const random = new RandomSource(31);
  const texts = Array.from({ length: files }, () => codeLines(random, 4 * replaced));
  const path = (at: number) => `internal/area${at % 60}/part${at % 7}/file${at}.go`;
  const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
  yield { message: 'Start', files: texts.map((lines, at) => [path(at), text(lines)] as const) };
  const edit = (lines: readonly string[]) => lines.map((line, at) => (at % 4 === 0 ? `${line} // v2` : line));
  yield {
    message: 'Change nearly everything',
    files: texts.map((lines, at) => [path(at), text(edit(lines))] as const),
  };
}
