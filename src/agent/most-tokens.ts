/**
 * More tokens than any vendor counts for a text, with good reason and little waste: about one for two characters of
 * code. Digits, signs and bytes beyond ASCII count one each, because some vendors cut them apart; a word counts one
 * for three letters, a run of letters too long for a word one for one and a half.
 */
export function mostTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(/[A-Za-z]+|[ \t]+|[\r\n]+|[^A-Za-z \t\r\n]+/g)) {
    const first = piece.charCodeAt(0);
    if (isLetter(first))
      tokens += piece.length > longestWord ? Math.ceil(piece.length / 1.5) : Math.ceil(piece.length / 3);
    // One blank belongs to the word behind it; vendors have tokens for runs of them.
    else if (first === 32 || first === 9) tokens += piece === ' ' ? 0 : Math.ceil(piece.length / 4);
    else if (first === 10 || first === 13) tokens += piece.length;
    else tokens += Buffer.byteLength(piece, 'utf8');
  }
  return tokens;
}

const longestWord = 20;

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
