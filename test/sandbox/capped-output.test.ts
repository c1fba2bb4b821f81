import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeVisible } from '../../src/domain/visible-text.ts';
import { CappedOutput } from '../../src/sandbox/capped-output.ts';

const mark = /\n\[… ([\d,]+) bytes left out here …\]\n/;

function print(chunks: readonly Uint8Array[], limit: number) {
  const output = new CappedOutput(limit);
  for (const chunk of chunks) output.add(Buffer.from(chunk));
  return output.text();
}

describe('output kept in part', () => {
  test('is whole when it is short, and makes hidden characters visible', () => {
    expect(print([Buffer.from('a\u001b[31mb'), Buffer.from('\r\n')], 100)).toEqual({
      text: 'a⟦U+001B⟧[31mb\r\n',
      omittedBytes: 0,
    });
    expect(print([], 100)).toEqual({ text: '', omittedBytes: 0 });
  });

  test('is the same as the printed text up to twice the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 20 }), (texts) => {
        const whole = texts.join('');
        const bytes = Buffer.from(whole);
        const chunks = texts.map((text) => Buffer.from(text));
        if (Buffer.concat(chunks).equals(bytes) && makeVisible(bytes.toString()).length <= 4000)
          expect(print(chunks, 2000)).toEqual({ text: makeVisible(bytes.toString()), omittedBytes: 0 });
      }),
    );
  });

  test('is its begin and its end, and counts each byte that is not shown', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 8, max: 100 }),
        (chunks, limit) => {
          const whole = Buffer.from(Buffer.concat(chunks).map((byte) => 97 + (byte % 26)));
          const letters = chunks.map((chunk, index) => {
            const at = Buffer.concat(chunks.slice(0, index)).length;
            return whole.subarray(at, at + chunk.length);
          });
          const { text, omittedBytes } = print(letters, limit);
          const [first = '', , last = ''] = text.split(mark);
          const isWhole = whole.length <= 2 * limit;
          expect(omittedBytes).toBe(isWhole ? 0 : whole.length - 2 * limit);
          expect(first).toBe(isWhole ? whole.toString() : whole.toString().slice(0, limit));
          expect(last).toBe(isWhole ? '' : whole.toString().slice(-limit));
        },
      ),
    );
  });

  test('cuts between characters', () => {
    const { text } = print([Buffer.from('€'.repeat(100))], 50);
    expect(text.replace(mark, '|')).toMatch(/^€{16}\|€{16}$/);
  });

  test('stays short when everything in it is hidden', () => {
    const { text, omittedBytes } = print([Buffer.alloc(10_000_000, 1)], 1000);
    expect(text.length).toBeLessThan(2100);
    expect(text).toMatch(/^(?:⟦U\+0001⟧)+\n\[… [\d,]+ bytes left out here …\]\n(?:⟦U\+0001⟧)+$/);
    expect((text.match(/⟦/g)?.length ?? 0) + omittedBytes).toBe(10_000_000);
  });
});
