/** Paths here are byte strings: one character per byte, as latin1 decodes them. */

const letters: Readonly<Record<string, string>> = {
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '"': '"',
  '\\': '\\',
};
const bytes: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(letters).map(([byte, letter]) => [letter, byte]),
);

export interface QuoteOptions {
  /** Quotes also where git would print the path as it is. */
  always?: boolean;
  /** Bytes from 0x80 stand as they are (`core.quotePath=false`). */
  keepHighBytes?: boolean;
}

/** A path as git prints it in a patch: as it is, or as a C string when it holds a byte that needs one. */
export function quotePath(path: string, options: QuoteOptions = {}): string {
  const special = options.keepHighBytes === true ? /[\x00-\x1f"\\\x7f]/g : /[\x00-\x1f"\\\x7f-\xff]/g;
  const quoted = path.replace(special, (byte) => {
    const letter = letters[byte];
    return `\\${letter ?? byte.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  return options.always === true || quoted !== path ? `"${quoted}"` : path;
}

/** Reads a C string that starts at `at`: the bytes, and where it ends. null when it is not one. */
export function unquotePath(text: string, at = 0): { path: string; end: number } | null {
  const match = /"((?:[^"\\\n]|\\[abtnvfr"\\]|\\[0-3][0-7]{2})*)"/y;
  match.lastIndex = at;
  const found = match.exec(text);
  if (found === null) return null;
  const path = (found[1] ?? '').replace(/\\([0-3][0-7]{2}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (bytes[code] ?? ''),
  );
  return { path, end: match.lastIndex };
}
