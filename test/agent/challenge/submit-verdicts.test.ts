import { describe, expect, test } from 'vitest';
import type { Question } from '../../../src/agent/challenge/question.ts';
import { createSubmitVerdicts } from '../../../src/agent/challenge/submit-verdicts.ts';
import { VerdictCollector } from '../../../src/agent/challenge/verdict-collector.ts';
import type { GateVerdict } from '../../../src/agent/finding-collector.ts';
import type { FindingClaim } from '../../../src/domain/finding.ts';

const own = { path: 'a.go', startLine: 10, endLine: 14, side: 'head' as const };

function question(id: string, cluster: string): Question {
  return {
    id,
    cluster,
    statement: 'It breaks',
    locations: [own],
    quote: 'x',
    absent: false,
    scenario: '',
  };
}

/** Accepts every quote at the lines it names, but not one that says so. */
async function check({ locations: [claimed], quote }: FindingClaim): Promise<GateVerdict> {
  if (quote === 'nowhere' || claimed === undefined)
    return {
      answer: {
        outcome: 'refused',
        reason: 'no-such-lines',
        nearest: null,
        message: 'No such lines in a.go',
      },
      locations: [],
    };
  const location = { ...claimed };
  if (quote !== 'moved')
    return { answer: { outcome: 'stands', location, message: 'stands' }, locations: [location] };
  return { answer: { outcome: 're-anchored', location, claimed, message: 'moved' }, locations: [location] };
}

function open(...ids: string[]) {
  const questions = ids.map((id, at) => question(id, `k${at + 7}`));
  const collector = new VerdictCollector({ examiner: 'codex', questions, check });
  const tool = createSubmitVerdicts(collector, 'Hands in.');
  const submit = (verdicts: unknown) => tool.execute({ verdicts }, { signal: new AbortController().signal });
  return { collector, submit };
}

const elsewhere = { path: 'a.go', startLine: 20, endLine: 21, side: 'head', quote: 'guard' };

describe('submit_verdicts', () => {
  test('keeps each verdict with what the gate says of its quotes, and ends', async () => {
    const { collector, submit } = open('q1', 'q2');
    const answer = await submit([
      { id: 'q1', verdict: 'refute', argument: 'Guarded.', quotes: [elsewhere], severity: 'suggestion' },
      { id: 'q2', verdict: 'confirm', argument: 'Yes.', quotes: [{ ...elsewhere, quote: 'moved' }] },
    ]);
    expect(answer).toEqual({ text: 'The examination is complete.', isError: false, ends: true });
    const location = { path: 'a.go', startLine: 20, endLine: 21, side: 'head' };
    expect(collector.examinations()).toEqual([
      {
        cluster: 'k7',
        examination: {
          examiner: 'codex',
          answer: 'refute',
          argument: 'Guarded.',
          quotes: [{ location, text: 'guard', contradicts: true, reanchored: false }],
          refusedQuotes: [],
          severity: 'suggestion',
        },
      },
      {
        cluster: 'k8',
        examination: {
          examiner: 'codex',
          answer: 'confirm',
          argument: 'Yes.',
          quotes: [{ location, text: 'moved', contradicts: false, reanchored: true }],
          refusedQuotes: [],
          severity: null,
        },
      },
    ]);
  });

  test('names refused quotes, claims left out, claims not asked about and missing proof, once', async () => {
    const { collector, submit } = open('q1', 'q2', 'q3');
    const first = await submit([
      { id: 'q1', verdict: 'confirm', argument: 'Yes.', quotes: [{ ...elsewhere, quote: 'nowhere' }] },
      { id: 'k7', verdict: 'refute', argument: 'No.' },
      { id: 'q2', verdict: 'refute', argument: 'No.', quotes: [{ ...own, quote: 'x' }] },
    ]);
    expect(first).toMatchObject({ isError: false });
    expect(first.ends).toBeUndefined();
    expect(first.text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
      '- q1: a quote was refused. No such lines in a.go',
      '- q1: a confirmation needs the path to the failure, with the code of each step quoted.',
      '- You were not asked about `k7`: nothing is recorded for it.',
      '- q2: a refutation needs a quote of code that contradicts the claim, other than the lines it points at; an argument alone makes it uncertain.',
      '- Without a verdict: q3.',
    ]);
    const second = await submit([{ id: 'q1', verdict: 'cannot-tell', argument: 'Lost it.' }]);
    expect(second.ends).toBe(true);
    expect(collector.missing()).toEqual(['q3']);
    expect(collector.examinations().map(({ cluster, examination }) => [cluster, examination.answer])).toEqual(
      [
        ['k7', 'unsure'],
        ['k8', 'refute'],
      ],
    );
    expect(collector.examinations()[1]?.examination.quotes).toMatchObject([{ contradicts: false }]);
  });

  test('lets an examiner hand in claim by claim', async () => {
    const { collector, submit } = open('q1', 'q2', 'q3');
    const one = (id: string) => submit([{ id, verdict: 'cannot-tell', argument: 'Perhaps.' }]);
    expect([(await one('q1')).ends, (await one('q2')).ends, (await one('q3')).ends]).toEqual([
      undefined,
      undefined,
      true,
    ]);
    expect(collector.missing()).toEqual([]);
  });

  test.each([
    ['nothing', undefined],
    ['text', 'all fine'],
    ['an entry without a verdict', [{ id: 'q1' }]],
    ['a verdict nobody knows', [{ id: 'q1', verdict: 'maybe so' }]],
  ])('does not understand %s', async (_name, verdicts) => {
    const { collector, submit } = open('q1');
    expect(await submit(verdicts)).toMatchObject({ isError: true, badArguments: true });
    expect(collector.missing()).toEqual(['q1']);
  });
});
