import { stem } from './stem.ts';

const stopWords = new Set(
  `a an and are as at be been but by can could does for from has have if in into is it its may no not of on only or
  so than that the their then there these this to was when where which will with would`.split(/\s+/),
);

/** A `tokenize` that remembers words, for many texts of one subject. */
export function createTokenizer(): (text: string) => string[] {
  const known = new Map<string, readonly string[]>();
  return (text) => {
    const tokens: string[] = [];
    for (const [word] of text.matchAll(/[\p{L}\p{N}_$]+/gu)) {
      const parts = known.get(word) ?? tokensOf(word);
      known.set(word, parts);
      tokens.push(...parts);
    }
    return tokens;
  };
}

/**
 * The words of a text in order, lower case and stemmed, without the most common ones. Identifiers count whole and in
 * their parts: `waitForPod` gives waitforpod, wait, pod.
 */
export function tokenize(text: string): string[] {
  return createTokenizer()(text);
}

function tokensOf(word: string): string[] {
  const parts = word.split(/[_$]+|(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})/u);
  return (parts.length > 1 ? [word, ...parts] : [word])
    .map((part) => part.toLowerCase())
    .filter((token) => token.length > 1 && !stopWords.has(token))
    .map(stem);
}

/** All runs of three characters of a text's words, each word set off by blanks. */
export function trigrams(text: string): Set<string> {
  const found = new Set<string>();
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    const padded = `  ${word} `;
    for (let at = 0; at + 3 <= padded.length; at += 1) found.add(padded.slice(at, at + 3));
  }
  return found;
}
