/** A piece of one line: plain text, a code span, or what stands in square brackets or parentheses outside of code. */
export interface InlinePart {
  kind: 'text' | 'code' | 'bracket' | 'parenthesis';
  /** Without its marks. */
  text: string;
}

/** Splits one line in linear time. Brackets hold their code spans and inner brackets as text; unclosed ones are text. */
export function splitInlineParts(line: string): InlinePart[] {
  const groups = findGroups(line);
  const parts: InlinePart[] = [];
  let from = 0;
  const add = (kind: InlinePart['kind'], text: string) => {
    if (text !== '') parts.push({ kind, text });
  };
  for (let at = 0; at < line.length; at += 1) {
    const end = groups.get(at);
    if (end === undefined) continue;
    add('text', line.slice(from, at));
    const opener = line[at] ?? '';
    if (opener === '`') {
      const run = runLength(line, at);
      add('code', line.slice(at + run, end - run).trim());
    } else add(opener === '[' ? 'bracket' : 'parenthesis', line.slice(at + 1, end - 1).trim());
    from = end;
    at = end - 1;
  }
  add('text', line.slice(from));
  return parts;
}

/** Where a mark stands outside of code spans, from `from` on; -1 for nowhere. */
export function findOutsideCode(line: string, mark: string, from: number): number {
  const groups = findGroups(line);
  for (let at = 0; at < line.length; at += 1) {
    const end = line[at] === '`' ? groups.get(at) : undefined;
    if (end !== undefined) at = end - 1;
    else if (at >= from && line.startsWith(mark, at)) return at;
  }
  return -1;
}

const openers: Record<string, string> = { ']': '[', ')': '(' };

/** The index behind each code span, bracket and parenthesis of a line, by the index of its first character. */
function findGroups(line: string): Map<number, number> {
  const closes = closingRuns(line);
  const groups = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === '`') {
      const run = runLength(line, at);
      const close = closes.get(at);
      if (close !== undefined) groups.set(at, close + run);
      at = (close ?? at) + run - 1;
    } else if (character === '\\') at += 1;
    else if (character === '[' || character === '(') open.push(at);
    else if (openers[character] !== undefined) {
      const match = open.findLastIndex((start) => line[start] === openers[character]);
      if (match < 0) continue;
      groups.set(open[match] ?? 0, at + 1);
      open.length = match;
    }
  }
  return groups;
}

/** For the first character of each run of backticks, where the next run of the same length begins. */
function closingRuns(line: string): Map<number, number> {
  const runs = [...line.matchAll(/`+/g)].map((run) => ({ at: run.index, length: run[0].length }));
  const next = new Map<number, number>();
  const closes = new Map<number, number>();
  for (const { at, length } of runs.toReversed()) {
    const close = next.get(length);
    if (close !== undefined) closes.set(at, close);
    next.set(length, at);
  }
  return closes;
}

function runLength(line: string, at: number): number {
  let end = at;
  while (line[end] === '`') end += 1;
  return end - at;
}
