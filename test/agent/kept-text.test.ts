import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeptText } from '../../src/agent/kept-text.ts';

const secret = [
  'package vault',
  'func unlock(token string) error {',
  '\tif token != "k3y-0f-the-whole-vault-2291" { return errNoEntry }',
  '\treturn nil, err',
  'const seed = "9f86d081884c7d659a2f"',
].join('\n');
const kept = new KeptText({
  kept: [
    { path: 'secret/unlock.go', text: secret },
    { path: 'secret/main.go', text: null },
  ],
  openPaths: ['cmd/main.go', 'probe.go'],
});

describe('text about files that are kept from its reader', () => {
  test.each([
    ['the file by its path', 'It goes wrong in `secret/unlock.go:3`.'],
    ['the file by its name', 'See unlock.go, which it calls.'],
    ['a file of which nothing was read', 'See ./secret/main.go.'],
    ['a line in a block', '```go\n    if token != "k3y-0f-the-whole-vault-2291" { return errNoEntry }\n```'],
    ['a line as a diff shows it', '+func unlock(token string) error {'],
    ['a part of a line', 'It says `token != "k3y-0f-the-whole-vault-2291"` there.'],
    ['a key in a sentence', 'The seed 9f86d081884c7d659a2f is short.'],
  ])('is recognised by %s', (_name, text) => {
    expect(kept.isIn(text, '')).toBe(true);
  });

  test.each([
    ['words of its own', 'Nobody checks the token before it is unlocked.'],
    ['the name of a file that may be seen', 'See main.go and cmd/main.go.'],
    ['a line that stands everywhere', 'It ends with `return nil, err`.'],
  ])('is not suspected for %s', (_name, text) => {
    expect(kept.isIn(text, '')).toBe(false);
  });

  test('gives nothing away with what its reader may see anyway', () => {
    const line = 'func unlock(token string) error {';
    expect([kept.isIn(line, line), kept.isIn(line, 'func other() {')]).toEqual([false, true]);
  });

  test('is never suspected where nothing is kept', () => {
    const open = new KeptText({ kept: [], openPaths: ['secret/unlock.go'] });
    expect(open.isIn(secret, '')).toBe(false);
  });
});

test('a long enough piece of any line is found in whatever stands around it', () => {
  const line = fc.string({ unit: fc.constantFrom(...'abcdefgh(){}="._ '), minLength: 40, maxLength: 120 });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(), (lines, which, from) => {
      const chosen = (lines[which % lines.length] ?? '').replaceAll(' ', '');
      fc.pre(chosen.length >= 31);
      const at = from % (chosen.length - 30);
      const files = [{ path: 'kept.txt', text: lines.join('\n') }];
      const piece = chosen.slice(at, at + 31);
      expect(new KeptText({ kept: files, openPaths: [] }).isIn(`before ${piece} after`, '')).toBe(true);
    }),
  );
});
