import { createHash } from 'node:crypto';
import { countTokens } from './json.ts';

export interface CacheCounts {
  /** Neither read nor written. */
  fresh: number;
  read: number;
  written: number;
}

/** A piece of a prompt: breakpoints stand at the end of blocks. */
export interface PromptBlock {
  value: unknown;
  /** What else has to be the same for this block and those behind it: a role, settings. */
  identity?: unknown;
  breakpoint: boolean;
}

/** How far back from a breakpoint an earlier entry is looked for: blocks. */
const lookBack = 20;

/**
 * Explicit breakpoints over blocks: an entry is written at each one, kept for five minutes since it was last used,
 * and found only within 20 blocks before a breakpoint, itself counted. Prefixes below the model's minimum are not
 * kept. Prefixes are the same byte for byte: other keys, or the same in another order, are another prefix.
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
      key = hash(key, JSON.stringify([block.identity ?? null, block.value]));
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

export interface PrefixCacheOptions {
  stepTokens: number;
  /** Since it was last used. */
  lifetimeMs: number;
  /** Where an entry is written: at every step of a prompt, or at its end alone. */
  entries: 'every-step' | 'end';
}

/**
 * A cache that works by itself: the longest prefix in whole steps that is an entry of an earlier prompt with the same
 * scope, if it reaches the minimum. Counted are whole steps.
 */
export function createPrefixCache(clock: () => number, options: PrefixCacheOptions) {
  const usedAt = new Map<string, number>();
  return (input: { scope: string; prompt: string; minimum: number }): CacheCounts => {
    const now = clock();
    const bytes = Buffer.from(input.prompt);
    const stepBytes = options.stepTokens * 4;
    const steps = Math.floor(bytes.byteLength / stepBytes);
    const isLongEnough = (step: number) => step * options.stepTokens >= input.minimum;
    let key = input.scope;
    let shared = 0;
    for (let step = 1; step <= steps; step += 1) {
      key = hash(key, bytes.subarray((step - 1) * stepBytes, step * stepBytes));
      if (!isLongEnough(step)) continue;
      const isFresh = now - (usedAt.get(key) ?? Number.NEGATIVE_INFINITY) <= options.lifetimeMs;
      if (isFresh) shared = step;
      if (isFresh || options.entries === 'every-step' || step === steps) usedAt.set(key, now);
    }
    const read = shared * options.stepTokens;
    const written = isLongEnough(steps) ? steps * options.stepTokens - read : 0;
    return { fresh: countTokens(input.prompt) - read - written, read, written };
  };
}

function hash(key: string, part: string | Uint8Array): string {
  return createHash('sha256').update(key).update('\0').update(part).digest('hex');
}
