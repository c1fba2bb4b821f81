import { describe, expect, test } from 'vitest';
import { createBlockCache, createPrefixCache, type PromptBlock } from './prefix-cache.ts';

const minute = 60_000;

describe('breakpoints over blocks', () => {
  /** Blocks of 100 tokens, quotes included; breakpoints at the places given. */
  const blocks = (count: number, ...marks: number[]): PromptBlock[] =>
    Array.from({ length: count }, (_, at) => ({
      value: String(at).padEnd(398, 'x'),
      breakpoint: marks.includes(at),
    }));
  const open = (minimum = 500) => {
    let now = 0;
    const cache = createBlockCache(() => now);
    return {
      ask: (prompt: readonly PromptBlock[], scope = 'model') => cache({ scope, blocks: prompt, minimum }),
      wait: (milliseconds: number) => {
        now += milliseconds;
      },
    };
  };

  test('find an entry up to 20 blocks back, the breakpoint counted', () => {
    const { ask } = open();
    expect(ask(blocks(10, 9))).toEqual({ fresh: 0, read: 0, written: 1_000 });
    expect(ask(blocks(29, 28))).toEqual({ fresh: 0, read: 1_000, written: 1_900 });
    expect(ask(blocks(49, 48))).toEqual({ fresh: 0, read: 0, written: 4_900 });
    expect(ask(blocks(70, 48, 69))).toEqual({ fresh: 0, read: 4_900, written: 2_100 });
  });

  test('write nothing but at breakpoints, and nothing below the minimum', () => {
    const { ask } = open();
    expect(ask(blocks(10))).toEqual({ fresh: 1_000, read: 0, written: 0 });
    expect(ask(blocks(10, 3))).toEqual({ fresh: 1_000, read: 0, written: 0 });
    expect(ask(blocks(10, 3))).toEqual({ fresh: 1_000, read: 0, written: 0 });
    expect(ask(blocks(10, 7))).toEqual({ fresh: 200, read: 0, written: 800 });
    expect(ask(blocks(10, 9))).toEqual({ fresh: 0, read: 800, written: 200 });
  });

  test('forget after five minutes without use', () => {
    const { ask, wait } = open();
    ask(blocks(10, 9));
    wait(5 * minute);
    expect(ask(blocks(10, 9)).read).toBe(1_000);
    wait(5 * minute);
    expect(ask(blocks(10, 9)).read).toBe(1_000);
    wait(5 * minute + 1);
    expect(ask(blocks(10, 9))).toEqual({ fresh: 0, read: 0, written: 1_000 });
  });

  test('know a prefix by its bytes, its roles and its model', () => {
    const value = { type: 'text', text: 'x'.repeat(4_000) };
    const prompt = [{ value, identity: ['user'], breakpoint: true }];
    const { ask } = open();
    const { written } = ask(prompt);
    expect(ask(prompt).read).toBe(written);
    expect(ask(prompt, 'another model').read).toBe(0);
    expect(ask([{ value, identity: ['assistant'], breakpoint: true }]).read).toBe(0);
    const turned = { text: value.text, type: value.type };
    expect(ask([{ value: turned, identity: ['user'], breakpoint: true }]).read).toBe(0);
  });
});

describe('a cache that works by itself', () => {
  const tokens = (count: number, letter = 'x') => letter.repeat(count * 4);
  const open = (entries: 'every-step' | 'end') => {
    let now = 0;
    const cache = createPrefixCache(() => now, { stepTokens: 128, lifetimeMs: 30 * minute, entries });
    return {
      ask: (prompt: string, scope = 'key') => cache({ scope, prompt, minimum: 1_024 }),
      wait: (milliseconds: number) => {
        now += milliseconds;
      },
    };
  };

  test('counts whole steps from the minimum on', () => {
    const { ask } = open('every-step');
    expect(ask(tokens(1_023))).toEqual({ fresh: 1_023, read: 0, written: 0 });
    expect(ask(tokens(1_023))).toEqual({ fresh: 1_023, read: 0, written: 0 });
    expect(ask(tokens(1_200))).toEqual({ fresh: 48, read: 0, written: 1_152 });
    expect(ask(tokens(1_300))).toEqual({ fresh: 20, read: 1_152, written: 128 });
    expect(ask(tokens(1_300), 'another key')).toEqual({ fresh: 20, read: 0, written: 1_280 });
  });

  test('finds what two prompts begin with only where an entry was written', () => {
    const [first, second] = [`${tokens(2_048)}${tokens(512, 'a')}`, `${tokens(2_048)}${tokens(512, 'b')}`];
    const steps = open('every-step');
    steps.ask(first);
    expect(steps.ask(second)).toEqual({ fresh: 0, read: 2_048, written: 512 });
    const end = open('end');
    end.ask(first);
    expect(end.ask(second)).toEqual({ fresh: 0, read: 0, written: 2_560 });
    expect(end.ask(`${first}${tokens(128, 'c')}`)).toEqual({ fresh: 0, read: 2_560, written: 128 });
  });

  test('forgets what was not used for its lifetime', () => {
    const { ask, wait } = open('end');
    ask(tokens(1_024));
    wait(30 * minute);
    expect(ask(tokens(2_048)).read).toBe(1_024);
    wait(20 * minute);
    expect(ask(tokens(1_024)).read).toBe(1_024);
    wait(30 * minute + 1);
    expect(ask(tokens(2_048)).read).toBe(0);
  });
});
