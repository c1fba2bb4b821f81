/**
 * More tokens than any vendor counts for a text, with good reason and little waste: about one for two characters of
 * code. Digits, signs and bytes beyond ASCII count one each, because some vendors cut them apart; a word counts one
 * for three letters, a run of letters too long for a word one for one and a half.
 */
export function mostTokens(text: string): number {
  let tokens = 0;
  let letters = 0;
  let blanks = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isLetter(code)) letters += 1;
    else if (letters > 0) {
      tokens += tokensOfWord(letters);
      letters = 0;
    }
    if (code === space || code === tab) blanks += 1;
    else if (blanks > 0) {
      tokens += tokensOfBlanks(blanks);
      blanks = 0;
    }
    if (letters === 0 && blanks === 0) tokens += bytesOf(code);
  }
  return tokens + tokensOfWord(letters) + tokensOfBlanks(blanks);
}

const space = 32;
const tab = 9;
const longestWord = 20;

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function tokensOfWord(letters: number): number {
  return Math.ceil(letters / (letters > longestWord ? 1.5 : 3));
}

/** One blank belongs to the word behind it; vendors have tokens for runs of them. */
function tokensOfBlanks(blanks: number): number {
  return blanks === 1 ? 0 : Math.ceil(blanks / 4);
}

/** Bytes of UTF-8 that a UTF-16 unit stands for: each half of a pair stands for two. */
function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code >= 0xd800 && code <= 0xdfff ? 2 : 3;
}
