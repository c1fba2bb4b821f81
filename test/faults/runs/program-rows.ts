import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createFakeGit } from './fake-git.ts';
import type { RunFixture } from './run-fixture.ts';
import type { RunRow } from './run-row.ts';

const blame = { name: 'git_blame', arguments: { path: 'store.ts', startLine: 1, endLine: 3 } };

/** F51: git crashes, hangs, floods, ends without a word. */
export function programs(): RunRow[] {
  const inTool = (name: string, script: string, cause: string): RunRow => ({
    fault: 'F51',
    name: `git ${name} in a tool call`,
    expected: `exit 0, the tool says ${cause}, 3 of 3 completed, no process left, under 1 GB of memory`,
    input: { calls: { claude: [blame] } },
    run: async (fixture) => {
      // The first one is no tool's: it tells every reviewer who wrote the touched lines.
      const git = createFakeGit(fixture.scratch, { subcommand: 'blame', script, from: 2, to: 2 });
      const end = await fixture.run({
        env: { PATH: git.path },
        words: ['--json'],
        wrapper: measured(fixture),
      });
      const left = await git.survivors();
      const text = readFileSync(
        join(fixture.runDirectory() ?? '', 'review', 'claude.transcript.jsonl'),
        'utf8',
      );
      const said = new RegExp(cause).test(text) ? cause : `another cause than ${cause}`;
      const done = end.code === 0 ? JSON.parse(end.stdout).quorum.completed : end.stderr;
      const processes = left.length === 0 ? 'no process left' : `left: ${left.join(' ')}`;
      return `exit ${end.code}, the tool says ${said}, ${done} of 3 completed, ${processes}, ${describeMemory(fixture)}`;
    },
  });
  const inCollect = (name: string, script: string, cause: string): RunRow => ({
    fault: 'F51',
    name: `git ${name} while collecting`,
    expected: `exit 4, "${cause}" said, no process left, under 1 GB of memory, nothing written`,
    run: async (fixture) => {
      const git = createFakeGit(fixture.scratch, { subcommand: 'diff', script });
      const end = await fixture.run({ env: { PATH: git.path }, wrapper: measured(fixture) });
      const left = await git.survivors();
      const said = end.stderr.includes(cause) ? `"${cause}"` : end.stderr;
      const processes = left.length === 0 ? 'no process left' : `left: ${left.join(' ')}`;
      const written = fixture.runDirectory() === null ? 'nothing written' : 'a run written';
      return `exit ${end.code}, ${said} said, ${processes}, ${describeMemory(fixture)}, ${written}`;
    },
  });
  const inReader = (name: string, script: string, cause: string): RunRow => ({
    fault: 'F51',
    name: `git cat-file ${name}`,
    expected: `exit 4, "${cause}" said, no process left, under 1 GB of memory`,
    run: async (fixture) => {
      const git = createFakeGit(fixture.scratch, { subcommand: 'cat-file', script });
      const end = await fixture.run({ env: { PATH: git.path }, wrapper: measured(fixture) });
      const left = await git.survivors();
      const said = end.stderr.includes(cause) ? `"${cause}"` : end.stderr;
      const processes = left.length === 0 ? 'no process left' : `left: ${left.join(' ')}`;
      return `exit ${end.code}, ${said} said, ${processes}, ${describeMemory(fixture)}`;
    },
  });
  const flood = 'head -c 1000000000 /dev/zero; exit 0';
  return [
    inTool('crashes', 'kill -SEGV $$', 'SIGSEGV'),
    inTool('hangs, with a child of its own,', 'sleep 86399; exit 1', 'no answer within'),
    inTool('floods a gigabyte', flood, 'printed over'),
    inCollect('crashes', 'kill -SEGV $$', 'was ended by SIGSEGV'),
    inCollect('floods a gigabyte', flood, 'printed over'),
    inReader('crashes', 'kill -SEGV $$', 'was ended by SIGSEGV'),
    inReader('floods a gigabyte', flood, 'an answer that is none'),
    inReader('ends without a word', 'exit 0', 'before it had answered'),
  ];
}

