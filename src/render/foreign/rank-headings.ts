import type { ProsePart } from './split-prose.ts';

/** A stretch of Markdown; with a rank, a heading of that level in the page. */
export interface TextPart {
  /** 0 for text, else 2 to 6. */
  rank: number;
  markdown: string;
}

/** Levels as written → levels in the page, from `outermost` on and without a gap, as screen readers expect them. */
export function rankHeadings(parts: readonly ProsePart[], outermost: number): TextPart[] {
  const open: number[] = [];
  return parts.map(({ level, markdown }) => {
    if (level === 0) return { rank: 0, markdown };
    while ((open.at(-1) ?? 0) >= level) open.pop();
    open.push(level);
    return { rank: Math.min(6, outermost + open.length - 1), markdown };
  });
}
