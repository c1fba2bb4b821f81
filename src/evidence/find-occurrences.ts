/** Below this product of lengths the built-in search is quick whatever the texts hold. */
const smallProduct = 50_000_000;

/** Where one text stands in another, ascending, overlaps included, up to a number; in linear time for any two texts. */
export function findOccurrences(text: string, whole: string, most: number): number[] {
  if (text === '') return [];
  return text.length * whole.length <= smallProduct
    ? findWithIndexOf(text, whole, most)
    : findWithPrefixes(text, whole, most);
}

function findWithIndexOf(text: string, whole: string, most: number): number[] {
  const occurrences: number[] = [];
  for (let from = whole.indexOf(text); from !== -1; from = whole.indexOf(text, from + 1)) {
    if (occurrences.push(from) >= most) break;
  }
  return occurrences;
}

/** Knuth, Morris and Pratt's search: the built-in one takes time by the product of the lengths on repetitive texts. */
function findWithPrefixes(text: string, whole: string, most: number): number[] {
  const borders = bordersOf(text);
  const occurrences: number[] = [];
  let matched = 0;
  for (let at = 0; at < whole.length; at += 1) {
    const code = whole.charCodeAt(at);
    while (matched > 0 && text.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (text.charCodeAt(matched) === code) matched += 1;
    if (matched < text.length) continue;
    if (occurrences.push(at + 1 - text.length) >= most) break;
    matched = borders[matched - 1] ?? 0;
  }
  return occurrences;
}

/** For each beginning of the text the length of its longest proper beginning that is also its end. */
function bordersOf(text: string): Int32Array {
  const borders = new Int32Array(text.length);
  let length = 0;
  for (let at = 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    while (length > 0 && text.charCodeAt(length) !== code) length = borders[length - 1] ?? 0;
    if (text.charCodeAt(length) === code) length += 1;
    borders[at] = length;
  }
  return borders;
}
