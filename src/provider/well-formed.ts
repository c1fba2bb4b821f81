/**
 * The value with lone halves of surrogate pairs replaced by U+FFFD in all its strings. JSON can carry them, but
 * vendors refuse a whole request for one, and paths and model output may hold them.
 */
export function wellFormed<T>(value: T): T {
  return replaceIn(value) as T;
}

function replaceIn(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd');
  if (Array.isArray(value)) return value.map(replaceIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [replaceIn(key), replaceIn(one)]));
}
