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

/** Names that were given before. */
export interface GivenNames {
  /** By its place in the list: the name that a fingerprint has inherited. */
  inherited: ReadonlyMap<number, string>;
  /** All that earlier rounds gave; none of them may come to mean something else. */
  taken: ReadonlySet<string>;
}

const noNames: GivenNames = { inherited: new Map(), taken: new Set() };

/**
 * Short names for fingerprints: the one inherited, else the first four digits, or as many more as tell them apart.
 * Equal fingerprints (two defects in the same lines) are told apart by their order, `a3f9`, `a3f9-2`.
 */
export function shortIds(fingerprints: readonly string[], given: GivenNames = noNames): string[] {
  const used = new Set([...given.inherited.values(), ...given.taken]);
  const unnamed = new Set(fingerprints.filter((_, at) => !given.inherited.has(at)));
  const beginnings = new Map([...unnamed].map((one) => [one, distinctBeginning(one, unnamed, used)]));
  return fingerprints.map((one, at) => {
    const inherited = given.inherited.get(at);
    if (inherited !== undefined) return inherited;
    const beginning = beginnings.get(one) ?? one;
    let name = beginning;
    for (let count = 2; used.has(name); count += 1) name = `${beginning}-${count}`;
    used.add(name);
    return name;
  });
}

function distinctBeginning(one: string, others: ReadonlySet<string>, used: ReadonlySet<string>): string {
  const isTaken = (beginning: string) =>
    [...others].some((other) => other !== one && other.startsWith(beginning)) ||
    [...used].some((name) => name.startsWith(beginning));
  let length = 4;
  while (length < one.length && isTaken(one.slice(0, length))) length += 1;
  return one.slice(0, length);
}
