/**
 * The one sanitiser of text from a pull request or a model: characters a reader cannot see, or that change how
 * others are shown, are printed as ⟦U+XXXX⟧, never dropped. Running it twice changes nothing more.
 */

/** Control, format, private-use, unassigned and surrogate code points, all that fonts draw as nothing, line separators. */
const hidden = /(?![\t\n])[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

/** An emoji followed by the one selector that asks for its coloured form: what every phone types. */
const emojiPresentation = /(?<=\p{Extended_Pictographic})\ufe0f(?!\ufe0f)/u;

export interface VisibleTextOptions {
  /** Keep CR before LF as it is (files with Windows line ends); default true. */
  keepCarriageReturn?: boolean;
}

/** Makes hidden characters visible. TAB and LF stay; CR LF stays unless told otherwise. */
export function makeVisible(text: string, options: VisibleTextOptions = {}): string {
  const keepCarriageReturn = options.keepCarriageReturn ?? true;
  return text.replace(hidden, (character, offset: number) => {
    if (keepCarriageReturn && character === '\r' && text[offset + 1] === '\n') return character;
    if (character === '\ufe0f' && emojiPresentation.test(text.slice(Math.max(0, offset - 2), offset + 2)))
      return character;
    return showCodePoint(character);
  });
}

/** As `makeVisible`, for a single line: line feeds and tabs become visible too, runs of blanks stay. */
export function makeVisibleLine(text: string): string {
  return makeVisible(text, { keepCarriageReturn: false }).replace(/[\n\t]/g, showCodePoint);
}

/** `⟦U+003A⟧`: how a character is shown that must not stand there as itself. */
export function showCodePoint(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟦U+${code.toString(16).toUpperCase().padStart(4, '0')}⟧`;
}
