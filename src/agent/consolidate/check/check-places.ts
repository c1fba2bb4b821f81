import { placesIn } from './places-in.ts';
import type { ProseFacts } from './prose-facts.ts';
import { codeSpans, readable } from './sentences.ts';

/** Names of code outside of code spans: `isRunning`, `max_size`, `close()`. */
const identifier = /(?<![\w.])(?:[a-z]+[A-Z]\w*|[A-Za-z]\w*_\w+|[A-Za-z]\w*\(\))/g;
const ordinary = /^(?:and\/or|either\/or|read\/write|input\/output|e\.g|i\.e)$/i;

/** Places and code may only be repeated from what the writer was given. */
export function checkPlaces(text: string, { given, places }: ProseFacts): string[] {
  const isKnown = (place: string) =>
    places.has(place) || [...places].some((one) => one.endsWith(`/${place}`));
  const unknownCode = codeSpans(text).filter((span) => !given.includes(span) && !isKnown(span));
  const unknown = [...placesIn(text.normalize('NFKC').replaceAll('`', ''))].filter(
    (place) => !ordinary.test(place) && !isKnown(place) && !unknownCode.some((span) => span.includes(place)),
  );
  const identifiers = [...readable(text).matchAll(identifier)].map(([name]) => name);
  const unknownNames = identifiers.filter((name) => !given.includes(name.replace('()', '')));
  return [...unknownCode, ...unknown, ...unknownNames].map(
    (place) => `\`${place.slice(0, 100)}\` stands nowhere in what you were given.`,
  );
}
