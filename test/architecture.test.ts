import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const source = resolve(import.meta.dirname, '../src');

/** Who may import whom; see "Rooms" in the README. Files beside the rooms are rooms of their own. */
const allowed: Record<string, readonly string[]> = {
  domain: [],
  run: ['domain'],
  git: ['domain'],
  provider: ['domain'],
  sandbox: ['domain'],
  evidence: ['domain', 'git'],
  checks: ['domain', 'git', 'evidence'],
  guard: ['domain', 'git'],
  forge: ['domain', 'git'],
  agent: ['domain', 'git', 'evidence', 'provider', 'sandbox'],
  collect: ['domain', 'git', 'forge'],
  review: ['domain', 'evidence', 'agent', 'checks', 'provider'],
  verify: ['domain', 'evidence', 'agent', 'provider'],
  reconcile: ['domain', 'agent', 'provider'],
  render: ['domain', 'git'],
  publish: ['domain', 'forge'],
  resolve: ['domain', 'run', 'git', 'render'],
  retro: ['domain', 'run', 'git', 'render'],
  fix: ['domain', 'git', 'evidence', 'agent', 'sandbox', 'render'],
  log: ['domain'],
  config: ['domain'],
  errors: [],
  cli: ['config', 'pipeline', 'log'],
  action: ['config', 'pipeline', 'log'],
};
const outermost = ['cli', 'action'];

/** Packages that may be imported in one room only. */
const packageHomes: Record<string, string> = {
  '@anthropic-ai/sdk': 'provider/anthropic/',
  openai: 'provider/openai',
  '@google/genai': 'provider/google/',
  octokit: 'forge/github',
  yauzl: 'run/',
  '@actions/core': 'action',
  handlebars: 'render/',
  marked: 'render/',
  shiki: 'render/',
  'sanitize-html': 'render/',
  '@ast-grep/napi': 'evidence/',
};

interface SourceFile {
  path: string;
  room: string;
  text: string;
  imports: { specifier: string; dynamic: boolean; typeOnly: boolean }[];
}

const files = listFiles(source).map(readSource);
const byPath = new Map(files.map((file) => [file.path, file]));

describe('the rooms of src/', () => {
  test('import only what the table allows', () => {
    const broken = files.flatMap((file) =>
      ownImports(file)
        .map((target) => ({ from: file, to: byPath.get(target) }))
        .filter(({ from, to }) => to === undefined || !mayImport(from.room, to.room))
        .map(({ from, to }) => `${from.path} → ${to?.path ?? 'a file that does not exist'}`),
    );
    expect(broken).toEqual([]);
  });

  test('hold every file in a room the table names', () => {
    const unknown = files.filter((file) => file.room !== 'pipeline' && !(file.room in allowed));
    expect(unknown.map((file) => file.path)).toEqual([]);
  });

  test('have no import cycle', () => {
    expect(findCycle()).toEqual([]);
  });

  test('keep each file under 300 lines', () => {
    const long = files.filter((file) => file.text.split('\n').length > 300);
    expect(long.map((file) => file.path)).toEqual([]);
  });

  test('write to the console only in log.ts, read the environment only in config', () => {
    const talkers = files.filter((file) => /\bconsole\./.test(withoutComments(file.text)));
    expect(talkers.filter((file) => file.room !== 'log').map((file) => file.path)).toEqual([]);
    const readers = files.filter((file) => /\bprocess\.env\b/.test(withoutComments(file.text)));
    expect(readers.filter((file) => file.room !== 'config').map((file) => file.path)).toEqual([]);
  });

  test('measure time on a monotonic clock: the time of day is asked for where people read it, and decides nothing', () => {
    const askers = files.filter((file) => /\bDate\.now\b|\bnew Date\(\)/.test(withoutComments(file.text)));
    expect(askers.map((file) => file.path)).toEqual([
      'action.ts',
      'cli/prepare-run.ts',
      'domain/retry-after.ts',
    ]);
    const reckoners = files.filter((file) =>
      /\bdate\(\)\s*(?:[-+<>]|\.(?:getTime|valueOf)\b)|[-+<>]\s*(?:\w+\.)*date\(\)/.test(
        withoutComments(file.text),
      ),
    );
    expect(reckoners.map((file) => file.path)).toEqual([]);
  });

  test('import each vendor’s package in its own room only', () => {
    const strays = files.flatMap((file) =>
      file.imports
        .filter(({ specifier }) => {
          const home = Object.entries(packageHomes).find(
            ([name]) => specifier === name || specifier.startsWith(`${name}/`),
          )?.[1];
          return home !== undefined && !file.path.startsWith(home);
        })
        .map(({ specifier }) => `${file.path} imports ${specifier}`),
    );
    expect(strays).toEqual([]);
  });

  test('load the vendors’ packages, the highlighter and the grammars only when they are needed', () => {
    const lazy = [
      '@anthropic-ai/sdk',
      'openai',
      '@google/genai',
      'octokit',
      '@actions/core',
      'shiki',
      '@ast-grep/napi',
      'yaml',
      'yauzl',
    ];
    const eager = files.flatMap((file) =>
      file.imports
        .filter(({ specifier, dynamic, typeOnly }) => {
          const name = specifier.startsWith('@')
            ? specifier.split('/').slice(0, 2).join('/')
            : specifier.split('/')[0];
          return !dynamic && !typeOnly && lazy.includes(name ?? '') && isLoadedAtStart(file);
        })
        .map(({ specifier }) => `${file.path} imports ${specifier}`),
    );
    expect(eager).toEqual([]);
  });
});

