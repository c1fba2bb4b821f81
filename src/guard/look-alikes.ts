import type { Observation } from './hit.ts';

/** Letters of other alphabets that are drawn as a Latin one. Greek ones that formulas use beside Latin are left out. */
const lookAlikes: ReadonlyMap<string, string> = new Map(
  [
    ['а', 'a'],
    ['е', 'e'],
    ['о', 'o'],
    ['р', 'p'],
    ['с', 'c'],
    ['у', 'y'],
    ['х', 'x'],
    ['і', 'i'],
    ['ј', 'j'],
    ['ѕ', 's'],
    ['һ', 'h'],
    ['ԛ', 'q'],
    ['ԝ', 'w'],
    ['ѵ', 'v'],
    ['ӏ', 'l'],
    ['ԁ', 'd'],
    ['А', 'A'],
    ['В', 'B'],
    ['Е', 'E'],
    ['К', 'K'],
    ['М', 'M'],
    ['Н', 'H'],
    ['О', 'O'],
    ['Р', 'P'],
    ['С', 'C'],
    ['Т', 'T'],
    ['У', 'Y'],
    ['Х', 'X'],
    ['І', 'I'],
    ['Ј', 'J'],
    ['Ѕ', 'S'],
    ['ο', 'o'],
    ['ϲ', 'c'],
    ['ϳ', 'j'],
    ['Α', 'A'],
    ['Β', 'B'],
    ['Ε', 'E'],
    ['Ζ', 'Z'],
    ['Η', 'H'],
    ['Ι', 'I'],
    ['Κ', 'K'],
    ['Μ', 'M'],
    ['Ν', 'N'],
    ['Ο', 'O'],
    ['Ρ', 'P'],
    ['Τ', 'T'],
    ['Υ', 'Y'],
    ['Χ', 'X'],
  ].map(([other = '', latin = '']): [string, string] => [other, latin]),
);

/** Words of Latin letters in which a letter of another alphabet passes for a Latin one. */
export function findLookAlikes(line: string): Observation[] {
  if (!/[\u0370-\u052f]/.test(line)) return [];
  const found: Observation[] = [];
  for (const match of line.matchAll(/[\p{L}\p{N}_$]{2,200}/gu)) {
    const [word] = match;
    const foreign = [...word].filter((character) => /[^\p{ASCII}]/u.test(character));
    const latin = [...word].filter((character) => /[A-Za-z]/.test(character));
    if (foreign.length === 0 || latin.length < 2 || latin.length < foreign.length) continue;
    if (!foreign.every((character) => lookAlikes.has(character))) continue;
    const code = (foreign[0]?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    found.push({
      rule: 'look-alike',
      at: match.index,
      detail: `U+${code} stands for ${lookAlikes.get(foreign[0] ?? '')}`,
    });
  }
  return found;
}
