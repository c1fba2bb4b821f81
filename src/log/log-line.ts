import { makeVisibleLine, showCodePoint } from '../domain/visible-text.ts';

/** Any text → one line of a log that nothing takes for more than text: hidden characters and commands are shown. */
export function makeLogLine(text: string): string {
  return breakCommands(makeVisibleLine(text));
}

/** The same for a text of several lines. */
export function makeLogLines(text: string): string {
  return text.split('\n').map(makeLogLine).join('\n');
}

/**
 * Takes the commands out of a text of several lines and leaves all else as it is. A runner of CI obeys `::` where a line
 * begins, be it behind blanks, and `##[…]` and `##vso[…]` wherever in a line they stand.
 */
export function breakCommands(text: string): string {
  return text
    .replace(/^([^\S\n]*):(?=:)/gm, (_, blanks: string) => `${blanks}${showCodePoint(':')}`)
    .replace(/##(?=\w*\[)/g, `#${showCodePoint('#')}`);
}
