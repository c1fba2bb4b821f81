/** `a/b.go`, `a/b.go:12-14`, `b.go:12`, `b.go`. */
const placeLike =
  /[\w@+~.-]*\w(?:\/[\w@+~.-]*\w)+(?::\d+(?:[-–]\d+)?)?|[\w-]+(?:\.[\w-]+)*\.[a-z][a-z0-9]{0,9}(?![\w.])(?::\d+(?:[-–]\d+)?)?|\w[\w.-]*:\d+(?:[-–]\d+)?/gi;
const longestWord = 500;

/** What looks like a path, with its lines and without. Words are looked at one by one, and only those that could be one. */
export function placesIn(text: string): Set<string> {
  const places = new Set<string>();
  for (const [whole] of text.matchAll(/\S+/g)) {
    const word = whole.slice(0, longestWord).replace(/[.,;:!?)\]"'*_]{1,20}$/, '');
    if (!/[/.:]/.test(word)) continue;
    for (const [place] of word.matchAll(placeLike)) {
      places.add(place);
      const [, path] = /^(.+):\d+(?:[-–]\d+)?$/.exec(place) ?? [];
      if (path !== undefined) places.add(path);
    }
  }
  return places;
}
