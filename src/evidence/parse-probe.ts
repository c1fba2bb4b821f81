import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { InternalError } from '../errors.ts';

/** Longest time one parse may take, in milliseconds; ordinary files of a megabyte need a tenth of it. */
const longestParse = 2000;
/** Longest time until the other process has loaded the grammars, in milliseconds. */
const longestStart = 30_000;
const rememberedTexts = 10_000;

/**
 * Tries texts in a process of its own before they are parsed here. A grammar can be made to take hours, or to crash,
 * by a few kilobytes of the wrong text, and a parse once begun cannot be stopped: a process can.
 */
export class ParseProbe {
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #endsWithUs = false;
  readonly #safe = new Set<string>();

  /** Whether the text can be parsed in bounded time. Rejects when no process can be started. */
  isSafe(grammar: string, text: string): Promise<boolean> {
    const key = createHash('sha1').update(`${grammar}\n${text}`).digest('base64');
    if (this.#safe.has(key)) return Promise.resolve(true);
    const answer = this.#last.then(async () => {
      const safe = await this.#ask(grammar, text);
      if (safe && this.#safe.size < rememberedTexts) this.#safe.add(key);
      return safe;
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #ask(grammar: string, text: string): Promise<boolean> {
    const child = this.#child ?? (await this.#start());
    child.stdin?.write(`${JSON.stringify({ grammar, text })}\n`);
    const safe = (await nextSign(child, longestParse)) === 'data';
    if (!safe) this.#stop();
    return safe;
  }

  async #start(): Promise<ChildProcess> {
    const require = createRequire(import.meta.url);
    const modules = ['@ast-grep/napi', '@ast-grep/lang-bash', '@ast-grep/lang-go', '@ast-grep/lang-python'];
    const paths = JSON.stringify(modules.map((name) => require.resolve(name)));
    const script = `(${answerProbes.toString()})(require, ${paths})`;
    const child = spawn(process.execPath, ['--input-type=commonjs', '--eval', script], {
      env: {},
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child = child;
    if (!this.#endsWithUs) process.once('exit', () => this.#stop());
    this.#endsWithUs = true;
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    child.stdin?.on('error', () => undefined);
    for (const handle of [child, child.stdin, child.stdout]) unref(handle);
    const sign = await nextSign(child, longestStart);
    if (sign === 'data') return child;
    this.#stop();
    throw new InternalError('the process that guards the parsers could not be started', { cause: sign });
  }

  #stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

/** What comes first: an answer, the end of the process, an error of it, or the end of the time given. */
function nextSign(child: ChildProcess, milliseconds: number): Promise<'data' | 'exit' | 'timeout' | Error> {
  return new Promise((resolve) => {
    const settle = (sign: 'data' | 'exit' | 'timeout' | Error) => {
      clearTimeout(timer);
      child.stdout?.off('data', onData);
      child.off('exit', onExit).off('error', settle);
      resolve(sign);
    };
    const onData = () => settle('data');
    const onExit = () => settle('exit');
    const timer = setTimeout(() => settle('timeout'), milliseconds);
    child.stdout?.on('data', onData);
    child.on('exit', onExit).on('error', settle);
  });
}

/** Runs in the other process, from its source text: nothing outside of it may be used. A first answer when ready, then one for each line. */
function answerProbes(require: NodeJS.Require, paths: readonly string[]): void {
  const [napi, bash, go, python] = paths.map((path) => require(path));
  napi.registerDynamicLanguage({ bash, go, python });
  process.stdout.write('.');
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { grammar, text } = JSON.parse(line);
      napi.parse(grammar, text);
      process.stdout.write('.');
    }
  });
}

/** Lets this process end though the handle is open. */
function unref(handle: object | null): void {
  if (handle !== null && 'unref' in handle && typeof handle.unref === 'function') handle.unref();
}
