import { commentMarks } from './comment-marks.ts';
import { findOccurrences } from './find-occurrences.ts';
import type { QuoteLine } from './quote-reading.ts';
import { resemblance } from './resemblance.ts';
import { contentLength, squeeze } from './squeeze.ts';

/** Letters and digits that a part of a line needs to stand for the line. */
const enoughForPart = 20;
const enoughBeforeComment = 4;
const enoughAroundDots = 6;
/** From where on two lines are one line with characters altered. */
const alteredLikeness = 0.8;
/** Characters up to which a line is looked at for remarks and dots; code that people write is shorter. */
const longestReadLine = 2000;

/** Arrows that reviewers put behind a line to point at it; no language has them as operators. */
const arrows = ['←', '<--'];

/** A line of the file: as it is, and as it is compared. */
export interface Candidate {
  raw: string;
  squeezed: string;
}

/** How quoted lines of one file may differ from the lines they stand for. */
export class LineLikeness {
  readonly #notes: RegExp;

  constructor(path: string) {
    const marks = [...commentMarks(path), ...arrows].map((mark) => mark.replace(/[{/*-]/g, '\\$&'));
    this.#notes = new RegExp(`\\s(?:${marks.join('|')})`, 'g');
  }

  /**
   * A test for lines of the file that a quoted line stands for though it is written otherwise: shortened within by
   * dots, with the reviewer's remark behind it, without the file's own comment, or a part of a long line.
   */
  loosely(line: QuoteLine): (candidate: Candidate) => boolean {
    const { squeezed } = line;
    const pieces = piecesAroundDots(squeezed);
    const codes = new Set(this.#codeBeforeNotes(line.text));
    const mayBePart = contentLength(squeezed) >= enoughForPart;
    return (candidate) =>
      codes.has(candidate.squeezed) ||
      (candidate.squeezed.startsWith(squeezed) && this.#codeBeforeNotes(candidate.raw).includes(squeezed)) ||
      (mayBePart && findOccurrences(squeezed, candidate.squeezed, 1).length > 0) ||
      (pieces !== null && holdsInOrder(candidate.squeezed, pieces));
  }

  #codeBeforeNotes(text: string): string[] {
    if (text.length > longestReadLine) return [];
    return [...text.matchAll(this.#notes)]
      .map((match) => squeeze(text.slice(0, match.index)))
      .filter((code) => contentLength(code) >= enoughBeforeComment);
  }
}

/** Whether the two are one line, with some characters altered on the way; its numbers and operators are none of these. */
export function isAltered(quoted: string, candidate: string): boolean {
  if (numbersAndOperators(quoted) !== numbersAndOperators(candidate)) return false;
  const [short, long] = [
    Math.min(quoted.length, candidate.length),
    Math.max(quoted.length, candidate.length),
  ];
  return short >= 8 && long <= 2 * short && long <= 1000 && resemblance(quoted, candidate) >= alteredLikeness;
}

function numbersAndOperators(squeezed: string): string {
  return squeezed.replace(/[^\d!<>=&|+*/%^~-]/g, '');
}

function piecesAroundDots(squeezed: string): string[] | null {
  if (squeezed.length > longestReadLine) return null;
  const pieces = squeezed.split(/\.{3,}/);
  return pieces.length > 1 && contentLength(pieces.join('')) >= enoughAroundDots ? pieces : null;
}

/** The pieces in order, the first at the start, the last at the end; closing brackets alone need not follow. */
function holdsInOrder(candidate: string, pieces: readonly string[]): boolean {
  const [first = '', ...rest] = pieces;
  const last = rest.pop() ?? '';
  if (!candidate.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = candidate.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return contentLength(last) === 0 || (candidate.endsWith(last) && candidate.length - last.length >= at);
}
