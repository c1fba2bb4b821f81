/**
 * More tokens than vendors count for a text, with little waste on code that people write. Digits, signs and bytes beyond
 * ASCII count one each, because some vendors cut them apart. What reads like a word counts one for three letters;
 * letters that don't (no vowel, four consonants in a row, a length no word has) count one each.
 */
export function mostTokens(text: string): number {
  let tokens = 0;
  let blanks = 0;
  const word = new Letters();
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isCapital = code >= 65 && code <= 90;
    const isLetter = isCapital || (code >= 97 && code <= 122);
    if (!isLetter || (isCapital && word.endsSmall)) tokens += word.take();
    if (isLetter) word.add(code, isCapital);
    if (code === space || code === tab) blanks += code === tab ? 2 : 1;
    else {
      tokens += tokensOfBlanks(blanks);
      blanks = 0;
      if (!isLetter) tokens += bytesOf(code);
    }
  }
  return tokens + word.take() + tokensOfBlanks(blanks);
}

const space = 32;
const tab = 9;

/** A run of letters between two humps of an identifier. */
class Letters {
  endsSmall = false;
  private length = 0;
  private hasVowel = false;
  private consonants = 0;
  private mostConsonants = 0;

  add(code: number, isCapital: boolean): void {
    this.length += 1;
    this.endsSmall = !isCapital;
    if (vowels.has(code | 32)) {
      this.hasVowel = true;
      this.consonants = 0;
    } else {
      this.consonants += 1;
      this.mostConsonants = Math.max(this.mostConsonants, this.consonants);
    }
  }

  /** Its tokens; it is empty then. */
  take(): number {
    const { length } = this;
    const isWord = this.hasVowel && this.mostConsonants < 4 && length > 3 && length <= longestWord;
    const isShort = length === 3 && this.hasVowel;
    this.length = 0;
    this.endsSmall = false;
    this.hasVowel = false;
    this.consonants = 0;
    this.mostConsonants = 0;
    if (isShort) return 2;
    return isWord ? Math.ceil(length / 3) : length;
  }
}

const longestWord = 15;
const vowels = new Set([...'aeiouy'].map((letter) => letter.charCodeAt(0)));

/** One blank belongs to the word behind it; vendors have tokens for runs of them. A tab counts as two. */
function tokensOfBlanks(blanks: number): number {
  return blanks === 1 ? 0 : Math.ceil(blanks / 3);
}

/** Bytes of UTF-8 that a UTF-16 unit stands for: each half of a pair stands for two. */
function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code >= 0xd800 && code <= 0xdfff ? 2 : 3;
}
