import { makeVisibleLine, showCodePoint } from '../domain/visible-text.ts';

/**
 * Any text → one line of a log that nothing takes for more than text. Hidden characters are shown; so is what a
 * runner of CI obeys: `::` where a line begins, `##[…]` and `##vso[…]` wherever in a line they stand.
 */
export function makeLogLine(text: string): string {
  return makeVisibleLine(text)
    .replace(/^(\s*):(?=:)/, (_, blanks: string) => `${blanks}${showCodePoint(':')}`)
    .replace(/##(?=\w*\[)/g, `#${showCodePoint('#')}`);
}

/** The same for a text of several lines. */
export function makeLogLines(text: string): string {
  return text.split('\n').map(makeLogLine).join('\n');
}
