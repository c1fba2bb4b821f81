import type { SgNode, SgRoot } from '@ast-grep/napi';
import { ParseProbe } from './parse-probe.ts';

export type { NapiConfig as RuleConfig, SgNode, SgRoot } from '@ast-grep/napi';

/** The languages whose syntax trees can be read. TypeScript with JSX is its own, as the grammars are. */
export type Language = 'bash' | 'css' | 'go' | 'html' | 'javascript' | 'python' | 'tsx' | 'typescript';

/** Longest text that is parsed, in UTF-16 units; anything longer is machine-made. */
const maxParsedLength = 1_000_000;

const extensions: Record<string, Language> = {
  bash: 'bash',
  bats: 'bash',
  cjs: 'javascript',
  css: 'css',
  cts: 'typescript',
  go: 'go',
  htm: 'html',
  html: 'html',
  js: 'javascript',
  jsx: 'javascript',
  ksh: 'bash',
  mjs: 'javascript',
  mts: 'typescript',
  py: 'python',
  pyi: 'python',
  pyw: 'python',
  sh: 'bash',
  ts: 'typescript',
  tsx: 'tsx',
};

const fileNames: Record<string, Language> = {
  '.bash_aliases': 'bash',
  '.bash_logout': 'bash',
  '.bash_profile': 'bash',
  '.bashrc': 'bash',
  '.profile': 'bash',
};

const interpreters: readonly { name: RegExp; language: Language }[] = [
  { name: /^(?:sh|bash|dash|ash|ksh|bats)$/, language: 'bash' },
  { name: /^(?:python|pypy)[\d.]*$/, language: 'python' },
  { name: /^(?:node|nodejs)$/, language: 'javascript' },
  { name: /^(?:ts-node|tsx|deno|bun)$/, language: 'typescript' },
];

const grammars: Record<Language, string> = {
  bash: 'bash',
  css: 'Css',
  go: 'go',
  html: 'Html',
  javascript: 'JavaScript',
  python: 'python',
  tsx: 'Tsx',
  typescript: 'TypeScript',
};

type Parser = typeof import('@ast-grep/napi');

/** `problem`: why there is no parser on this machine, in one line. */
type LoadedParser = { parser: Parser; problem: null } | { parser: null; problem: string };

let loaded: Promise<LoadedParser> | undefined;

const probe = new ParseProbe();

/** The language of a file by its name, else by the `#!` of its first line; null when no grammar is known. */
export function languageForPath(path: string, firstLine = ''): Language | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
  const known = lookUp(extensions, extension) ?? lookUp(fileNames, name);
  return known ?? languageOfShebang(firstLine);
}

/**
 * Reads a text into its syntax tree. Offsets are UTF-16 units, lines and columns count from 0. The line that opens
 * a bats test is read as that of a function of the same length. null: the text is too long, was made so that parsing
 * it would take too long, or there are no grammars for this machine (`grammarsProblem`).
 */
export async function parseSource(language: Language, text: string): Promise<SgRoot | null> {
  if (text.length > maxParsedLength) return null;
  const source = language === 'bash' ? batsTestsAsFunctions(text) : text;
  const { parser } = await loadParser();
  if (parser === null || !(await probe.isSafe(grammars[language], source))) return null;
  return parser.parse(grammars[language], source);
}

/** Why no syntax tree can be read here, in one line: the grammars are native code, built for some machines. null: all is well. */
export async function grammarsProblem(): Promise<string | null> {
  return (await loadParser()).problem;
}

/** How many places of the tree the grammar could not make sense of: nodes in error, and tokens it had to make up. */
export function syntaxErrors(root: SgRoot): number {
  let count = 0;
  const open: SgNode[] = [root.root()];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const children = node.children();
    if (node.kind() === 'ERROR') count += 1;
    else if (children.length === 0 && isMadeUp(node)) count += 1;
    for (const child of children) open.push(child);
  }
  return count;
}

/** Kinds that are rightly empty: `cat <<EOF` with nothing in it, a script element without text, a body to come. */
const rightlyEmpty = new Set(['block', 'heredoc_body', 'module', 'program', 'raw_text']);

function isMadeUp(node: SgNode): boolean {
  const { start, end } = node.range();
  return start.index === end.index && !rightlyEmpty.has(String(node.kind())) && node.parent() !== null;
}

/** Loads the native modules on first use: registering languages a second time would be ignored without a word. */
function loadParser(): Promise<LoadedParser> {
  loaded ??= (async () => {
    try {
      const [napi, bash, go, python] = await Promise.all([
        import('@ast-grep/napi'),
        import('@ast-grep/lang-bash'),
        import('@ast-grep/lang-go'),
        import('@ast-grep/lang-python'),
      ]);
      napi.registerDynamicLanguage({ bash: bash.default, go: go.default, python: python.default });
      return { parser: napi, problem: null };
    } catch (cause) {
      const [said] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
      return { parser: null, problem: `${process.platform}-${process.arch}: ${said}` };
    }
  })();
  return loaded;
}

function languageOfShebang(line: string): Language | null {
  const words = /^#!\s*(.*)/.exec(line)?.[1]?.trim().split(/\s+/) ?? [];
  const names = words.map((word) => word.slice(word.lastIndexOf('/') + 1));
  const name = names[0] === 'env' ? names.slice(1).find((word) => !/^-|=/.test(word)) : names[0];
  return interpreters.find((one) => one.name.test(name ?? ''))?.language ?? null;
}

/** `@test "does it" {` → `does_it_______() {`: no grammar knows the first, and offsets must stay. */
function batsTestsAsFunctions(text: string): string {
  return text.replace(/^([ \t]*)@test[ \t]([^\n]*?)\{[ \t]*$/gm, (line, indent: string, name: string) => {
    const word = `${name.trim().replace(/[^A-Za-z0-9]/g, '_')}`;
    const room = line.trimEnd().length - indent.length - '() {'.length;
    return `${indent}${word.padEnd(room, '_').slice(0, room)}() {${line.slice(line.trimEnd().length)}`;
  });
}

function lookUp(table: Record<string, Language>, key: string): Language | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
