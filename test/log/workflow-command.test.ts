import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckAnnotation } from '../../src/domain/publication.ts';
import { makeLogLine, makeLogLines } from '../../src/log/log-line.ts';
import { writeAnnotationCommands } from '../../src/log/workflow-command.ts';
import { hostileRows } from '../render/hostile/hostile-rows.ts';

const plain: CheckAnnotation = {
  path: 'a,b:c/d%.go',
  startLine: 3,
  endLine: 4,
  level: 'warning',
  title: 'I1·a3f9: 100% wrong, twice',
  message: 'First: 50%\nsecond, ::error::no\r\nthird ##[error]no',
};

test('an annotation is one line with every separator escaped', () => {
  expect(
    writeAnnotationCommands([plain, { ...plain, level: 'failure', path: 'a.go', title: 't', message: 'm' }]),
  ).toEqual([
    '::warning file=a%2Cb%3Ac/d%25.go,line=3,endLine=4,title=I1·a3f9%3A 100%25 wrong%2C twice::First: 50%25%0Asecond, ::error::no⟦U+000D⟧%0Athird #⟦U+0023⟧[error]no',
    '::error file=a.go,line=3,endLine=4,title=t::m',
  ]);
  expect(writeAnnotationCommands([{ ...plain, message: '\n::stop-commands::x' }])[0]).toContain(
    '::%0A⟦U+003A⟧:stop-commands::x',
  );
});

test('there are at most ten, the first ones, and none is endless', () => {
  const many = Array.from({ length: 30 }, (_, at) => ({
    ...plain,
    startLine: at + 1,
    message: '\u{1F600}'.repeat(9999),
  }));
  const lines = writeAnnotationCommands(many);
  expect(lines.map((line) => /,line=(\d+),/.exec(line)?.[1])).toEqual(
    [...Array(10).keys()].map((at) => `${at + 1}`),
  );
  for (const line of lines) expect(line.length).toBeLessThan(2500);
});

test('whatever the texts, a runner reads one command with exactly them', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(...hostileRows.map((row) => row.text.slice(0, 1500))),
    fc
      .array(fc.constantFrom(':', ',', '%', '\n', '\r', '::', '##[', '%0A', 'x', '\u2028'), { maxLength: 12 })
      .map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, text, text, (path, title, message) => {
      const [line = ''] = writeAnnotationCommands([{ ...plain, path, title, message }]);
      expect(hidden.test(line)).toBe(false);
      expect(readCommand(line)).toEqual({
        command: 'warning',
        properties: { file: makeLogLine(path), line: '3', endLine: '4', title: makeLogLine(title) },
        message: makeLogLines(message),
      });
    }),
    { numRuns: 50 },
  );
});

const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]|##\w*\[/u;

/** As the runner reads one: up to the second `::`, pairs between commas, and then the message. */
function readCommand(line: string) {
  const [, command, pairs = '', message = ''] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [];
  const read = (text: string) =>
    text
      .replace(/%2C/g, ',')
      .replace(/%3A/g, ':')
      .replace(/%0A/g, '\n')
      .replace(/%0D/g, '\r')
      .replace(/%25/g, '%');
  const properties = Object.fromEntries(
    pairs.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), read(pair.slice(at + 1))];
    }),
  );
  return {
    command,
    properties,
    message: message.replace(/%0A/g, '\n').replace(/%0D/g, '\r').replace(/%25/g, '%'),
  };
}
