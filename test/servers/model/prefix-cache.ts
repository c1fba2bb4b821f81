import { countTokens, digest } from './json.ts';

export interface CacheCounts {
  /** Neither read nor written. */
  fresh: number;
  read: number;
  written: number;
}

/** A piece of a prompt: breakpoints stand at the end of blocks. */
export interface PromptBlock {
  value: unknown;
  breakpoint: boolean;
}

/** How far back from a breakpoint an earlier entry is looked for: blocks. */
const lookBack = 20;

/**
 * Explicit breakpoints over blocks: an entry is written at each one, kept for five minutes since it was last used,
 * and found only within 20 blocks before a breakpoint. Prefixes below the model's minimum are not kept.
 */
export function createBlockCache(clock: () => number) {
  const lifetimeMs = 5 * 60 * 1_000;
  const usedAt = new Map<string, number>();
  return (input: { scope: string; blocks: readonly PromptBlock[]; minimum: number }): CacheCounts => {
    const now = clock();
    const ends: { key: string; tokens: number; breakpoint: boolean }[] = [];
    let key = input.scope;
    let tokens = 0;
    for (const block of input.blocks) {
      key = digest([key, block.value]);
      tokens += countTokens(block.value);
      ends.push({ key, tokens, breakpoint: block.breakpoint });
    }
    const marks = ends.flatMap((end, at) => (end.breakpoint ? [at] : []));
    const isFresh = (at: number) =>
      now - (usedAt.get(ends[at]?.key ?? '') ?? Number.NEGATIVE_INFINITY) <= lifetimeMs;
    let hit = -1;
    for (const mark of marks)
      for (let at = mark; at > mark - lookBack && at >= 0; at -= 1) if (isFresh(at)) hit = Math.max(hit, at);
    if (hit >= 0) usedAt.set(ends[hit]?.key ?? '', now);
    const read = ends[hit]?.tokens ?? 0;
    let end = read;
    for (const mark of marks) {
      const one = ends[mark];
      if (one === undefined || one.tokens < input.minimum) continue;
      usedAt.set(one.key, now);
      end = Math.max(end, one.tokens);
    }
    return { fresh: tokens - end, read, written: end - read };
  };
}

/**
 * A cache that works by itself: the longest prefix in whole steps that an earlier prompt with the same scope began
 * with, if it reaches the minimum. Counted are whole steps.
 */
export function createPrefixCache(clock: () => number, options: { stepTokens: number; lifetimeMs: number }) {
  const usedAt = new Map<string, number>();
  return (input: { scope: string; prompt: string; minimum: number }): CacheCounts => {
    const now = clock();
    const bytes = Buffer.from(input.prompt);
    const stepBytes = options.stepTokens * 4;
    const steps = Math.floor(bytes.byteLength / stepBytes);
    let key = input.scope;
    let shared = 0;
    for (let step = 0; step < steps; step += 1) {
      key = digest([key, bytes.subarray(step * stepBytes, (step + 1) * stepBytes).toString('base64')]);
      const isFresh = now - (usedAt.get(key) ?? Number.NEGATIVE_INFINITY) <= options.lifetimeMs;
      if (isFresh && shared === step) shared = step + 1;
      usedAt.set(key, now);
    }
    const atLeast = (tokens: number) => (tokens >= input.minimum ? tokens : 0);
    const read = atLeast(shared * options.stepTokens);
    const written = Math.max(0, atLeast(steps * options.stepTokens) - read);
    return { fresh: countTokens(input.prompt) - read - written, read, written };
  };
}
