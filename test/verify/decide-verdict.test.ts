import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Examination } from '../../src/domain/verdict.ts';
import { decideVerdict } from '../../src/verify/decide-verdict.ts';

const place = { path: 'a.go', startLine: 1, endLine: 2, side: 'head' as const };
const vendors = new Map([
  ['claude', 'anthropic'],
  ['codex', 'openai'],
  ['gemini', 'google'],
]);

/**
 * `codex+path`: confirmed, every quote stands; `codex+word`: confirmed without a quote; `codex+torn`: one quote was
 * refused; `codex-quote`: refuted with code that contradicts; `codex-word`: refuted by argument; `codex?`: cannot tell.
 */
function parseExamination(text: string): Examination {
  const [, examiner = '', sign = '', how = ''] = /^(\w+)([+?-])(\w*)$/.exec(text) ?? [];
  const quoted = ['path', 'torn', 'quote'].includes(how);
  return {
    examiner,
    answer: sign === '+' ? 'confirm' : sign === '-' ? 'refute' : 'unsure',
    argument: 'Because.',
    quotes: quoted ? [{ location: place, text: 'x', contradicts: how === 'quote', reanchored: false }] : [],
    refusedQuotes: how === 'torn' ? [{ claimed: place, text: 'y', message: 'No such lines' }] : [],
    severity: null,
  };
}

function decide(raisedBy: readonly string[], examinations: string) {
  return decideVerdict({
    raisedBy: new Set(raisedBy),
    examinations: examinations.split(' ').filter(Boolean).map(parseExamination),
    vendorOf: (examiner) => vendors.get(examiner),
    silence: 'nobody was asked',
  });
}

const one = ['anthropic'];
const two = ['anthropic', 'openai'];
const all = ['anthropic', 'openai', 'google'];

describe('the table of verdicts', () => {
  test.each([
    ['nobody answered', one, '', 'unexamined', 'inferred', 'nobody was asked'],
    [
      'all that answered confirm',
      one,
      'codex+path gemini+path',
      'confirmed',
      'observed',
      'Codex and Gemini confirmed it with a path whose quotes stand',
    ],
    [
      'one confirms, one cannot tell',
      one,
      'codex+path gemini?',
      'confirmed',
      'observed',
      'Codex confirmed it with a path whose quotes stand',
    ],
    ['confirmed by a word', one, 'codex+word', 'confirmed', 'inferred', 'Codex confirmed it'],
    [
      'confirmed with a quote that is nowhere',
      one,
      'codex+torn',
      'confirmed',
      'inferred',
      'Codex confirmed it',
    ],
    [
      'one refutes with a counter-quote',
      one,
      'codex-quote',
      'refuted',
      'inferred',
      'Codex refuted it with code that contradicts it',
    ],
    [
      'one refutes with a counter-quote, one cannot tell',
      one,
      'codex-quote gemini?',
      'refuted',
      'inferred',
      'Codex refuted it with code that contradicts it',
    ],
    [
      'one refutes by argument only',
      one,
      'codex-word',
      'uncertain',
      'inferred',
      'Codex refuted it by argument alone, without code that contradicts it',
    ],
    [
      'two refute by argument',
      one,
      'codex-word gemini-word',
      'refuted',
      'inferred',
      'Codex and Gemini refuted it',
    ],
    [
      'one confirms, one refutes with a counter-quote',
      one,
      'codex+path gemini-quote',
      'uncertain',
      'observed',
      'Codex confirmed it and Gemini refuted it',
    ],
    [
      'nobody could tell',
      one,
      'codex? gemini?',
      'unexamined',
      'inferred',
      'its quote stands; Codex and Gemini could not tell',
    ],
    [
      'a program raised it',
      [],
      'claude-quote',
      'refuted',
      'inferred',
      'Claude refuted it with code that contradicts it',
    ],
    [
      'two vendors, nobody asked',
      two,
      '',
      'confirmed',
      'inferred',
      'raised independently by models of 2 vendors, and its quotes stand',
    ],
    [
      'two vendors, one cannot tell',
      two,
      'gemini?',
      'confirmed',
      'inferred',
      'raised independently by models of 2 vendors, and its quotes stand',
    ],
    [
      'two vendors, one confirms',
      two,
      'gemini+path',
      'confirmed',
      'observed',
      'raised independently by models of 2 vendors, and its quotes stand; Gemini confirmed it with a path whose quotes stand',
    ],
    [
      'two vendors, one refutes with a counter-quote',
      two,
      'gemini-quote',
      'uncertain',
      'inferred',
      'Gemini refuted it, which one examiner alone cannot do to what models of 2 vendors raised',
    ],
    [
      'all vendors, asked again, one confirms',
      all,
      'claude+path',
      'confirmed',
      'inferred',
      'raised independently by models of 3 vendors, and its quotes stand; Claude confirmed it',
    ],
    [
      'all vendors, asked again, two refute',
      all,
      'claude-quote codex-word',
      'refuted',
      'inferred',
      'Claude and Codex refuted it',
    ],
  ] as const)('%s', (_name, raisedBy, examinations, verdict, evidence, reason) => {
    expect(decide(raisedBy, examinations)).toEqual({ verdict, evidence, reason });
  });

  test('one examiner alone never refutes what two vendors raised, nor by argument what one did', () => {
    const answer = fc.constantFrom('+path', '+word', '+torn', '-quote', '-word', '?');
    fc.assert(
      fc.property(fc.constantFrom(one, two, all), fc.array(answer, { maxLength: 3 }), (raisedBy, answers) => {
        const examiners = ['claude', 'codex', 'gemini'];
        const { verdict } = decide(raisedBy, answers.map((how, at) => `${examiners[at]}${how}`).join(' '));
        const refuters = answers.filter((how) => how.startsWith('-'));
        if (verdict === 'refuted') {
          expect(answers.some((how) => how.startsWith('+'))).toBe(false);
          expect(refuters.length >= 2 || (raisedBy === one && refuters[0] === '-quote')).toBe(true);
        }
        if (verdict === 'confirmed') expect(refuters).toEqual([]);
      }),
    );
  });
});
