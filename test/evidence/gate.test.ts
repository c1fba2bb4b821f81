import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GateAnswer } from '../../src/domain/finding.ts';
import { Location } from '../../src/domain/location.ts';
import { createGate, type Gate } from '../../src/evidence/gate.ts';
import { claimOf, createEvidenceFixture, type EvidenceFixture } from './evidence-fixture.ts';

const cart = `package shop

func (c *Cart) Add(article string, count int) error {
	if count <= 0 {
		return errNotPositive
	}
	c.items[article] += count
	return nil
}

func (c *Cart) Remove(article string, count int) error {
	if count <= 0 {
		return errNotPositive
	}
	c.items[article] -= count
	return nil
}
`;
const oldCart = cart.replace('c.items[article] += count', 'c.items[article] = count');

let fixture: EvidenceFixture;
let gate: Gate;

beforeAll(async () => {
  fixture = await createEvidenceFixture(
    {
      'shop/cart.go': oldCart,
      'shop/old_name.go':
        'package shop\n\nvar renamedOnce = "a value that is long enough to be found again"\n',
      'shop/gone.go': 'package shop\n\nfunc Gone() string { return "gone" }\n',
      'a/main.go': 'package main\n\nfunc main() { startTheShop() }\n',
      'b/main.go': 'package main\n\nfunc main() { startTheOffice() }\n',
      'c/only.go': 'package c\n',
      'd/twin.go': 'package d\n\nvar unchangedTwin = true\n',
      'e/twin.go': 'package e\n',
      'link.go': { link: 'shop/cart.go' },
      'image.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]),
      'windows.txt': 'first line of it\r\nsecond line of it\r\nthird line of it',
      'mac.txt': 'first line of it\rsecond line of it\rthird line of it\r',
      'latin.txt': Buffer.from('die erste Zeile\ndie zweite Zeile: gr\xfcn\n', 'latin1'),
      'hidden.txt': 'before the mark\nadmin\u202euser has the right\nsep\u2028arated by a separator\n',
      'empty.txt': '',
      'naïve dir/größe.txt': 'the size of the thing\n',
      'large.txt': 'x'.repeat(8 * 1024 * 1024 + 1),
      'many.txt': 'line\n'.repeat(200_001),
    },
    {
      'shop/cart.go': cart,
      'shop/old_name.go': null,
      'shop/new_name.go':
        'package shop\n\nvar renamedOnce = "a value that is long enough to be found again"\n',
      'shop/gone.go': null,
      'shop/added.go': 'package shop\n\nfunc Added() string { return "added" }\n',
      'e/twin.go': 'package e\n\nvar changedTwin = true\n',
    },
  );
  gate = createGate(fixture);
});
afterAll(() => fixture.close());

const add = 'c.items[article] += count\nreturn nil';

