import { describe, expect, test } from 'vitest';
import { findQuote } from '../../src/evidence/find-quote.ts';
import { readQuote } from '../../src/evidence/quote-reading.ts';
import { SourceText } from '../../src/evidence/source-text.ts';

const path = 'pkg/shop/cart.go';
const file = `package shop

import (
	"errors"
	"fmt"
)

// Cart holds what a customer is about to buy.
type Cart struct {
	items map[string]int // by article
	total int
}

// Add puts articles into the cart.
func (c *Cart) Add(article string, count int) error {
	if count <= 0 {
		return errors.New("count must be positive")
	}
	if c.items == nil {
		c.items = map[string]int{}
	}

	// Prices come from the catalogue.
	price, err := lookUpPrice(article)
	if err != nil {
		return fmt.Errorf("price of %s: %w", article, err)
	}
	c.items[article] += count
	c.total += count * price
	return nil
}

// Remove takes articles out of the cart.
func (c *Cart) Remove(article string, count int) error {
	if count <= 0 {
		return errors.New("count must be positive")
	}
	price, err := lookUpPrice(article)
	if err != nil {
		return fmt.Errorf("price of %s: %w", article, err)
	}
	c.items[article] -= count
	c.total -= count * price
	return nil
}
`;

describe('findQuote accepts what reviewers write', () => {
  test.each<[string, string, [number, number] | null, [number, number]]>([
    ['verbatim', '\tif c.items == nil {\n\t\tc.items = map[string]int{}\n\t}', [19, 21], [19, 21]],
    ['dedented', 'if c.items == nil {\n    c.items = map[string]int{}\n}', [19, 21], [19, 21]],
    [
      'without the blank lines',
      'c.items = map[string]int{}\n}\n// Prices come from the catalogue.',
      [20, 23],
      [20, 23],
    ],
    [
      'with blank lines of its own',
      '\n\nc.items[article] += count\n\n\nc.total += count * price\n',
      [28, 29],
      [28, 29],
    ],
    ['at other lines', 'c.items[article] -= count', [3, 3], [42, 42]],
    ['nearest of two, from above', 'price, err := lookUpPrice(article)', [20, 20], [24, 24]],
    ['nearest of two, from below', 'price, err := lookUpPrice(article)', [60, 61], [38, 38]],
    ['without line numbers', 'price, err := lookUpPrice(article)', null, [24, 24]],
    [
      'elided, bare',
      'func (c *Cart) Add(article string, count int) error {\n...\nreturn nil',
      [15, 15],
      [15, 30],
    ],
    [
      'elided, as a comment',
      'func (c *Cart) Remove(article string, count int) error {\n\t// ... (checks)\n\tc.total -= count * price',
      [34, 34],
      [34, 43],
    ],
    ['elided, with brackets', 'type Cart struct {\n[...]\n}', [9, 9], [9, 12]],
    ['elided, at both ends', '…\nc.items[article] += count\n…', [28, 28], [28, 28]],
    [
      'elided silently',
      'func (c *Cart) Add(article string, count int) error {\nprice, err := lookUpPrice(article)\nc.total += count * price',
      [15, 15],
      [15, 29],
    ],
    ['elided within a line', 'return fmt.Errorf("price of %s: %w", ...)', [26, 26], [26, 26]],
    ['elided within a line, body too', 'if c.items == nil { ... }', [19, 21], [19, 19]],
    [
      'with a remark behind a line',
      'c.items[article] += count  // <-- races\nc.total += count * price',
      [28, 29],
      [28, 29],
    ],
    ['with an arrow behind a line', 'c.total += count * price ← overflows', [29, 29], [29, 29]],
    [
      'without the comment of the file',
      'type Cart struct {\n\titems map[string]int\n\ttotal int\n}',
      [9, 12],
      [9, 12],
    ],
    [
      'with line numbers',
      '28: \tc.items[article] += count\n29: \tc.total += count * price',
      [28, 29],
      [28, 29],
    ],
    [
      'as cat -n prints',
      '    28\t\tc.items[article] += count\n    29\t\tc.total += count * price',
      [28, 29],
      [28, 29],
    ],
    ['as grep -n prints', 'pkg/shop/cart.go:28:\tc.items[article] += count', [28, 28], [28, 28]],
    [
      'with a rule as gutter',
      '  28 | \tc.items[article] += count\n  … \n  30 | \treturn nil',
      [28, 30],
      [28, 30],
    ],
    [
      'with arrows as gutter',
      '28→\tc.items[article] += count\n29→\tc.total += count * price',
      [28, 29],
      [28, 29],
    ],
    ['as added lines', '+\tc.items[article] += count\n+\tc.total += count * price', [28, 29], [28, 29]],
    [
      'as a patch',
      '@@ -1,3 +28,3 @@\n-\tc.items[article]++\n+\tc.items[article] += count\n \tc.total += count * price',
      [28, 29],
      [28, 29],
    ],
    ['fenced', '```go\nc.items[article] += count\n```', [28, 28], [28, 28]],
    ['fenced without an end', '```\nc.items[article] += count', [28, 28], [28, 28]],
    ['as inline code', '`c.items[article] += count`', [28, 28], [28, 28]],
    ['as a block quote', '> c.items[article] += count\n> c.total += count * price', [28, 29], [28, 29]],
    [
      'with a heading',
      '// pkg/shop/cart.go:28-29\nc.items[article] += count\nc.total += count * price',
      [28, 29],
      [28, 29],
    ],
    ['with a heading of the file alone', 'cart.go:\nc.items[article] += count', [28, 28], [28, 28]],
    ['escaped', '\\tc.items[article] += count\\n\\tc.total += count * price', [28, 29], [28, 29]],
    [
      'as entities',
      'if count &lt;= 0 {\n return errors.New(&quot;count must be positive&quot;)',
      [16, 17],
      [16, 17],
    ],
    ['wrapped', 'price, err :=\n  lookUpPrice(article)\nif err\n  != nil {', [24, 25], [24, 25]],
    ['unwrapped', 'if c.items == nil { c.items = map[string]int{} }', [19, 21], [19, 21]],
    ['a part of a line', 'errors.New("count must be positive")', [36, 36], [36, 36]],
    ['with typographic quotes', 'return errors.New(“count must be positive”)', [17, 17], [17, 17]],
    ['with white space put in', 'return errors . New( "count must be positive" )', [17, 17], [17, 17]],
    ['to the end of the file', 'c.total -= count * price\nreturn nil\n}', [43, 45], [43, 45]],
    [
      'one altered line among five',
      'if c.items == nil {\n c.items = map[string]int{}\n }\n// Prices come from a catalogue.\nprice, err := lookUpPrice(article)',
      [19, 24],
      [19, 24],
    ],
    ['a lone bracket where it stands', '}', [18, 18], [18, 18]],
    ['few letters where they stand', 'return nil', [44, 44], [44, 44]],
  ])('%s', (_name, quote, claimed, expected) => {
    const found = search(quote, claimed);
    expect(found.outcome === 'found' ? [found.range.start, found.range.end] : found).toEqual(expected);
  });
});

