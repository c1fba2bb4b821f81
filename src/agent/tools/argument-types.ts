import * as z from 'zod';

/** Argument types for tools: what models write is forgiven where its meaning is plain, and bounded. */

const highest = 2 ** 31 - 1;
const longestPath = 4096;

/** A whole number from 1: text and fractions are understood, what is out of bounds is clamped, nonsense is absent. */
export const Count = z.preprocess(toWhole, z.int().min(1).max(highest).optional());

/** A path or a glob; one in a list of its own is understood. */
export const PathText = z.preprocess(toText, z.string().min(1).max(longestPath));

/** As `PathText`; nothing, null and an empty text are absent. */
export const OptionalPathText = z.preprocess(
  (value) => toText(value) || undefined,
  z.string().max(longestPath).optional(),
);

/** `head`, `base`, or a commit's id; see commit-names.ts. */
export const CommitText = z.preprocess((value) => toText(value) || undefined, z.string().max(200).optional());

function toWhole(value: unknown): unknown {
  if (value === null || value === '') return undefined;
  const number = typeof value === 'string' ? Number(value.trim()) : value;
  if (typeof number !== 'number') return value;
  if (Number.isNaN(number)) return undefined;
  return Math.min(Math.max(Math.floor(number), 1), highest);
}

function toText(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value === 'number') return String(value);
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' ? value[0] : value;
}