describe('the lines', () => {
  test('stand where they are claimed to be', async () => {
    expect(await gate.check(claimOf('shop/cart.go', [7, 8], add))).toEqual({
      answer: {
        outcome: 'stands',
        location: { path: 'shop/cart.go', startLine: 7, endLine: 8, side: 'head' },
        message: 'The quote stands at shop/cart.go:7-8.',
      },
      locations: [{ path: 'shop/cart.go', startLine: 7, endLine: 8, side: 'head' }],
    });
  });

  test('stand at their real, tight range when the claim overlaps it', async () => {
    const { answer } = await gate.check(claimOf('shop/cart.go', [3, 7], add));
    expect(answer).toMatchObject({ outcome: 'stands', location: { startLine: 7, endLine: 8 } });
  });

  test('are re-anchored, and both places told', async () => {
    expect(await gate.check(claimOf('shop/cart.go', [1, 2], add))).toEqual({
      answer: {
        outcome: 're-anchored',
        location: { path: 'shop/cart.go', startLine: 7, endLine: 8, side: 'head' },
        claimed: { path: 'shop/cart.go', startLine: 1, endLine: 2, side: 'head' },
        message: 'These lines are not at shop/cart.go:1-2; they stand at shop/cart.go:7-8.',
      },
      locations: [{ path: 'shop/cart.go', startLine: 7, endLine: 8, side: 'head' }],
    });
  });

  test('are re-anchored to the nearest of several places', async () => {
    const quote = 'if count <= 0 {\nreturn errNotPositive\n}';
    const { answer } = await gate.check(claimOf('shop/cart.go', [16, 17], quote));
    expect(answer).toMatchObject({
      outcome: 're-anchored',
      location: { startLine: 12, endLine: 14 },
      message:
        'These lines are not at shop/cart.go:16-17; they stand at shop/cart.go:12-14, the nearest of 2 places.',
    });
  });

  test('are looked for in the merge base on that side', async () => {
    const claim = claimOf('shop/cart.go', [7, 7], 'c.items[article] = count', { side: 'base' });
    expect((await gate.check(claim)).answer).toEqual({
      outcome: 'stands',
      location: { path: 'shop/cart.go', startLine: 7, endLine: 7, side: 'base' },
      message: 'The quote stands at shop/cart.go:7 (base).',
    });
  });

  test('are refused with the nearest there are', async () => {
    expect(
      await gate.check(claimOf('shop/cart.go', [1, 1], 'c.items[article] *= count\nreturn errOverflow')),
    ).toEqual({
      answer: {
        outcome: 'refused',
        reason: 'no-such-lines',
        nearest: {
          location: { path: 'shop/cart.go', startLine: 7, endLine: 8, side: 'head' },
          lines: ['\tc.items[article] += count', '\treturn nil'],
        },
        message:
          'No such lines in shop/cart.go at the head; nearest: 7-8\n7: \tc.items[article] += count\n8: \treturn nil\n',
      },
      locations: [],
    });
  });

  test('are refused without a nearest where nothing resembles them', async () => {
    expect((await gate.check(claimOf('shop/cart.go', [1, 1], 'import numpy as np'))).answer).toEqual({
      outcome: 'refused',
      reason: 'no-such-lines',
      nearest: null,
      message: 'No such lines in shop/cart.go at the head; nothing in it resembles them.',
    });
  });

  test('are refused on the wrong side, and the other side is named', async () => {
    const { answer } = await gate.check(claimOf('shop/cart.go', [7, 7], 'c.items[article] = count'));
    expect(answer).toMatchObject({
      outcome: 'refused',
      reason: 'no-such-lines',
      message: expect.stringMatching(/ They stand on the side "base", at shop\/cart\.go:7 \(base\)\.$/),
    });
  });

  test('are refused when there is too little in them', async () => {
    expect((await gate.check(claimOf('shop/cart.go', [1, 1], '}'))).answer).toEqual({
      outcome: 'refused',
      reason: 'no-such-lines',
      nearest: {
        location: { path: 'shop/cart.go', startLine: 6, endLine: 6, side: 'head' },
        lines: ['\t}'],
      },
      message:
        'The quote has too little in it to tell its place by: it is not at shop/cart.go:1 but at shop/cart.go:6 and 3 more places. Quote whole lines with code in them.',
    });
    expect((await gate.check(claimOf('shop/cart.go', [9, 9], '}'))).answer.outcome).toBe('stands');
  });

  test.each(['', ' \n\t\n', '...\n…', '```\n```'])('are refused when there are none: %j', async (quote) => {
    expect(await gate.check(claimOf('shop/cart.go', [7, 7], quote))).toEqual({
      answer: {
        outcome: 'refused',
        reason: 'empty-quote',
        nearest: null,
        message: 'The quote is empty; quote the lines of the first location.',
      },
      locations: [],
    });
  });

  test('follow the same rule when something is absent', async () => {
    const claim = claimOf('shop/cart.go', [6, 7], '}\nc.items[article] += count', { absent: true });
    expect((await gate.check(claim)).answer.outcome).toBe('stands');
    const wrong = claimOf('shop/cart.go', [6, 7], '}\nc.mutex.Lock()', { absent: true });
    expect((await gate.check(wrong)).answer.outcome).toBe('refused');
  });
});

