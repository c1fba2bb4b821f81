import type { LineRange } from '../domain/location.ts';
import { symbolName } from './enclosing-symbol.ts';
import { type Language, parseSource, type SgNode } from './languages.ts';

export interface SymbolRange extends LineRange {
  /** Outer names first: `Cart.add`. */
  name: string;
}

/**
 * The functions, methods and types of a text, outer ones before what is in them. null: it could not be parsed. A
 * text may be made so that its tree is very large: what is beyond the bounds below is left out.
 */
export async function listSymbols(language: Language, text: string): Promise<SymbolRange[] | null> {
  const root = await parseSource(language, text);
  if (root === null) return null;
  const lines = text.split('\n');
  const found: SymbolRange[] = [];
  const open: { node: SgNode; outer: string }[] = [{ node: root.root(), outer: '' }];
  let visited = 0;
  for (
    let next = open.pop();
    next !== undefined && visited < mostNodes && found.length < mostSymbols;
    next = open.pop()
  ) {
    visited += 1;
    const { node, outer } = next;
    const own = symbolName(node, language, lines);
    const isNew = own !== '' && own !== outer.slice(outer.lastIndexOf('.') + 1);
    const name = !isNew ? outer : outer === '' ? own : `${outer}.${own}`;
    if (isNew) {
      const { start, end } = node.range();
      found.push({ name, start: start.line + 1, end: end.line + 1 });
    }
    const children = node.children();
    for (let at = children.length - 1; at >= 0; at -= 1) {
      const child = children[at];
      if (child !== undefined) open.push({ node: child, outer: name });
    }
  }
  return found;
}

const mostNodes = 200_000;
const mostSymbols = 5_000;
