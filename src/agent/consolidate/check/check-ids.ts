import type { ProseFacts } from './prose-facts.ts';
import { readable } from './sentences.ts';

/** With a letter that looks like one of an id, and with the short name behind the dot. */
const idLike = /(?<![A-Za-z0-9])([CISl])[ -]?(\d+)(?:·([0-9a-z]+))?(?![A-Za-z0-9])/gi;
/** An id, or an ordinal. */
const allowed = /^(?:[CIS]\d+|\d+(?:st|nd|rd|th))$/;
const numbered =
  /\b(?:criticals?|important|suggestions?|findings?|issues?|problems?|defects?)\s+(?:number\s+|no\.?\s*|#)?\d+/gi;

/** Every id has to be that of a published finding, written as the report writes it. */
export function checkIds(text: string, { brief, given }: ProseFacts): string[] {
  const plain = readable(text);
  const known = new Map(brief.findings.map(({ label, shortId }) => [label, shortId]));
  const unknown = [...plain.matchAll(idLike)].flatMap(([written, letter = '', number = '', shortId]) => {
    if (/[cisl]/.test(letter) && hasWord(given, written)) return [];
    const own = written.startsWith(`${letter}${number}`) ? known.get(`${letter}${number}`) : undefined;
    return own !== undefined && (shortId === undefined || shortId === own) ? [] : [written];
  });
  const counted = [...plain.matchAll(numbered)].map(([written]) => written);
  const ranges = [...plain.matchAll(/[CIS]\d+\s*[-–—]\s*[CIS]?\d+/g)].map(([written]) => written);
  const mixed = [...plain.matchAll(/[A-Za-z0-9]+/g)].map(([word]) => word);
  const glued = mixed.filter(
    (word) => /[A-Za-z]\d|\d[A-Za-z]/.test(word) && !allowed.test(word) && !hasWord(given, word),
  );
  return [
    ...glued
      .filter((word) => ![...known.values()].includes(word))
      .map((word) => `\`${word.slice(0, 60)}\` is neither an id nor a word.`),
    ...unknown.map((id) => `\`${id}\` is the id of no finding in the list.`),
    ...[...counted, ...ranges].map(
      (words) => `name findings by their ids, each whole, instead of \`${words}\`.`,
    ),
  ];
}

function hasWord(given: string, word: string): boolean {
  for (let at = given.indexOf(word); at >= 0; at = given.indexOf(word, at + 1))
    if (!/[A-Za-z0-9]/.test(`${given[at - 1] ?? ' '}${given[at + word.length] ?? ' '}`)) return true;
  return false;
}