describe('the path', () => {
  test.each([
    './shop/cart.go',
    '/shop/cart.go',
    'a/shop/cart.go',
    'b/shop/cart.go',
    'shop\\cart.go',
    'shop//./x/../cart.go',
    '/home/runner/work/shop/shop/cart.go',
    'C:\\build\\shop\\cart.go',
    'file:///tmp/shop/cart.go',
    '`shop/cart.go`',
    '"shop/cart.go"',
    'shop/cart.go:7-8',
    'shop/cart.go#L7',
  ])('%s is taken as it is meant', async (path) => {
    expect((await gate.check(claimOf(path, [7, 8], add))).answer).toEqual({
      outcome: 'stands',
      location: { path: 'shop/cart.go', startLine: 7, endLine: 8, side: 'head' },
      message: 'The quote stands at shop/cart.go:7-8.',
    });
  });

  test('is completed when only one file ends so', async () => {
    expect((await gate.check(claimOf('cart.go', [7, 8], add))).answer).toEqual({
      outcome: 're-anchored',
      location: { path: 'shop/cart.go', startLine: 7, endLine: 8, side: 'head' },
      claimed: { path: 'cart.go', startLine: 7, endLine: 8, side: 'head' },
      message:
        'These lines are not at cart.go:7-8; they stand at shop/cart.go:7-8 (cart.go was taken for shop/cart.go).',
    });
  });

  test('is completed by the only changed file among several', async () => {
    const { answer } = await gate.check(claimOf('twin.go', [3, 3], 'var changedTwin = true'));
    expect(answer).toMatchObject({ outcome: 're-anchored', location: { path: 'e/twin.go' } });
  });

  test('is refused when several files end so', async () => {
    expect((await gate.check(claimOf('main.go', [3, 3], 'func main() { startTheShop() }'))).answer).toEqual({
      outcome: 'refused',
      reason: 'ambiguous-path',
      nearest: null,
      message: 'main.go may be any of a/main.go, b/main.go; give the whole path.',
    });
  });

  test('of a renamed file is followed, and that is said', async () => {
    const quote = 'var renamedOnce = "a value that is long enough to be found again"';
    const { answer } = await gate.check(claimOf('shop/old_name.go', [3, 3], quote));
    expect(answer).toMatchObject({
      outcome: 're-anchored',
      location: { path: 'shop/new_name.go', startLine: 3, endLine: 3, side: 'head' },
      message:
        'These lines are not at shop/old_name.go:3; they stand at shop/new_name.go:3 (the change renames shop/old_name.go to shop/new_name.go).',
    });
    const before = await gate.check(claimOf('shop/new_name.go', [3, 3], quote, { side: 'base' }));
    expect(before.answer).toMatchObject({ location: { path: 'shop/old_name.go', side: 'base' } });
  });

  test.each<[string, 'head' | 'base', string]>([
    ['shop/basket.go', 'head', 'No file shop/basket.go at the head; the nearest: shop/cart.go'],
    ['shop/gone.go', 'head', 'No file shop/gone.go at the head; the change removes it'],
    ['a/shop/gone.go', 'head', 'No file a/shop/gone.go at the head; the change removes it'],
    ['shop/added.go', 'base', 'No file shop/added.go at the merge base; the change adds it'],
    ['', 'head', 'No file  at the head'],
    ['/', 'head', 'No file / at the head'],
    ['../../etc/passwd', 'head', 'No file ../../etc/passwd at the head'],
    ['x\u0000\u202e', 'head', 'No file x⟦U+0000⟧⟦U+202E⟧ at the head'],
    ['p/'.repeat(50_000), 'head', 'No file p/p/'],
  ])('%j is refused at the %s where it does not exist', async (path, side, message) => {
    const { answer, locations } = await gate.check(claimOf(path, [1, 1], 'func Nowhere() {}', { side }));
    expect({ ...answer, locations }).toMatchObject({
      outcome: 'refused',
      reason: 'no-such-path',
      locations: [],
    });
    expect(answer.message.slice(0, message.length)).toBe(message);
    expect(answer.message.length).toBeLessThan(1000);
  });

  test('is found in any composition of its accents, and as it is shown', async () => {
    for (const path of [
      'naïve dir/größe.txt',
      'naïve dir/größe.txt'.normalize('NFD'),
      '"na\\303\\257ve dir/gr\\303\\266\\303\\237e.txt"',
    ])
      expect((await gate.check(claimOf(path, [1, 1], 'the size of the thing'))).answer.outcome).toBe(
        'stands',
      );
  });
});

