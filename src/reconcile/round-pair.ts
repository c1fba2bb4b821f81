import type { EarlierFinding, FileDiff } from '../domain/change.ts';
import type { RawFinding } from '../domain/finding.ts';
import { type Location, locationsOverlap } from '../domain/location.ts';
import type { RoundRules } from './round-rules.ts';

export interface RoundPair {
  /** Likeness of their words, and what equal code and an equal symbol add; 0 to 1. */
  score: number;
  /** Whether they share a file, also one that the change renamed, or a text that is in no file. */
  isSameFile: boolean;
  /** Whether one quote holds the other, or they share lines. */
  isSameCode: boolean;
  isSameSymbol: boolean;
  isSameFingerprint: boolean;
  reason: string;
}

export interface RoundPairInput {
  earlier: EarlierFinding;
  finding: RawFinding;
  /** Of the finding's cluster; empty for none. */
  symbol: string;
  /** The finding's own fingerprint. */
  print: string;
  /** Of their words, 0 to 1. */
  likeness: number;
  /** Changed files, with their old names. */
  files: readonly Pick<FileDiff, 'path' | 'oldPath'>[];
  /** Where the earlier finding's code is, or would be, today. */
  places: readonly Location[];
  rules: Pick<RoundRules, 'code' | 'symbol'>;
}

/** Letters and digits that a quote needs to say anything. */
const leastQuote = 12;

/** How much a finding of this run and one of an earlier round are alike. */
export function weighRoundPair(input: RoundPairInput): RoundPair {
  const { earlier, finding, symbol, print, likeness, rules } = input;
  const isSameFile = shareFile(input);
  const isSameCode =
    shareQuote(earlier.quote, finding.claim.quote) ||
    finding.locations.some((own) => input.places.some((place) => locationsOverlap(own, place)));
  const isSameSymbol = isSameFile && symbol !== '' && symbol === earlier.symbol;
  const added = (isSameCode ? rules.code : 0) + (isSameSymbol ? rules.symbol : 0);
  const shared = [
    isSameFile ? 'same file' : 'other files',
    ...(isSameSymbol ? ['same symbol'] : []),
    ...(isSameCode ? ['same code'] : []),
  ];
  return {
    score: Math.min(1, likeness + added),
    isSameFile,
    isSameCode,
    isSameSymbol,
    isSameFingerprint: print === earlier.fingerprint,
    reason: `${shared.join(', ')}, ${Math.round(likeness * 100)} % alike`,
  };
}

function shareFile({ earlier, finding, files }: RoundPairInput): boolean {
  if (finding.gate.outcome === 'stands-in-text') return finding.gate.text === earlier.about;
  const names = new Set(finding.locations.map(({ path }) => path));
  for (const { path, oldPath } of files) if (oldPath !== null && names.has(path)) names.add(oldPath);
  return earlier.locations.some(({ path }) => names.has(path));
}

/** Whether one holds the other, white space aside. */
function shareQuote(a: string, b: string): boolean {
  const [one, other] = [a, b].map((quote) => quote.replace(/\s+/g, ''));
  if (one === undefined || other === undefined) return false;
  const shorter = one.length <= other.length ? one : other;
  const content = shorter.replace(/[^\p{L}\p{N}]/gu, '').length;
  return content >= leastQuote && (one.includes(other) || other.includes(one));
}
