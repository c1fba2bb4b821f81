import { formatLocation, type Location } from '../../domain/location.ts';
import type { References } from '../text/references.ts';

const named = /[\w@+~./-]*[\w~+-](?::\d{1,9}(?:[-–]\d{1,9})?|#L\d{1,9}(?:-L\d{1,9})?)/g;

/** The places that the texts name and that exist, each once, in the order of their first mention. */
export function mentionedPlaces(texts: readonly string[], references: References): Location[] {
  const places = new Map<string, Location>();
  for (const text of texts)
    for (const word of text.matchAll(/\S+/g)) {
      if (word[0].length > 500) continue;
      for (const match of word[0].matchAll(named)) {
        const place = references.find(match[0]);
        if (place !== null) places.set(formatLocation(place), place);
      }
    }
  return [...places.values()];
}
