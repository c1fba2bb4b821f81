/** A Markdown code span around the text, with a fence no run of backticks inside can close. Lines are joined. */
export function codeSpan(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ');
  const fence = '`'.repeat(longestRun(line, '`') + 1);
  const padding = /^`|`$|^ .* $/.test(line) || line.trim() === '' ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}

/** Languages of blocks that a forge offers to apply, or draws instead of showing. */
const acting = /^(?:suggestion|mermaid|geojson|topojson|stl|math)/i;

/**
 * A fenced Markdown code block, its fence longer than any inside. The language is reduced to plain characters, and left
 * out where a forge would do more than show the text.
 */
export function fencedBlock(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text, '`') + 1));
  const name = language.replace(/[^\w+#.-]/g, '');
  const info = acting.test(name) ? '' : name;
  return `${fence}${info}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/** Length of the longest run of one character. */
export function longestRun(text: string, character: string): number {
  let longest = 0;
  let run = 0;
  for (const one of text) {
    run = one === character ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}