/** Whether `cli.ts` reaches the file without a dynamic import on the way. */
function isLoadedAtStart(file: SourceFile): boolean {
  const seen = new Set<string>();
  const queue = ['cli.ts'];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const one = byPath.get(path);
    if (one !== undefined) queue.push(...ownImports(one, (entry) => !entry.dynamic && !entry.typeOnly));
  }
  return seen.has(file.path);
}

function mayImport(from: string, to: string): boolean {
  if (from === to || to === 'errors') return true;
  if (from === 'pipeline') return !outermost.includes(to);
  return allowed[from]?.includes(to) ?? false;
}

function ownImports(file: SourceFile, keep: (entry: SourceFile['imports'][number]) => boolean = () => true) {
  return file.imports
    .filter((entry) => entry.specifier.startsWith('.') && keep(entry))
    .map(({ specifier }) => join(dirname(file.path), specifier));
}

/** One import cycle as a path, types included; empty when there is none. */
function findCycle(): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const visit = (path: string): string[] => {
    if (state.get(path) === 'done') return [];
    if (state.get(path) === 'open') return [...trail.slice(trail.indexOf(path)), path];
    state.set(path, 'open');
    trail.push(path);
    const file = byPath.get(path);
    for (const next of file === undefined ? [] : ownImports(file)) {
      const cycle = visit(next);
      if (cycle.length > 0) return cycle;
    }
    trail.pop();
    state.set(path, 'done');
    return [];
  };
  for (const file of files) {
    const cycle = visit(file.path);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(source, path), 'utf8');
  const code = withoutComments(text);
  const imports: SourceFile['imports'] = [];
  for (const match of code.matchAll(/^\s*(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'/gm))
    imports.push({ specifier: match[2] ?? '', dynamic: false, typeOnly: match[1] !== undefined });
  for (const match of code.matchAll(/^\s*import\s+'([^']+)'/gm))
    imports.push({ specifier: match[1] ?? '', dynamic: false, typeOnly: false });
  for (const match of code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g))
    imports.push({ specifier: match[1] ?? '', dynamic: true, typeOnly: false });
  const first = path.split('/')[0] ?? '';
  return { path, room: first.replace(/\.ts$/, ''), text, imports };
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}

function listFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && statSync(join(directory, path)).isFile())
    .map((path) => relative(directory, join(directory, path)))
    .sort();
}
