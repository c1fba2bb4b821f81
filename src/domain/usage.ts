import * as z from 'zod';

/** Token counts of one or many model calls. null means the vendor did not say; it is never the same as 0. */
export const Usage = z.object({
  /** Input tokens that were neither read from nor written to a cache. */
  input: z.int().min(0).nullable(),
  cacheRead: z.int().min(0).nullable(),
  cacheWrite: z.int().min(0).nullable(),
  /** All output tokens, reasoning included. */
  output: z.int().min(0).nullable(),
  /** The part of `output` spent on reasoning. */
  reasoning: z.int().min(0).nullable(),
});
export type Usage = z.infer<typeof Usage>;

export const noUsage: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };

/** The same with every count that is none (a text, a fraction, a negative number) as unknown. */
export function soundUsage(usage: Usage): Usage {
  const sound = (count: unknown) =>
    typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
  return {
    input: sound(usage.input),
    cacheRead: sound(usage.cacheRead),
    cacheWrite: sound(usage.cacheWrite),
    output: sound(usage.output),
    reasoning: sound(usage.reasoning),
  };
}

/** Sums two usages; an unknown part makes that part of the sum unknown. */
export function addUsage(a: Usage, b: Usage): Usage {
  const add = (x: number | null, y: number | null) => (x === null || y === null ? null : x + y);
  return {
    input: add(a.input, b.input),
    cacheRead: add(a.cacheRead, b.cacheRead),
    cacheWrite: add(a.cacheWrite, b.cacheWrite),
    output: add(a.output, b.output),
    reasoning: add(a.reasoning, b.reasoning),
  };
}
