import type { FilePatchView } from '../patch-view.ts';

/** Most characters of one file that are looked at. */
const longestText = 400_000;

/**
 * The words of a patch's added and removed lines, in lower case: `retryCount`, `RETRY_COUNT` and `HTTPRetry` all
 * have `retry` in them. ASCII letters only.
 */
export function changedWords(view: FilePatchView | undefined): Set<string> {
  const words = new Set<string>();
  let left = longestText;
  for (const line of view?.lines ?? []) {
    const text = /^ *\d+\|[+-](.*)$/s.exec(line)?.[1];
    if (text === undefined) continue;
    left -= text.length;
    if (left < 0) break;
    for (const [word] of text.matchAll(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]/g)) words.add(word.toLowerCase());
  }
  return words;
}
