import { createHash } from 'node:crypto';

/** SHA-256 over values as JSON with sorted keys: equal inputs give equal digests, in whatever order they were built. */
export function digest(...values: readonly unknown[]): string {
  const hash = createHash('sha256');
  for (const value of values) {
    hash.update(value instanceof Uint8Array ? value : (JSON.stringify(sortKeys(value)) ?? 'undefined'));
    hash.update('\0');
  }
  return hash.digest('hex');
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, entry]) => [key, sortKeys(entry)]),
  );
}
