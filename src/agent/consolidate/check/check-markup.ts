import { codeMark } from './sentences.ts';

const forbidden: readonly [RegExp, string][] = [
  // Before a mark of code it makes text of what these checks take for code.
  [/\\/, 'it has a backslash outside of code'],
  [/`/, 'code spans are single, closed and on one line'],
  [/⟦|⟧/, 'it has characters that cannot be seen, or marks of the enclosure'],
  [/<[a-z!/?]/i, 'it has HTML'],
  [/&[#\w]+;/, 'it has HTML entities'],
  [/:\/\/|\bwww\.|\bmailto:|\b\w+@\w/i, 'it has an address'],
  [/!\[|\]\(|\]\[|\]:/, 'it has a link or an image'],
  [/\[(?![A-Za-z]{1,3}\])|(?<!\[[A-Za-z]{1,3})\]/, 'square brackets are for the letters of reviewers only'],
  [/@\w/, 'it mentions somebody'],
  [/#\w|\bGH-\d/i, 'it refers to an issue or a pull request'],
  [/\$/, 'it has a formula'],
  [/^\s*(?:#|>|\||::|[-*+]\s|\d+[.)]\s|\/[a-z]|(?:[-=_*]\s*){3,}$)/im, 'it is more than plain paragraphs'],
  [/\||~~~/, 'it has a table or a block of code'],
  [/^(?: {4}|\t)/m, 'it has a block of code'],
  [/:[a-z][a-z0-9_+-]*:/i, 'it has a picture character'],
];

/** Only paragraphs with emphasis and code spans may stand in a text; links, images, HTML and mentions never. */
export function checkMarkup(text: string): string[] {
  const outside = text.replace(/(?<!`)`(?!\s)[^`\n]+(?<!\s)`(?!`)/g, codeMark);
  return forbidden.flatMap(([pattern, problem]) => (pattern.test(outside) ? [`${problem}.`] : []));
}

/** Letters and digits that look like others could say what no check reads. */
export function checkCharacters(text: string, given: string): string[] {
  const plain = text.normalize('NFKC');
  const strange = [...plain.matchAll(/[\p{L}\p{M}\p{N}]+/gu)]
    .map(([word]) => word)
    .filter((word) => /[^A-Za-z0-9À-ÖØ-öø-ÿ]/u.test(word) && !given.includes(word));
  if (/(?![0-9])\p{N}/u.test(text)) strange.push('digits of another kind');
  return strange.length === 0
    ? []
    : [`it has letters or digits of another script: ${strange.slice(0, 3).join(', ').slice(0, 100)}.`];
}
