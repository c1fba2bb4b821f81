/** How alike two texts are, 0 to 1: the share of their runs of three characters that they have in common (Dice). */
export function resemblance(a: string, b: string): number {
  if (a === b) return 1;
  const left = trigrams(a);
  const right = trigrams(b);
  let common = 0;
  for (const [trigram, count] of left) common += Math.min(count, right.get(trigram) ?? 0);
  return (2 * common) / (sizeOf(left) + sizeOf(right) || 1);
}

function trigrams(text: string): Map<string, number> {
  const padded = `\u0000${text}\u0000`;
  const counts = new Map<string, number>();
  for (let at = 0; at + 3 <= padded.length; at += 1) {
    const trigram = padded.slice(at, at + 3);
    counts.set(trigram, (counts.get(trigram) ?? 0) + 1);
  }
  return counts;
}

function sizeOf(counts: ReadonlyMap<string, number>): number {
  let size = 0;
  for (const count of counts.values()) size += count;
  return size;
}
