/**
 * Writes the lines between `@@each a,b c,d` and `@@end` once for each word, with `{0}`, `{1}` … for the word's parts:
 * for files that are long because a machine made them.
 */
export function expandLoops(text: string): string {
  return text.replace(/^@@each (.+)\n([\s\S]*?)^@@end\n/gm, (_, words: string, body: string) =>
    words
      .split(' ')
      .map((word) => fill(body, word.split(',')))
      .join(''),
  );
}

function fill(body: string, parts: readonly string[]): string {
  return body.replace(/\{(\d)\}/g, (match, digit: string) => parts[Number(digit)] ?? match);
}
