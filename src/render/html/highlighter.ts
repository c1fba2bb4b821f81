import type { GrammarState, HighlighterCore, ThemedToken } from 'shiki/core';
import { escapeHtml } from '../text/escape-html.ts';
import { tokenClass, tokenTheme, tokenThemeName } from './token-theme.ts';

/** Turns code into HTML, one text for each line, with classes for the kinds of tokens. */
export interface Highlighter {
  /** Lines of a language that is unknown, too long or beyond the page's allowance are escaped and left plain. */
  lines(code: readonly string[], language: string): string[];
}

const largestBlock = 64 * 1024;
const longestLine = 600;
const pageAllowance = 4 * 1024 * 1024;
const mostGrammars = 40;
/** Lines tokenised at a time, and how much of the processor that may take once the grammar's rules are compiled. */
const linesAtATime = 20;
const timeLimitMs = 250;
/** For one line, by the clock: far above the limit of the processor, so that a busy machine colours the same. */
const lineLimitMs = 1000;
const mostTries = 12;

let shared: Promise<HighlighterCore> | undefined;

/**
 * A highlighter for one page, with the grammars named loaded. Names that are no grammar are ignored. Code is
 * anybody's, and some grammars need exponential time for lines made for it: what takes too long is left plain, and
 * after `wastedMs` of the processor for such code the rest of the page is.
 */
export async function createHighlighter(
  languages: Iterable<string>,
  limits: { wastedMs: number } = { wastedMs: 10_000 },
): Promise<Highlighter> {
  shared ??= startHighlighter();
  const core = await shared;
  const loaded = await loadGrammars(core, languages);
  let spent = 0;
  let wastedMs = 0;
  // A finding's code stands in the report and in its reviewer's own review: it is coloured once.
  const known = new Map<string, string[]>();
  return {
    lines(code, language) {
      const key = `${language}\n${code.join('\n')}`;
      const coloured = known.get(key);
      if (coloured !== undefined) return coloured;
      const length = code.reduce((sum, line) => sum + line.length + 1, 0);
      const isPlain = !loaded.has(language) || length > largestBlock || spent + length > pageAllowance;
      if (isPlain || wastedMs > limits.wastedMs) return code.map(escapeHtml);
      spent += length;
      const before = process.cpuUsage();
      const tokens = tokenize(core, code, language);
      if (tokens === null) wastedMs += usedSince(before);
      const lines = tokens === null ? code.map(escapeHtml) : tokens.map(joinTokens);
      known.set(key, lines);
      return lines;
    },
  };
}

/** null when a few lines take too long even at the third attempt: the first ones also pay for compiling the rules. */
function tokenize(core: HighlighterCore, code: readonly string[], language: string): ThemedToken[][] | null {
  const lines: ThemedToken[][] = [];
  let state: GrammarState | undefined;
  for (let from = 0; from < code.length; from += linesAtATime) {
    const text = code.slice(from, from + linesAtATime).join('\n');
    const options = {
      lang: language,
      theme: tokenThemeName,
      tokenizeMaxLineLength: longestLine,
      tokenizeTimeLimit: lineLimitMs,
      ...(state === undefined ? {} : { grammarState: state }),
    };
    const tokens = tokenizeInTime(() => core.codeToTokensBase(text, options));
    if (tokens === null) return null;
    lines.push(...tokens);
    state = core.getLastGrammarState(tokens);
  }
  return lines.length === code.length ? lines : null;
}

/**
 * null after three attempts that took too much. The first is judged by the clock, since asking for the processor's time
 * takes longer than most attempts; the others by the processor: one in which the clock alone ran out, so that a line may
 * have been left unfinished, says only that the machine is busy, and is made again.
 */
function tokenizeInTime(attempt: () => ThemedToken[][]): ThemedToken[][] | null {
  let slow = 0;
  for (let tries = 0; tries < mostTries && slow < 3; tries += 1) {
    const before = tries === 0 ? null : process.cpuUsage();
    const started = performance.now();
    const tokens = attempt();
    const tookMs = performance.now() - started;
    if (tookMs < timeLimitMs) return tokens;
    if (before === null || usedSince(before) >= timeLimitMs) slow += 1;
    else if (tookMs < lineLimitMs) return tokens;
  }
  return null;
}

/** Milliseconds of the processor. */
function usedSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Loads those names that are grammars and returns them, so that a page never depends on what was loaded before it. */
async function loadGrammars(core: HighlighterCore, names: Iterable<string>): Promise<ReadonlySet<string>> {
  const { bundledLanguages } = await import('shiki/langs');
  const isBundled = (name: string): name is keyof typeof bundledLanguages =>
    Object.hasOwn(bundledLanguages, name);
  const grammars = [...new Set(names)].filter(isBundled).slice(0, mostGrammars);
  await core.loadLanguage(...grammars.map((name) => bundledLanguages[name]));
  return new Set(grammars);
}

async function startHighlighter(): Promise<HighlighterCore> {
  const [{ createHighlighterCore }, { createOnigurumaEngine }] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/oniguruma'),
  ]);
  return createHighlighterCore({
    themes: [tokenTheme],
    langs: [],
    engine: createOnigurumaEngine(import('shiki/wasm')),
  });
}

/** Neighbours of one class become one element; blanks join what stands before them. */
function joinTokens(tokens: readonly ThemedToken[]): string {
  let html = '';
  let text = '';
  let current = '';
  const flush = () => {
    if (text !== '')
      html += current === '' ? escapeHtml(text) : `<span class="t-${current}">${escapeHtml(text)}</span>`;
    text = '';
  };
  for (const token of tokens) {
    const name = token.content.trim() === '' ? current : tokenClass(token.color);
    if (name !== current) flush();
    current = name;
    text += token.content;
  }
  flush();
  return html;
}
