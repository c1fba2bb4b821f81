import type { Side } from '../domain/location.ts';
import { isElision } from './elision.ts';
import { squeeze } from './squeeze.ts';

export interface QuoteLine {
  /** As the reviewer wrote it, markers taken off. */
  text: string;
  squeezed: string;
  /** Whether the quote itself says that lines are left out before this one. */
  afterElision: boolean;
}

/** One way to understand a quote: its lines without what reviewers put around them. Never empty. */
export interface QuoteReading {
  lines: readonly QuoteLine[];
  /** Lines of a quoted patch that belong to the other side and were left aside. */
  leftAside: number;
}

export interface QuoteContext {
  side: Side;
  /** The path the quote is said to be from: such a path as a heading is no line of the quote. */
  path: string;
}

const fenceAlone = /^(?:`{3,}|~{3,})\w*$/;

type Rewrite = (lines: readonly string[], context: QuoteContext) => readonly string[] | null;

/**
 * All ways in which a quote can be meant, the most literal first: as it is; without fences, escapes, block quote
 * marks, line numbers, a heading that names the file; as a patch. Empty when there is nothing in it but white space,
 * fences and elision marks.
 */
export function readQuote(quote: string, context: QuoteContext): QuoteReading[] {
  const readings: QuoteReading[] = [];
  const seen = new Set<string>();
  const add = (lines: readonly string[], leftAside: number) => {
    const quoteLines = asQuoteLines(lines);
    const key = quoteLines.map((line) => `${line.afterElision ? '\u0001' : '\n'}${line.squeezed}`).join('');
    if (quoteLines.every((line) => fenceAlone.test(line.squeezed)) || seen.has(key)) return;
    seen.add(key);
    readings.push({ lines: quoteLines, leftAside });
  };
  let current: readonly string[] = quote.split('\n');
  add(current, 0);
  for (const rewrite of rewrites) {
    current = rewrite(current, context) ?? current;
    add(current, 0);
    const patch = readPatch(current, context.side);
    if (patch !== null) add(patch.kept, patch.leftAside);
  }
  return readings;
}

function asQuoteLines(lines: readonly string[]): QuoteLine[] {
  const result: QuoteLine[] = [];
  let afterElision = false;
  for (const text of lines) {
    if (isElision(text)) {
      afterElision = true;
      continue;
    }
    const squeezed = squeeze(text);
    if (squeezed === '') continue;
    result.push({ text, squeezed, afterElision: afterElision && result.length > 0 });
    afterElision = false;
  }
  return result;
}

const rewrites: readonly Rewrite[] = [
  withoutEscapes,
  withoutFences,
  withoutBlockQuote,
  withoutLineNumbers,
  withoutHeading,
  withoutEntities,
];

/** A quote whose line feeds came as the two characters backslash and n. */
function withoutEscapes(lines: readonly string[]): readonly string[] | null {
  const [only] = lines;
  if (lines.length !== 1 || only === undefined || !only.includes('\\n')) return null;
  const plain: Record<string, string> = { n: '\n', t: '\t', r: '', '"': '"', '\\': '\\' };
  return only.replace(/\\([ntr"\\])/g, (_, character: string) => plain[character] ?? '').split('\n');
}

function withoutFences(lines: readonly string[]): readonly string[] | null {
  const solid = lines.filter((line) => line.trim() !== '');
  const [first, last] = [solid[0]?.trim() ?? '', solid.at(-1)?.trim() ?? ''];
  if (solid.length === 1 && /^`[^`]+`$/.test(first)) return [first.slice(1, -1)];
  const fence = /^(`{3,}|~{3,})/.exec(first)?.[1];
  if (fence === undefined) return null;
  return last.startsWith(fence) && solid.length > 1 ? solid.slice(1, -1) : solid.slice(1);
}

function withoutBlockQuote(lines: readonly string[]): readonly string[] | null {
  const solid = lines.filter((line) => line.trim() !== '');
  return solid.length > 0 && solid.every((line) => /^\s*>/.test(line))
    ? lines.map((line) => line.replace(/^\s*> ?/, ''))
    : null;
}

const gutter = /^\s*(?:[^\s:]+:)?L?(\d{1,7})(?:\s*[:|│→⎮]|\t|-|\s+|$)/;

/** `12: x`, `12 | x`, `12→x`, `a/b.go:12:x`: only when every line has a number, and the numbers ascend. */
function withoutLineNumbers(lines: readonly string[]): readonly string[] | null {
  let previous = -1;
  const result: string[] = [];
  for (const line of lines) {
    if (line.trim() === '' || isElision(line)) {
      result.push(line);
      continue;
    }
    const match = gutter.exec(line);
    const number = Number(match?.[1] ?? -1);
    if (match === null || number <= previous) return null;
    previous = number;
    result.push(line.slice(match[0].length));
  }
  return previous === -1 ? null : result;
}

const headingPath = /^(?:\/\/|\/\*+|#+|--|;+|%|<!--)?\s*[`"']?([^\s`"']+)/;

function withoutHeading(lines: readonly string[], { path }: QuoteContext): readonly string[] | null {
  const at = lines.findIndex((line) => line.trim() !== '');
  const named = headingPath.exec(lines[at]?.trim() ?? '')?.[1]?.replace(/(?::\d+(?:-\d+)?)?[:,]?$/, '');
  const base = path.slice(path.lastIndexOf('/') + 1);
  if (named === undefined || base === '' || (named !== base && !named.endsWith(`/${base}`))) return null;
  return lines.slice(at + 1);
}

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", apos: "'" };

function withoutEntities(lines: readonly string[]): readonly string[] | null {
  const decoded = lines.map((line) =>
    line.replace(/&(lt|gt|amp|quot|#39|apos);/g, (_, name: string) => entities[name] ?? ''),
  );
  return decoded.some((line, index) => line !== lines[index]) ? decoded : null;
}

/** A quoted patch: every line carries `+`, `-` or a blank. What only the other side has is left aside. */
function readPatch(lines: readonly string[], side: Side): { kept: string[]; leftAside: number } | null {
  const kept: string[] = [];
  const aside: string[] = [];
  let marked = false;
  for (const line of lines) {
    if (/^(?:diff --git |index [0-9a-f]+\.\.|--- [^\s]|\+\+\+ [^\s])/.test(line)) continue;
    if (line.trim() === '') continue;
    if (line.startsWith('@@') || isElision(line)) {
      kept.push('...');
      continue;
    }
    const marker = line[0];
    if (marker !== '+' && marker !== '-' && marker !== ' ') return null;
    if (marker !== ' ') marked = true;
    const other = side === 'head' ? '-' : '+';
    (marker === other ? aside : kept).push(line.slice(1));
  }
  if (!marked) return null;
  const hasLines = kept.some((line) => line.trim() !== '' && !isElision(line));
  return hasLines ? { kept, leftAside: aside.length } : { kept: aside, leftAside: 0 };
}
