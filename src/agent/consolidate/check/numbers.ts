const small = [
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen',
  'seventeen eighteen nineteen',
]
  .join(' ')
  .split(' ');
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** A number in digits or words; null for a word that is none, NaN for one that nobody can compare. */
export function readNumber(word: string): number | null {
  const lower = word.toLowerCase();
  if (/^\d/.test(lower)) return Number(lower.replaceAll(',', ''));
  if (lower === 'no' || lower === 'none') return 0;
  if (lower === 'both' || lower === 'twice') return 2;
  if (lower === 'sole' || lower === 'single') return 1;
  if (/^(?:dozens?|hundreds?|thousands?|millions?|half)$/.test(lower)) return Number.NaN;
  const at = small.indexOf(lower);
  if (at >= 0) return at;
  const [ten = '', unit = 'zero', ...rest] = lower.split('-');
  const tenAt = tens.indexOf(ten);
  const unitAt = small.indexOf(unit);
  return tenAt < 0 || unitAt < 0 || unitAt > 9 || rest.length > 0 ? null : (tenAt + 2) * 10 + unitAt;
}

/** Numbers in digits, `1,200` as 1200. */
export function digitsIn(text: string): number[] {
  return [...text.matchAll(/\d+(?:,\d{3})*(?:\.\d+)?/g)].map(([digits]) =>
    Number(digits.replaceAll(',', '')),
  );
}
