import { showCodePoint } from '../../domain/visible-text.ts';

const marker = /<!--(\s*)deep-review:/gi;
const command = /^\/(?=[a-z])/gim;

/**
 * Written Markdown for a comment, without what programs look for in its raw text, be it in code: markers and blocks of
 * ours, and commands of bots at the beginning of a line. Our own markers are put around it afterwards.
 */
export function disarm(markdown: string): string {
  return markdown
    .replace(marker, (_, blanks: string) => `<!--${blanks}deep-review${showCodePoint(':')}`)
    .replace(command, ' /');
}

/** Whether a text would be changed by that: code that must stay as it is cannot be shown then. */
export function isDisarmed(text: string): boolean {
  return disarm(text) === text;
}