/** GNU time is not everywhere: the shell reads the largest size of its child from /proc while it runs. */
function measured(fixture: RunFixture): string[] {
  const script = `"$@" & child=$!
trap 'kill $child' INT TERM
while kill -0 $child 2>/dev/null; do grep -s VmHWM /proc/$child/status >> '${fixture.scratch}/memory'; sleep 0.05; done
wait $child`;
  return ['sh', '-c', script, 'sh'];
}

function describeMemory(fixture: RunFixture): string {
  const sizes = [...readFileSync(join(fixture.scratch, 'memory'), 'utf8').matchAll(/(\d+) kB/g)];
  const most = Math.max(...sizes.map(([, size]) => Number(size)));
  return most < 1_000_000 ? 'under 1 GB of memory' : `${Math.round(most / 1000)} MB of memory`;
}

/** F52 and F53: no git, an old one, a history that is cut off. */
export function preflight(): RunRow[] {
  const refuse = async (
    fixture: RunFixture,
    options: Parameters<RunFixture['run']>[0],
    parts: readonly string[],
  ) => {
    const end = await fixture.run(options);
    const missing = parts.filter((part) => !end.stderr.includes(part));
    const written = fixture.runDirectory() === null ? 'nothing written' : 'a run written';
    return `exit ${end.code}, ${missing.length === 0 ? 'what is there and what is needed said' : `not said: ${missing.join(', ')}: ${end.stderr}`}, ${written}`;
  };
  const refused = 'exit 2, what is there and what is needed said, nothing written';
  const old = 'echo git version 2.20.1; exit 0';
  return [
    {
      fault: 'F52',
      name: 'git is not installed',
      expected: refused,
      run: (fixture) =>
        refuse(fixture, { env: { PATH: join(fixture.scratch, 'nothing') } }, [
          'git could not be started',
          'git 2.31 or newer',
        ]),
    },
    {
      fault: 'F52',
      name: 'git may not be executed',
      expected: refused,
      run: (fixture) => {
        const git = createFakeGit(fixture.scratch, { subcommand: '--version', script: old });
        const [folder = ''] = git.path.split(':');
        execFileSync('chmod', ['-x', join(folder, 'git')]);
        return refuse(fixture, { env: { PATH: folder } }, ['git could not be started', 'git 2.31 or newer']);
      },
    },
    {
      fault: 'F52',
      name: 'git is too old',
      expected: refused,
      run: (fixture) => {
        const git = createFakeGit(fixture.scratch, { subcommand: '--version', script: old });
        return refuse(fixture, { env: { PATH: git.path } }, ['2.20.1', '2.31']);
      },
    },
    {
      fault: 'F53',
      name: 'a shallow clone without the merge base',
      expected: 'exit 2, what is there and what is needed said, nothing written, not deepened',
      run: async (fixture) => {
        const { repository } = fixture;
        repository.git('checkout', '--quiet', '-b', 'topic', 'HEAD^');
        repository.commit({ 'topic.ts': 'export {};\n' }, 'Topic');
        const source = join(fixture.scratch, 'source');
        execFileSync('cp', ['-a', repository.directory, source]);
        rmSync(join(repository.directory, '.git'), { recursive: true });
        const clone = [
          'clone',
          '-q',
          '--depth=1',
          '--no-single-branch',
          '--bare',
          `file://${source}`,
          '.git',
        ];
        execFileSync('git', clone, { cwd: repository.directory });
        execFileSync('git', ['config', 'core.bare', 'false'], { cwd: repository.directory });
        const said = await refuse(fixture, { range: 'main..topic' }, ['shallow', 'git fetch --deepen']);
        const ends = readFileSync(join(repository.directory, '.git', 'shallow'), 'utf8')
          .trim()
          .split('\n').length;
        return `${said}, ${ends === 2 ? 'not deepened' : 'deepened'}`;
      },
    },
  ];
}