describe('findQuote refuses', () => {
  test.each<[string, string, [number, number] | null]>([
    ['an invented line', 'c.items = nil', [28, 28]],
    [
      'an invented line among three',
      'c.items[article] += count\nc.mutex.Unlock()\nc.total += count * price',
      [28, 29],
    ],
    [
      'an invented line among four',
      'c.items[article] += count\nc.mutex.Unlock()\nc.total += count * price\nreturn nil',
      [28, 30],
    ],
    [
      'an invented line among six',
      'if c.items == nil {\nc.items = map[string]int{}\n}\nc.mutex.Unlock()\nprice, err := lookUpPrice(article)\nif err != nil {',
      [19, 25],
    ],
    ['a remark among three', 'c.items[article] += count\n// BUG\nc.total += count * price', [28, 29]],
    [
      'a remark among five',
      'c.items[article] += count\n// BUG: two goroutines\nc.total += count * price\nreturn nil\n}',
      [28, 31],
    ],
    [
      'another number among five',
      'if count <= 1 {\nreturn errors.New("count must be positive")\n}\nif c.items == nil {\nc.items = map[string]int{}',
      [16, 20],
    ],
    [
      'another operator among five',
      'return errors.New("count must be positive")\n}\nif c.items != nil {\nc.items = map[string]int{}\n}',
      [17, 21],
    ],
    ['another order', 'c.total += count * price\nc.items[article] += count', [28, 29]],
    [
      'an invented first line',
      'func (c *Cart) Put() error {\nif c.items == nil {\nc.items = map[string]int{}\n}\nprice, err := lookUpPrice(article)\nif err != nil {',
      [19, 21],
    ],
    [
      'an invented last line',
      'if c.items == nil {\nc.items = map[string]int{}\n}\nprice, err := lookUpPrice(article)\nif err != nil {\npanic(err)',
      [19, 21],
    ],
    ['lines far apart', 'package shop\nc.total -= count * price', [1, 1]],
    ['another operator', 'c.items[article] *= count', [28, 28]],
    ['a negation put in', 'if c.items != nil {', [19, 19]],
    ['a line of another file', 'module shop', [1, 1]],
  ])('%s', (_name, quote, claimed) => {
    expect(search(quote, claimed)).toEqual({ outcome: 'absent' });
  });

  test('a lone bracket away from the claim', () => {
    expect(search('\t}', [2, 2])).toEqual({
      outcome: 'too-little',
      range: { start: 12, end: 12 },
      places: 8,
    });
  });

  test('few letters in several places away from the claim', () => {
    expect(search('return nil', [1, 3])).toEqual({
      outcome: 'too-little',
      range: { start: 30, end: 30 },
      places: 2,
    });
  });
});

describe('findQuote says what is not literally so', () => {
  test.each<[string, string[]]>([
    ['c.items[article] += count\nc.total += count * price', []],
    ['if c.items == nil { c.items = map[string]int{} }', ['with other line breaks']],
    ['errors.New("count must be positive")', ['as a part of its lines']],
    ['c.items[article] += count\nreturn nil', ['with 1 line between that it leaves out']],
    [
      'c.items = map[string]int{}\n}\n// Prices come from a catalogue.\nprice, err := lookUpPrice(article)\nif err != nil {',
      ['with 1 line between that it leaves out', 'its line 3 reads otherwise at 23'],
    ],
    [
      'c.items[article] += count // races\nc.total += count * price',
      ['some of them written out in the file'],
    ],
  ])('%j', (quote, remarks) => {
    const found = search(quote, [19, 31]);
    expect(found.outcome === 'found' ? found.remarks : found).toEqual(remarks);
  });
});

function search(quote: string, claimed: [number, number] | null) {
  return findQuote({
    source: new SourceText(Buffer.from(file)),
    path,
    readings: readQuote(quote, { side: 'head', path }),
    claimed: claimed === null ? null : { start: claimed[0], end: claimed[1] },
  });
}
