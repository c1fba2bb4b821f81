import type { Observation } from './hit.ts';

export interface CharacterContext {
  /** Whether the text begins a file: a byte order mark belongs there. */
  startsFile: boolean;
  /** Prose, where soft hyphens are typography. */
  prose: boolean;
  /** Translated texts, where marks of direction are ordinary. */
  translation: boolean;
}

const suspect = /[\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;
const joiningScripts =
  /[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Thaa}\p{scx=Nkoo}\p{scx=Adlm}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Bali}\p{scx=Java}]/u;
const unspacedScripts =
  /[\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Java}\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]/u;
const rightToLeft =
  /(?=\p{L})[\p{sc=Hebr}\p{sc=Arab}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}\p{sc=Samr}\p{sc=Mand}]/u;
const emojiPart = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]/u;
const asciiWord = /[A-Za-z0-9_$]/;
/** Characters in a row that are no ordinary use of what each of them is for. */
const longRun = { variation: 3, privateUse: 4 };

/** Characters of one line that cannot be seen, or that change how others are shown, where nothing ordinary explains them. */
export function findHiddenCharacters(line: string, context: CharacterContext): Observation[] {
  if (!suspect.test(line)) return [];
  const text = [...line];
  const codes = text.map((character) => character.codePointAt(0) ?? 0);
  const directed = rightToLeft.test(line) || context.translation;
  const balanced = areBalanced(codes);
  const found = new Map<Observation['rule'], { at: number; codes: Set<number>; count: number }>();
  let offset = 0;
  for (const [index, character] of text.entries()) {
    const rule = suspect.test(character) ? judge({ text, codes, index, directed, balanced, context }) : null;
    if (rule !== null) {
      const known = found.get(rule);
      if (known === undefined) found.set(rule, { at: offset, codes: new Set([codes[index] ?? 0]), count: 1 });
      else {
        known.codes.add(codes[index] ?? 0);
        known.count += 1;
      }
    }
    offset += character.length;
  }
  return [...found].map(([rule, { at, codes: named, count }]) => ({
    rule,
    at,
    detail: `${count === 1 ? '' : `${count} × `}${nameCodes([...named])}`,
  }));
}

interface Question {
  text: readonly string[];
  codes: readonly number[];
  index: number;
  directed: boolean;
  balanced: boolean;
  context: CharacterContext;
}

function judge(question: Question): Observation['rule'] | null {
  const { text, codes, index, directed, balanced, context } = question;
  const code = codes[index] ?? 0;
  const before = text[index - 1] ?? '';
  const after = text[index + 1] ?? '';
  const inWord = asciiWord.test(before) && asciiWord.test(after);
  if (code === 0x202d || code === 0x202e) return 'bidirectional';
  if (isBetween(code, 0x202a, 0x202c) || isBetween(code, 0x2066, 0x2069))
    return directed && balanced ? null : 'bidirectional';
  if (code === 0x200e || code === 0x200f || code === 0x61c) return directed ? null : 'hidden-character';
  if (isTag(code)) return isInFlag(codes, index) ? null : 'smuggled-text';
  if (isVariation(code)) return judgeVariation(question);
  if (code === 0xfeff) return context.startsFile && index === 0 ? null : 'hidden-character';
  if (code === 0xad)
    return context.prose && /\p{L}/u.test(before) && /\p{L}/u.test(after) ? null : 'hidden-character';
  if (code === 0x200d && isEmojiJoin(text, index)) return null;
  if (code === 0x200c || code === 0x200d) return joiningScripts.test(before) ? null : 'hidden-character';
  if (code === 0x200b)
    return unspacedScripts.test(before) || unspacedScripts.test(after) ? null : 'hidden-character';
  if (code === 0x115f || code === 0x1160)
    return isJamo(codes[index - 1]) || isJamo(codes[index + 1]) ? null : 'hidden-character';
  if (code === 0x180e || code === 0x17b4 || code === 0x17b5)
    return joiningScripts.test(before) ? null : 'hidden-character';
  if (code === 0x34f) return /[\p{M}\p{sc=Hebr}]/u.test(before) ? null : 'hidden-character';
  if (/\p{Co}/u.test(text[index] ?? ''))
    return inWord || isLongRun(text, index, /\p{Co}/u, longRun.privateUse) ? 'private-use' : null;
  if (/\p{Cs}/u.test(text[index] ?? '')) return 'broken-encoding';
  if (/\p{Default_Ignorable_Code_Point}/u.test(text[index] ?? '')) {
    if (isBetween(code, 0x1bca0, 0x1bca3) || isBetween(code, 0x1d173, 0x1d17a))
      return asciiWord.test(before) ? 'hidden-character' : null;
    return 'hidden-character';
  }
  if (isNoncharacter(code) || isBetween(code, 0xfff9, 0xfffb)) return 'hidden-character';
  // Signs of scripts that are seen, and characters newer than this program's tables: odd only inside a Latin word.
  return inWord ? 'hidden-character' : null;
}

