export interface InlineSegment {
  code: boolean;
  text: string;
}

/** Splits one line into plain text and code spans; nothing else of Markdown is read. Spans lose one padding space. */
export function splitInlineCode(line: string): InlineSegment[] {
  const segments: InlineSegment[] = [];
  const fences = [...line.matchAll(/`+/g)];
  const closers = indexClosers(fences.map((fence) => fence[0].length));
  let from = 0;
  for (let at = 0; at < fences.length; at += 1) {
    const open = fences[at];
    const close = fences[closers[at] ?? -1];
    if (open === undefined || close === undefined) continue;
    const inner = line.slice(open.index + open[0].length, close.index);
    if (inner.trim() === '') continue;
    if (open.index > from) segments.push({ code: false, text: line.slice(from, open.index) });
    segments.push({ code: true, text: /^ .* $/.test(inner) ? inner.slice(1, -1) : inner });
    from = close.index + close[0].length;
    at = closers[at] ?? at;
  }
  if (from < line.length) segments.push({ code: false, text: line.slice(from) });
  return segments;
}

/** For each run of backticks the index of the next run of the same length; undefined for none. */
function indexClosers(lengths: readonly number[]): (number | undefined)[] {
  const next = new Map<number, number>();
  const closers: (number | undefined)[] = new Array(lengths.length).fill(undefined);
  for (let at = lengths.length - 1; at >= 0; at -= 1) {
    const length = lengths[at] ?? 0;
    closers[at] = next.get(length);
    next.set(length, at);
  }
  return closers;
}
