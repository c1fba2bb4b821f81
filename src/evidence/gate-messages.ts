import type { ClaimedLocation, NearestLines } from '../domain/finding.ts';
import type { LineRange, Location, Side } from '../domain/location.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { claimedLines, formatLines } from './claimed-lines.ts';
import type { QuoteLookup } from './find-quote.ts';

const longestPathShown = 200;

export interface AcceptedFacts {
  location: Location;
  /** The claim's first location. */
  claimed: ClaimedLocation;
  stands: boolean;
  /** How the file was found; empty when the claim named it. */
  note: string;
  found: Extract<QuoteLookup, { outcome: 'found' }>;
  /** One sentence for each further location that does not exist. */
  lost: readonly string[];
}

/** What a reviewer is told about an accepted claim: where it stands, in what way, and what did not exist. */
export function acceptedMessage(facts: AcceptedFacts): string {
  const { location, claimed, stands, note, found, lost } = facts;
  const where = placeOf(location);
  const several = found.places > 1 && !stands ? `, the nearest of ${found.places} places` : '';
  const first = stands
    ? `The quote stands at ${where}`
    : `These lines are not at ${claimedPlace(claimed)}; they stand at ${where}${several}`;
  const remarks = found.remarks.map((remark) => `, ${remark}`).join('');
  const sentences = [`${first}${remarks}${note === '' ? '' : ` (${note})`}.`];
  if (found.reading.leftAside > 0)
    sentences.push(
      `${count(found.reading.leftAside, 'line')} of the other side in the quote were left aside.`,
    );
  return [...sentences, ...lost].join(' ');
}

/** What a reviewer is told when no lines of the file are those of the quote. */
export function refusedForLines(facts: {
  path: string;
  side: Side;
  nearest: NearestLines | null;
  note: string;
}): string {
  const { path, side, nearest, note } = facts;
  const start = `No such lines in ${showPath(path)} at the ${sideName(side)}`;
  const how = note === '' ? '' : ` (${note})`;
  if (nearest === null) return `${start}${how}; nothing in it resembles them.`;
  const { startLine, endLine } = nearest.location;
  const lines = nearest.lines.map((line, index) => `${startLine + index}: ${line}`);
  return `${start}${how}; nearest: ${formatLines({ start: startLine, end: endLine })}\n${lines.join('\n')}\n`;
}

/** What a reviewer is told when the quote could stand for many places and does not stand at the claimed one. */
export function refusedForLittle(
  claimed: ClaimedLocation,
  facts: { path: string; range: LineRange; places: number },
): string {
  const others = facts.places > 1 ? ` and ${count(facts.places - 1, 'more place')}` : '';
  return (
    `The quote has too little in it to tell its place by: it is not at ${claimedPlace(claimed)} but at ` +
    `${showPath(facts.path)}:${formatLines(facts.range)}${others}. Quote whole lines with code in them.`
  );
}

export function otherSideHint(location: Location): string {
  return ` They stand on the side "${location.side}", at ${placeOf(location)}.`;
}

/** Names a further location that was left out, and why. */
export function lostLocation(claimed: ClaimedLocation, why: string): string {
  return `Left out: ${claimedPlace(claimed)} (${why}).`;
}

export function showPath(path: string): string {
  return makeVisibleLine(path.length > longestPathShown ? `${path.slice(0, longestPathShown)}…` : path);
}

function claimedPlace(claimed: ClaimedLocation): string {
  return `${showPath(claimed.path)}:${formatLines(claimedLines(claimed))}${sideSuffix(claimed.side)}`;
}

function placeOf({ path, startLine, endLine, side }: Location): string {
  return `${showPath(path)}:${formatLines({ start: startLine, end: endLine })}${sideSuffix(side)}`;
}

function sideSuffix(side: Side): string {
  return side === 'base' ? ' (base)' : '';
}

function sideName(side: Side): string {
  return side === 'head' ? 'head' : 'merge base';
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