describe('what is no text with lines', () => {
  test.each([
    ['shop', 'not-text', 'shop is a directory.'],
    ['image.png', 'not-text', 'image.png is a binary file; no lines can be looked for in it.'],
    ['large.txt', 'too-large', 'large.txt is 8388609 bytes long; no lines can be looked for in it.'],
    ['many.txt', 'too-large', 'many.txt is over 200000 lines long; no lines can be looked for in it.'],
  ])('%s is refused as %s', async (path, reason, message) => {
    expect((await gate.check(claimOf(path, [1, 1], 'some quote of it'))).answer).toEqual({
      outcome: 'refused',
      reason,
      nearest: null,
      message,
    });
  });

  test('a quote that is a file of its own is refused', async () => {
    const { answer } = await gate.check(claimOf('shop/cart.go', [1, 1], 'x\n'.repeat(2001)));
    expect(answer).toMatchObject({ outcome: 'refused', reason: 'too-large' });
  });

  test('a symbolic link is its text', async () => {
    const { answer } = await gate.check(claimOf('link.go', [1, 1], 'shop/cart.go'));
    expect(answer).toMatchObject({
      outcome: 'stands',
      location: { path: 'link.go', startLine: 1, endLine: 1 },
    });
  });

  test('an empty file has no lines', async () => {
    expect((await gate.check(claimOf('empty.txt', [1, 1], 'anything at all'))).answer).toMatchObject({
      reason: 'no-such-lines',
      nearest: null,
    });
  });
});

describe('lines of other kinds', () => {
  test.each<[string, string, number, number]>([
    ['windows.txt', 'second line of it\nthird line of it', 2, 3],
    ['windows.txt', 'first line of it\r\nsecond line of it', 1, 2],
    ['mac.txt', 'second line of it\nthird line of it', 1, 1],
    ['mac.txt', 'second line of it\rthird line of it', 1, 1],
    ['mac.txt', 'first line of it⟦U+000D⟧second line of it⟦U+000D⟧third line of it', 1, 1],
    ['latin.txt', 'die zweite Zeile: gr\ufffdn', 2, 2],
    ['hidden.txt', 'admin\u202euser has the right', 2, 2],
    ['hidden.txt', 'admin⟦U+202E⟧user has the right', 2, 2],
    ['hidden.txt', 'sep⟦U+2028⟧arated by a separator', 3, 3],
    ['hidden.txt', 'sep\u2028arated by a separator', 3, 3],
  ])('%s: %j', async (path, quote, startLine, endLine) => {
    expect((await gate.check(claimOf(path, [startLine, endLine], quote))).answer).toMatchObject({
      outcome: 'stands',
      location: { path, startLine, endLine },
    });
  });

  test('a hidden character that is not there is not found', async () => {
    const { answer } = await gate.check(claimOf('hidden.txt', [1, 1], 'before⟦U+202E⟧the mark'));
    expect(answer.outcome).toBe('refused');
  });
});

describe('line numbers that are none', () => {
  const numbers = [
    0,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1e12,
    7.9,
    -0.5,
    2 ** 53,
  ];
  test.each(numbers.flatMap((start) => numbers.map((end): [number, number] => [start, end])))(
    '%d to %d finds the place all the same',
    async (start, end) => {
      const { answer } = await gate.check(claimOf('shop/cart.go', [start, end], 'c.items[article] += count'));
      expect(answer).toMatchObject({ location: { path: 'shop/cart.go', startLine: 7, endLine: 7 } });
      expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    },
  );

  test('reversed ones are turned round', async () => {
    const { answer } = await gate.check(claimOf('shop/cart.go', [8, 7], add));
    expect(answer.outcome).toBe('stands');
  });
});

