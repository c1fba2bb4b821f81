import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AgentTool, ToolAnswer } from '../../../src/agent/agent-tool.ts';
import { DependencyFolders } from '../../../src/agent/dependencies/dependency-folders.ts';
import { createDependencyTools } from '../../../src/agent/dependencies/dependency-tools.ts';
import { loadTexts } from '../../../src/agent/load-texts.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const notice = '[a dependency, not part of the repository: no finding can quote it or be placed in it]';

type Call = (name: string, values: Record<string, unknown>) => Promise<ToolAnswer>;

/** Two folders of the name `lib`, and a secret beside them that links in the first one point to. */
async function openTools(): Promise<Call> {
  const top = temporaryDirectory();
  const [one, two] = [join(top, 'one/lib'), join(top, 'two/lib')];
  mkdirSync(join(one, 'pkg/.git'), { recursive: true });
  mkdirSync(two, { recursive: true });
  writeFileSync(join(top, 'secret.txt'), 'needle canary');
  writeFileSync(join(one, 'pkg/a.go'), 'package pkg\n\nfunc Needle() {}\n');
  writeFileSync(join(one, 'pkg/.git/config'), 'needle in git');
  writeFileSync(join(one, 'binary'), Buffer.from([1, 0, 2]));
  writeFileSync(join(two, 'b.js'), 'needle();\r\n');
  symlinkSync('../../secret.txt', join(one, 'out.txt'));
  symlinkSync('../..', join(one, 'up'));
  symlinkSync('/proc/self', join(one, 'proc'));
  symlinkSync('pkg', join(one, 'inside'));
  symlinkSync('loop', join(one, 'loop'));
  execFileSync('mkfifo', [join(one, 'pipe')]);
  const { folders, absent } = await DependencyFolders.open([
    one,
    two,
    one,
    join(top, 'gone'),
    join(top, 'secret.txt'),
  ]);
  expect(absent).toEqual([join(top, 'gone'), join(top, 'secret.txt')]);
  return callsOf(folders);
}

