/** What every picture says in words, for those who cannot see it. */
export interface PictureText {
  /** Unique on the page; letters, digits and hyphens. */
  id: string;
  heading: string;
  /** Everything the picture shows, in sentences. */
  description: string;
}

/** A number as an attribute: at most two digits behind the point. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The end of a path that fits: `…/cache/store_test.go`. */
export function endOfPath(path: string, most: number): string {
  const characters = [...path];
  if (characters.length <= most) return path;
  const end = characters.slice(1 - most).join('');
  const slash = end.indexOf('/');
  return `…${slash > 0 && slash < most / 2 ? end.slice(slash) : end}`;
}
