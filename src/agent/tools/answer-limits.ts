/** What one answer may hold. Whatever is left out is said, and how to get it. Lengths are UTF-16 units. */
export const answerLimits = {
  answerLength: 60_000,
  /** Of a file in one answer. */
  lines: 1_000,
  /** Of one line in a file or a patch. */
  lineLength: 2_000,
  /** Of one line among search results. */
  matchLength: 300,
  entries: 1_000,
  matches: 150,
  /** Larger files are neither opened nor searched: bytes. */
  fileBytes: 8 * 2 ** 20,
  history: 100,
  blamedLines: 400,
} as const;