async function callsOf(folders: DependencyFolders): Promise<Call> {
  const tools = createDependencyTools(
    folders,
    await loadTexts(resolve(import.meta.dirname, '../../../context/tools')),
  );
  const byName = new Map(tools.map((tool): [string, AgentTool] => [tool.definition.name, tool]));
  return async (name, values) => {
    const tool = byName.get(name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool.execute(values, { signal: new AbortController().signal });
  };
}

describe('dependencies', () => {
  test('are not offered without a folder', async () => {
    const { folders } = await DependencyFolders.open([]);
    expect(createDependencyTools(folders, new Map())).toEqual([]);
  });

  test('are listed by the names of their folders', async () => {
    const call = await openTools();
    expect(await call('list_dependencies', {})).toEqual({
      text: `2 folders ${notice}\nlib/\nlib-2/`,
      isError: false,
    });
    expect((await call('list_dependencies', { path: 'lib/' })).text).toBe(
      `lib/: 8 entries ${notice}\nbinary\ninside  (symbolic link)\nloop  (symbolic link)\nout.txt  (symbolic link)\npipe  (not a file)\npkg/\nproc  (symbolic link)\nup  (symbolic link)`,
    );
    expect((await call('list_dependencies', { glob: '*.{go,js}' })).text).toBe(
      `2 files ${notice}\nlib/pkg/a.go\nlib-2/b.js`,
    );
  });

  test('are read line by line, and marked as no part of the repository', async () => {
    const call = await openTools();
    expect(await call('read_dependency', { path: './lib/inside/a.go', startLine: 3 })).toEqual({
      text: `${notice}\nlib/inside/a.go, line 3 of 3:\n     3|func Needle() {}`,
      isError: false,
    });
    expect(await call('read_dependency', { path: 'lib/pkg/a.go', startLine: 9 })).toMatchObject({
      isError: true,
    });
    expect((await call('read_dependency', { path: 'lib/binary' })).text).toBe(
      'lib/binary is a binary file of 3 bytes.',
    );
  });

  test('are searched in all folders or in one, links not followed', async () => {
    const call = await openTools();
    const all = await call('search_dependencies', { pattern: '(?i)needle' });
    expect(all.text).toBe(
      `${notice}\n2 matches in 2 files at the dependencies (2 files searched):\n\nlib/pkg/a.go\n     3|func Needle() {}\n\nlib-2/b.js\n     1|needle();\n[not searched: 1 binary file: lib/binary]`,
    );
    expect((await call('search_dependencies', { pattern: 'needle', path: 'lib-2' })).text).toContain(
      '1 match in 1 file',
    );
    expect(await call('search_dependencies', { pattern: '(' })).toMatchObject({ isError: true });
    expect(await call('search_dependencies', { pattern: '(?=x)' })).toMatchObject({ isError: true });
  });

  test.each([
    ['lib/out.txt'],
    ['lib/up/secret.txt'],
    ['lib/proc/environ'],
    ['lib/../../secret.txt'],
    ['lib/pkg/../../../secret.txt'],
    ['../secret.txt'],
    ['/etc/passwd'],
    ['lib/loop'],
    ['lib/pipe'],
    ['lib/nul\0byte'],
    [`lib/${'x'.repeat(300)}`],
    ['lib//etc/passwd'],
    ['other/a'],
  ])('open nothing outside and nothing special: %j', async (path) => {
    const call = await openTools();
    for (const [name, values] of [
      ['read_dependency', { path }],
      ['list_dependencies', { path }],
      ['search_dependencies', { path, pattern: '.' }],
    ] as const) {
      const answer = await call(name, values);
      expect([name, answer.isError]).toEqual([name, true]);
      expect(answer.text).not.toMatch(/canary|root:/);
    }
  });

  test('whose names are no UTF-8 are passed over, counted and named', async () => {
    const top = join(temporaryDirectory(), 'lib');
    mkdirSync(top);
    const odd = (name: string) => Buffer.concat([Buffer.from(`${top}/`), Buffer.from(name, 'latin1')]);
    writeFileSync(odd('caf\xe9.txt'), 'needle');
    mkdirSync(odd('dir\xe9'));
    writeFileSync(odd('dir\xe9/inner.txt'), 'needle');
    symlinkSync(odd('dir\xe9'), join(top, 'to-dir'));
    writeFileSync(join(top, 'plain.txt'), 'needle\n');
    const call = await callsOf((await DependencyFolders.open([top])).folders);
    const left =
      '[not looked at: 2 files or folders that cannot be read, or whose names are no UTF-8: lib/caf\uFFFD.txt, lib/dir\uFFFD: this is no proof of absence]';
    expect(await call('search_dependencies', { pattern: 'needle' })).toEqual({
      text: `${notice}\n1 match in 1 file at the dependencies (1 file searched):\n\nlib/plain.txt\n     1|needle\n${left}`,
      isError: false,
    });
    expect(await call('list_dependencies', { glob: '**' })).toEqual({
      text: `1 file ${notice}\nlib/plain.txt\n${left}`,
      isError: false,
    });
    expect((await call('list_dependencies', { path: 'lib' })).text).toBe(
      `lib/: 4 entries ${notice}\ncaf\uFFFD.txt  (its name is no UTF-8: not opened)\ndir\uFFFD  (its name is no UTF-8: not opened)\nplain.txt\nto-dir  (symbolic link)`,
    );
    for (const path of ['lib/caf\uFFFD.txt', 'lib/dir\uFFFD/inner.txt', 'lib/to-dir/inner.txt'])
      expect(await call('read_dependency', { path })).toEqual({
        text: `${path} is not opened: its name is no UTF-8.`,
        isError: true,
      });
  });

  test('that cannot be read, or are gone, are an answer, and are counted', async () => {
    const top = temporaryDirectory();
    const [deep, gone] = [join(top, 'deep'), join(top, 'gone')];
    for (const folder of [deep, gone]) mkdirSync(folder);
    writeFileSync(join(deep, 'plain.txt'), 'needle\n');
    // Longer than the kernel takes a path: made, and removed, step by step.
    const [step, file] = ['d'.repeat(250), 'f'.repeat(250)];
    const steps = Array.from(
      { length: 17 },
      () => `mkdir ${step}; cd -P ${step}; echo needle > ${file}`,
    ).join('; ');
    execFileSync('sh', ['-c', `cd ${deep}; ${steps}`]);
    onTestFinished(() => void execFileSync('rm', ['-rf', deep]));
    const { folders } = await DependencyFolders.open([deep, gone]);
    rmSync(gone, { recursive: true });
    const call = await callsOf(folders);
    const found = await call('search_dependencies', { pattern: 'needle' });
    expect(found.isError).toBe(false);
    expect(found.text).toMatch(/^.*\n\d+ matches in \d+ files/);
    expect(found.text).toMatch(
      /\[not looked at: 2 files or folders .*, gone\/: this is no proof of absence\]/,
    );
    expect(found.text).toMatch(
      /\[not searched: 1 file that cannot be read: .*: this is no proof of absence\]/,
    );
    expect((await call('list_dependencies', { glob: '*.txt' })).text).toContain('[not looked at: 2 files or');
    for (const name of ['list_dependencies', 'read_dependency'])
      expect(await call(name, { path: 'gone' })).toEqual({
        text: 'gone is not opened: the folder itself is gone.',
        isError: true,
      });
    const path = `deep/${Array.from({ length: 17 }, () => step).join('/')}/${file}`;
    expect(await folders.read(path)).toEqual({
      outcome: 'unreadable',
      reason: 'it cannot be read (ENAMETOOLONG)',
    });
    expect(await folders.read('deep/vanished')).toEqual({
      outcome: 'unreadable',
      reason: 'it is no plain file any more',
    });
  });
});
