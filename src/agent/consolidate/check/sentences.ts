/** Stands for a code span, whose words are no words of the writer. */
export const codeMark = '▯';

const codeSpan = /`([^`\n]+)`/g;
/** Ends that are no end of a sentence. */
const abbreviation = /(?:^|[\s("'])(?:e\.g|i\.e|etc|vs|cf|no|nos|approx|resp|incl|fig|al|ca|[a-z])\.$/i;

/** What stands in code spans. */
export function codeSpans(text: string): string[] {
  return [...text.matchAll(codeSpan)].map(([, content = '']) => content);
}

/** The text as it is read: one line, without code and the marks of emphasis, compatible characters as one. */
export function readable(text: string): string {
  return text
    .replace(codeSpan, codeMark)
    .normalize('NFKC')
    .replace(/[*~\\]/g, '')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '')
    .replace(/[’‘]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}

/** A readable text's sentences. What could be the end of one and might not be is none. */
export function sentencesOf(readableText: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const end of readableText.matchAll(/[.!?]["')\]]*\s+(?=["'([]*[A-Z0-9▯])/g)) {
    if (abbreviation.test(readableText.slice(start, end.index + 1))) continue;
    sentences.push(readableText.slice(start, end.index + end[0].length).trim());
    start = end.index + end[0].length;
  }
  return [...sentences, readableText.slice(start)].filter((sentence) => sentence !== '');
}

/** Ids of findings in a readable text, as they are written. */
export function idsIn(readableText: string): string[] {
  return [...readableText.matchAll(/(?<![A-Za-z0-9])([CIS]\d+)(?![A-Za-z0-9])/g)].map(([, id = '']) => id);
}

/** Letters of reviewers: `[A]`. */
export function lettersIn(text: string): string[] {
  return [...text.matchAll(/\[([A-Za-z]{1,3})\]/g)].map(([, letter = '']) => letter);
}
