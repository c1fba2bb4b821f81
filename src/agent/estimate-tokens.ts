/**
 * About how many tokens a text is. No vendor's tokenizer is here: English and code come to some 3.5 characters a
 * token, other scripts to about one. For people and for estimates; what is paid is counted by the vendor.
 */
export function estimateTokens(text: string): number {
  let ascii = 0;
  let other = 0;
  for (const character of text) {
    if (character <= '\u007f') ascii += 1;
    else other += 1;
  }
  return Math.ceil(ascii / 3.5 + other);
}
