import { createHash } from 'node:crypto';

/** Nobody can write a text that ends its own enclosure: the mark is made of all that it encloses. */
export function markFor(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
}

/** Says to a model where text of others begins and ends. */
export function encloseText(text: string, mark: string): string {
  return `⟦data ${mark}⟧\n${text}\n⟦end ${mark}⟧`;
}
