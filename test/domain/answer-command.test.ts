import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnswerCommand,
  answerLimits,
  parseAnswerCommands,
  readFindingName,
} from '../../src/domain/answer-command.ts';

const both = { label: 'I2', id: '77c0' };
const decline = (finding: object, reason: string) => ({ kind: 'decline', finding, reason }) as AnswerCommand;
const malformed = (command: string, problem: string) =>
  ({ kind: 'malformed', command, problem }) as AnswerCommand;

describe('commands in a comment', () => {
  test.each<[string, AnswerCommand[]]>([
    ['/deep-review review', [{ kind: 'review', full: false }]],
    ['/deep-review review full', [{ kind: 'review', full: true }]],
    ['/Deep-Review\tREVIEW  Full  ', [{ kind: 'review', full: true }]],
    ['/deep-review accept I2·77c0', [{ kind: 'accept', finding: both, note: '' }]],
    ['/deep-review accept `I2·77c0` will do', [{ kind: 'accept', finding: both, note: 'will do' }]],
    ['/deep-review decline I2·77c0 by design', [decline(both, 'by design')]],
    ['/deep-review decline **I2.77C0**: by design', [decline(both, 'by design')]],
    ['/deep-review decline i2-77c0 -1 is right', [decline(both, '-1 is right')]],
    ['/deep-review decline I2 77c0 — by design', [decline(both, 'by design')]],
    ['/deep-review decline I2 · 77c0 by design', [decline(both, 'by design')]],
    ['/deep-review decline I2·beef rare', [decline({ label: 'I2', id: 'beef' }, 'rare')]],
    ['/deep-review decline I2 dead code', [decline({ label: 'I2', id: null }, 'dead code')]],
    ['/deep-review decline I2 - added later', [decline({ label: 'I2', id: null }, 'added later')]],
    ['/deep-review decline I2: not so', [decline({ label: 'I2', id: null }, 'not so')]],
    ['/deep-review decline 77c0-2 twice', [decline({ label: null, id: '77c0-2' }, 'twice')]],
    ['/deep-review decline I2-77c0-2 twice', [decline({ label: 'I2', id: '77c0-2' }, 'twice')]],
    ['/deep-review decline I2·77c0', [malformed('decline', 'no-reason')]],
    ['/deep-review decline', [malformed('decline', 'no-finding')]],
    ['/deep-review decline that one', [malformed('decline', 'no-finding')]],
    ['/deep-review decline I2x·77c0 because', [malformed('decline', 'no-finding')]],
    [`/deep-review decline I2·77c0 ${'x'.repeat(2_001)}`, [malformed('decline', 'too-long')]],
    ['/deep-review verify a3f9', [{ kind: 'verify', finding: { label: null, id: 'a3f9' } }]],
    ['/deep-review explain C1', [{ kind: 'explain', finding: { label: 'C1', id: null } }]],
    ['/deep-review rerun gemini', [{ kind: 'rerun', reviewer: 'gemini' }]],
    ['/deep-review rerun a b', [malformed('rerun', 'no-reviewer')]],
    ['/deep-review', [{ kind: 'help' }]],
    ['/deep-review help', [{ kind: 'help' }]],
    ['/deep-review merge now', [{ kind: 'unknown', word: 'merge now' }]],
    ['/deep-review review everything', [{ kind: 'unknown', word: 'review everything' }]],
    [
      '\r\n/deep-review accept a3f9\r\n\r\n/deep-review explain I2·77c0\r\nthanks\r\n/deep-review review',
      [
        { kind: 'accept', finding: { label: null, id: 'a3f9' }, note: '' },
        { kind: 'explain', finding: both },
      ],
    ],
    ['> /deep-review review\n\n/deep-review help', [{ kind: 'help' }]],
    ['> somebody said\n/deep-review review', []],
    ['```\n/deep-review review\n``\n````\n/deep-review help', [{ kind: 'help' }]],
    ['~~~ sh\n/deep-review review\n```\n/deep-review review', []],
    ['    /deep-review review\n\t/deep-review review', []],
    ['Please /deep-review review', []],
    ['I think\n/deep-review review', []],
    ['<!-- x -->\n/deep-review review', []],
    ['/deep-reviewer review', []],
    ['/deep-review: review', []],
    ['- /deep-review review', []],
    ['', []],
  ])('%j', (text, commands) => {
    expect(parseAnswerCommands(text)).toEqual(commands);
  });

  test('are bounded, and never come from a quote or a code block, whatever the text', () => {
    const piece = fc.constantFrom(
      '/deep-review ',
      'decline ',
      'I1·a3f9 ',
      '> ',
      '```',
      '\n',
      '    ',
      '·',
      'so ',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const commands = parseAnswerCommands(text);
        expect(commands.length).toBeLessThanOrEqual(answerLimits.commands);
        const lines = text.split(/\r\n?|\n/);
        expect(commands.length).toBeLessThanOrEqual(
          lines.filter((line) => /^ {0,3}\/deep-review(\s|$)/i.test(line)).length,
        );
        expect(parseAnswerCommands(lines.map((line) => `> ${line}`).join('\n'))).toEqual([]);
        expect(parseAnswerCommands(lines.map((line) => `    ${line}`).join('\n'))).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(parseAnswerCommands('/deep-review help\n'.repeat(500))).toHaveLength(answerLimits.commands);
    expect(parseAnswerCommands(`/deep-review decline I1${' '.repeat(60_000)}x`)).toEqual([
      decline({ label: 'I1', id: null }, 'x'),
    ]);
  });

  test('name a finding as people write it, and keep the reason whole', () => {
    const hex = fc.stringMatching(/^[0-9a-f]{4,12}$/);
    const label = fc.tuple(fc.constantFrom('C', 'I', 'S', 'i', 's'), fc.integer({ min: 1, max: 999 }));
    const words = fc.stringMatching(/^[a-z]{5}[ -~]{0,40}$/).map((text) => text.trim());
    fc.assert(
      fc.property(
        label,
        hex,
        fc.constantFrom('·', '.', '-', ' · ', ':'),
        words,
        ([letter, at], id, by, reason) => {
          const finding = { label: `${letter}${at}`.toUpperCase(), id };
          expect(readFindingName(`${letter}${at}${by}${id} ${reason}`)).toEqual({ finding, rest: reason });
          expect(readFindingName(id)).toEqual({ finding: { label: null, id }, rest: '' });
        },
      ),
    );
  });
});