function judgeVariation({ text, codes, index }: Question): Observation['rule'] | null {
  const code = codes[index] ?? 0;
  const run = runLength(codes, index, isVariation);
  if (run >= longRun.variation) return 'smuggled-text';
  const before = text[index - 1] ?? '';
  if (run === 2)
    return code === 0xfe0f && codes[index - 1] !== 0xfe0f && isPlain(before) ? 'smuggled-text' : null;
  if (isBetween(code, 0xe0100, 0xe01ef)) return /\p{Ideographic}/u.test(before) ? null : 'smuggled-text';
  if (isBetween(code, 0x180b, 0x180f)) return /\p{sc=Mong}/u.test(before) ? null : 'smuggled-text';
  if (/[0-9#*]/.test(before))
    return code === 0xfe0e || code === 0xfe0f || code === 0xfe00 ? null : 'smuggled-text';
  return isPlain(before) ? 'smuggled-text' : null;
}

/** No variation of it exists. */
function isPlain(character: string): boolean {
  if (character === '' || /[\s\p{Default_Ignorable_Code_Point}]/u.test(character)) return true;
  return /[\p{sc=Latn}\p{sc=Cyrl}\p{sc=Grek}]/u.test(character) && !/\p{Emoji}/u.test(character);
}

/** Pairs of direction marks, each closed on its line. */
function areBalanced(codes: readonly number[]): boolean {
  let embeddings = 0;
  let isolates = 0;
  for (const code of codes) {
    if (isBetween(code, 0x202a, 0x202b)) embeddings += 1;
    else if (code === 0x202c) embeddings -= 1;
    else if (isBetween(code, 0x2066, 0x2068)) isolates += 1;
    else if (code === 0x2069) isolates -= 1;
    if (embeddings < 0 || isolates < 0) return false;
  }
  return embeddings === 0 && isolates === 0;
}

function isEmojiJoin(text: readonly string[], index: number): boolean {
  const base = text[index - 1] === '\ufe0f' ? text[index - 2] : text[index - 1];
  return emojiPart.test(base ?? '') && emojiPart.test(text[index + 1] ?? '');
}

/** A flag of a region: a black flag, at most six small letters and digits as tags, and the end. */
function isInFlag(codes: readonly number[], index: number): boolean {
  let start = index;
  while (isTag(codes[start - 1] ?? 0)) start -= 1;
  let end = index;
  while (codes[end] !== 0xe007f && isTag(codes[end + 1] ?? 0)) end += 1;
  const letters = end - start;
  const spelled = codes
    .slice(start, end)
    .every((code) => isBetween(code, 0xe0030, 0xe0039) || isBetween(code, 0xe0061, 0xe007a));
  return codes[start - 1] === 0x1f3f4 && codes[end] === 0xe007f && letters >= 4 && letters <= 6 && spelled;
}

function isLongRun(text: readonly string[], index: number, kind: RegExp, least: number): boolean {
  let length = 1;
  for (let at = index - 1; at >= 0 && kind.test(text[at] ?? ''); at -= 1) length += 1;
  for (let at = index + 1; length < least && kind.test(text[at] ?? ''); at += 1) length += 1;
  return length >= least;
}

function runLength(codes: readonly number[], index: number, is: (code: number) => boolean): number {
  let length = 1;
  for (let at = index - 1; length < longRun.variation && is(codes[at] ?? 0); at -= 1) length += 1;
  for (let at = index + 1; length < longRun.variation && is(codes[at] ?? 0); at += 1) length += 1;
  return length;
}

function isVariation(code: number): boolean {
  return (
    isBetween(code, 0xfe00, 0xfe0f) ||
    isBetween(code, 0xe0100, 0xe01ef) ||
    isBetween(code, 0x180b, 0x180d) ||
    code === 0x180f
  );
}

function isTag(code: number): boolean {
  return isBetween(code, 0xe0000, 0xe007f);
}

function isJamo(code: number | undefined): boolean {
  if (code === undefined) return false;
  return (
    isBetween(code, 0x1100, 0x11ff) || isBetween(code, 0xa960, 0xa97f) || isBetween(code, 0xd7b0, 0xd7ff)
  );
}

function isNoncharacter(code: number): boolean {
  return isBetween(code, 0xfdd0, 0xfdef) || (code & 0xfffe) === 0xfffe;
}

function isBetween(code: number, first: number, last: number): boolean {
  return code >= first && code <= last;
}

function nameCodes(codes: readonly number[]): string {
  const named = codes.slice(0, 4).map((code) => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`);
  return `${named.join(', ')}${codes.length > 4 ? ` and ${codes.length - 4} more` : ''}`;
}
