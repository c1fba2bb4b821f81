import { createHash } from 'node:crypto';

export interface FingerprintInput {
  path: string;
  /** Name of the enclosing function, method or type; empty when unknown. */
  symbol: string;
  quote: string;
}

/**
 * Names a defect without its prose and without line numbers, so that rewording and moving code keep the name.
 * 64 hexadecimal digits. White space in the quote does not count.
 */
export function fingerprint(input: FingerprintInput): string {
  const quote = input.quote
    .split('\n')
    .map((line) => line.replace(/\s+/g, ''))
    .filter((line) => line !== '')
    .join('\n');
  return createHash('sha256')
    .update(JSON.stringify([input.path, input.symbol, quote]))
    .digest('hex');
}

/**
 * Short names for fingerprints: the first four digits, or as many more as tell them apart. Equal fingerprints
 * (two defects in the same lines) are told apart by their order, `a3f9`, `a3f9-2`.
 */
export function shortIds(fingerprints: readonly string[]): string[] {
  const distinct = [...new Set(fingerprints)];
  const lengths = new Map<string, number>();
  for (const one of distinct) {
    let length = 4;
    while (
      length < one.length &&
      distinct.some((other) => other !== one && other.startsWith(one.slice(0, length)))
    )
      length += 1;
    lengths.set(one, length);
  }
  const seen = new Map<string, number>();
  return fingerprints.map((one) => {
    const count = (seen.get(one) ?? 0) + 1;
    seen.set(one, count);
    const short = one.slice(0, lengths.get(one));
    return count === 1 ? short : `${short}-${count}`;
  });
}
