import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePath, encodePath } from '../../src/domain/git-path.ts';

test('any bytes come back as they were, also through JSON', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const path = JSON.parse(JSON.stringify(decodePath(bytes)));
      expect([...encodePath(path)]).toEqual([...bytes]);
    }),
  );
});

test('different bytes never become the same path', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 }), (a, b) => {
      expect(decodePath(a) === decodePath(b)).toBe(Buffer.compare(a, b) === 0);
    }),
  );
});

test.each([
  ['plain', Buffer.from('src/a.go'), 'src/a.go'],
  ['UTF-8', Buffer.from('grün/日本.ts'), 'grün/日本.ts'],
  ['a lone Latin-1 byte', Buffer.from([0x61, 0xff, 0x62]), 'a\udcffb'],
  ['an encoded surrogate', Buffer.from([0xed, 0xb3, 0xbf]), '\udced\udcb3\udcbf'],
  ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x61]), '\ufeffa'],
])('%s', (_name, bytes, path) => {
  expect(decodePath(bytes)).toBe(path);
  expect(encodePath(path)).toEqual(bytes);
});
