const stopWords = new Set(
  `a an and are as at be been but by can could does for from has have if in into is it its may no not of on only or
  so than that the their then there these this to was when where which will with would`.split(/\s+/),
);

/**
 * The words of a text, lower case, without the most common ones. Identifiers count whole and in their parts:
 * `waitForPod` gives waitforpod, wait, pod.
 */
export function tokenize(text: string): Set<string> {
  const tokens = new Set<string>();
  for (const [word] of text.matchAll(/[\p{L}\p{N}_$]+/gu)) {
    add(tokens, word);
    const parts = word.split(/[_$]+|(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})/u);
    if (parts.length > 1) for (const part of parts) add(tokens, part);
  }
  return tokens;
}

/** Shared tokens over all tokens of both, 0 to 1; 0 when either is empty. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const token of small) if (large.has(token)) shared += 1;
  return shared / (a.size + b.size - shared);
}

function add(tokens: Set<string>, word: string): void {
  const token = word.toLowerCase();
  if (token.length > 1 && !stopWords.has(token)) tokens.add(token);
}