describe('further locations', () => {
  const first = { path: 'shop/cart.go', startLine: 7, endLine: 8, side: 'head' as const };

  test('follow the quote’s own, as far as they exist; the others are named', async () => {
    const also = [
      { path: 'added.go', startLine: 3, endLine: 3, side: 'head' as const },
      { path: 'shop/cart.go', startLine: 12, endLine: 900, side: 'head' as const },
      { path: 'shop/cart.go', startLine: 15, endLine: 11, side: 'base' as const },
      { path: 'shop/nowhere.go', startLine: 1, endLine: 1, side: 'head' as const },
      { path: 'shop/cart.go', startLine: 18, endLine: 19, side: 'head' as const },
      { path: 'shop/cart.go', startLine: Number.NaN, endLine: 0, side: 'head' as const },
      { path: 'image.png', startLine: 1, endLine: 1, side: 'head' as const },
      first,
    ];
    expect(await gate.check(claimOf('shop/cart.go', [7, 8], add, { also }))).toEqual({
      answer: {
        outcome: 'stands',
        location: first,
        message: [
          'The quote stands at shop/cart.go:7-8.',
          'Left out: shop/nowhere.go:1 (No file shop/nowhere.go at the head; the nearest: shop/new_name.go, shop/cart.go, shop/added.go).',
          'Left out: shop/cart.go:18-19 (the file has 17 lines).',
          'Left out: shop/cart.go:no line (it names no line).',
          'Left out: image.png:1 (image.png is a binary file; no lines can be looked for in it).',
        ].join(' '),
      },
      locations: [
        first,
        { path: 'shop/added.go', startLine: 3, endLine: 3, side: 'head' },
        { path: 'shop/cart.go', startLine: 12, endLine: 17, side: 'head' },
        { path: 'shop/cart.go', startLine: 11, endLine: 15, side: 'base' },
      ],
    });
  });

  test('are tried when the quote is not at the first', async () => {
    const also = [first];
    expect(await gate.check(claimOf('shop/added.go', [3, 3], add, { also }))).toEqual({
      answer: {
        outcome: 're-anchored',
        location: first,
        claimed: { path: 'shop/added.go', startLine: 3, endLine: 3, side: 'head' },
        message: 'These lines are not at shop/added.go:3; they stand at shop/cart.go:7-8.',
      },
      locations: [first, { path: 'shop/added.go', startLine: 3, endLine: 3, side: 'head' }],
    });
  });

  test('are not looked at without end, and none is lost in silence', async () => {
    const also = Array.from({ length: 60 }, (_, index) => ({
      ...first,
      startLine: 1 + (index % 3),
      endLine: 4,
    }));
    const { answer, locations } = await gate.check(claimOf('shop/cart.go', [7, 8], add, { also }));
    expect(locations).toHaveLength(4);
    expect(answer.message.match(/not looked at/g)).toHaveLength(11);
  });

  test('a claim without any location is refused', async () => {
    expect(await gate.check({ ...claimOf('', [1, 1], add), locations: [] })).toEqual({
      answer: {
        outcome: 'refused',
        reason: 'no-such-path',
        nearest: null,
        message: 'The finding names no location.',
      },
      locations: [],
    });
  });
});

describe('the repository', () => {
  test('is not asked once the signal was aborted', async () => {
    const reason = new Error('enough');
    await expect(gate.check(claimOf('shop/cart.go', [7, 8], add), AbortSignal.abort(reason))).rejects.toBe(
      reason,
    );
  });

  test('is read once for a file, however many claims there are', async () => {
    const calls: string[] = [];
    const { repository, change } = fixture;
    const counting = new Proxy(repository, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          calls.push(String(name));
          return value.apply(target, given);
        };
      },
    });
    const once = createGate({ repository: counting, change });
    await Promise.all(Array.from({ length: 20 }, () => once.check(claimOf('shop/cart.go', [7, 8], add))));
    await once.check(claimOf('shop/cart.go', [7, 8], add));
    expect(calls.filter((name) => name === 'listFiles')).toHaveLength(1);
    expect(calls.filter((name) => name === 'readFile')).toHaveLength(1);
    const before = calls.length;
    await once.check(claimOf('shop/cart.go', [1, 2], add));
    expect(calls.length).toBe(before);
  });
});

test('whatever a claim holds, the answer is one that can be kept, and every place in it exists', async () => {
  const path = fc.oneof(
    fc.constantFrom(
      'shop/cart.go',
      'cart.go',
      'main.go',
      'shop',
      'image.png',
      'empty.txt',
      'hidden.txt',
      '..',
      ' ',
      '"\\303"',
    ),
    fc.string({ unit: 'binary' }),
  );
  const quote = fc.oneof(
    fc.constantFrom(add, '}', 'return nil', 'c.items', '...', '+ return nil', '12: }', '- a\n+ b'),
    fc.string({ unit: 'binary' }),
  );
  const location = fc.record({
    path,
    startLine: fc.oneof(fc.double(), fc.integer({ min: -3, max: 30 })),
    endLine: fc.oneof(fc.double(), fc.integer({ min: -3, max: 30 })),
    side: fc.constantFrom('head' as const, 'base' as const),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(location, { maxLength: 4 }), quote, async (locations, text) => {
      const { answer, locations: proved } = await gate.check({ ...claimOf('', [1, 1], text), locations });
      expect(GateAnswer.parse(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
      expect(proved.length > 0).toBe(answer.outcome !== 'refused');
      for (const { path: real, side, endLine } of proved.map((one) => Location.parse(one))) {
        const commit = side === 'head' ? fixture.change.head.sha : fixture.change.mergeBase;
        const file = await fixture.repository.readFile(commit, real);
        if (file.outcome !== 'found') throw new Error(`${real} does not exist`);
        expect(endLine).toBeLessThanOrEqual(file.bytes.toString('utf8').split('\n').length);
      }
    }),
    { numRuns: 300 },
  );
});
