import { GitError } from '../../errors.ts';

/** Walks over the lines of a patch, knows the number of the next one, and names it in errors. */
export class LineReader {
  /** Number of the next line, from 1. */
  line: number;
  readonly #text: string;
  #at = 0;

  /** `line`: number of the text's first line in what the reader knows as the patch. */
  constructor(text: string, line = 1) {
    this.#text = text;
    this.line = line;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Whether the next line starts so. */
  startsWith(prefix: string): boolean {
    return this.#text.startsWith(prefix, this.#at);
  }

  /** The next line without its line feed. Throws `GitError` when there is none, or it was cut off. */
  take(): string {
    if (this.ended) throw this.error('the patch ends too early');
    const end = this.#text.indexOf('\n', this.#at);
    if (end < 0) throw this.error('the patch ends within a line');
    const line = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    this.line += 1;
    return line;
  }

  /** As `take`, for a line of which only the first character matters; empty for an empty line. */
  takeFirst(): string {
    if (this.ended) throw this.error('the patch ends too early');
    const end = this.#text.indexOf('\n', this.#at);
    if (end < 0) throw this.error('the patch ends within a line');
    const first = end === this.#at ? '' : this.#text.charAt(this.#at);
    this.#at = end + 1;
    this.line += 1;
    return first;
  }

  /** What follows `prefix` on the next line; null, and nothing is taken, when it starts otherwise. */
  takeAfter(prefix: string): string | null {
    return this.startsWith(prefix) ? this.take().slice(prefix.length) : null;
  }

  /** Takes the next line, which can be only this one. */
  expect(expected: string): void {
    const line = this.line;
    if (this.take() !== expected) throw this.error(`expected ${excerpt(expected)}`, line);
  }

  /** For the caller to throw; names the next line unless told another. */
  error(what: string, line: number = this.line): GitError {
    return new GitError(`the patch cannot be read: line ${line}: ${what}`, {
      hint: 'it must be what `git diff --full-index --src-prefix=a/ --dst-prefix=b/` prints, complete',
    });
  }
}

/** For messages: printable, and short whatever the input. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text).replace(
    /[\x7f-\x9f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}
