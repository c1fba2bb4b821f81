import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DuplicatesCollector } from '../../../src/agent/duplicates/duplicates-collector.ts';
import { createSubmitDuplicates } from '../../../src/agent/duplicates/submit-duplicates.ts';

function open(...ids: string[]) {
  const collector = new DuplicatesCollector(ids.map((id) => ({ id, a: 'f1', b: 'f2' })));
  const tool = createSubmitDuplicates(collector, 'Hands in.');
  const submit = (values: Record<string, unknown>) =>
    tool.execute(values, { signal: new AbortController().signal });
  return { collector, submit };
}

const problemsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('- '));

describe('submit_duplicates', () => {
  test('takes every pair in one of the two lists, and ends', async () => {
    const { collector, submit } = open('p1', 'p2', 'p3');
    expect(await submit({ same: ['p2'], different: ['p1', 'p3'] })).toEqual({
      text: 'The comparison is complete.',
      isError: false,
      ends: true,
    });
    expect(collector.answers()).toEqual([
      { id: 'p1', same: false },
      { id: 'p2', same: true },
      { id: 'p3', same: false },
    ]);
    expect([collector.missing(), collector.invented()]).toEqual([[], 0]);
  });

  test('names ids that are unknown, in both lists and in neither, and takes the correction', async () => {
    const { collector, submit } = open('p1', 'p2', 'p3', 'p4');
    const first = await submit({ same: ['p1', 'p2', 'p99'], different: ['p2'] });
    expect([first.ends, problemsOf(first.text)]).toEqual([
      undefined,
      ['- There are no such pairs: `p99`.', '- In both lists: `p2`.', '- In neither list: `p2`, `p3`, `p4`.'],
    ]);
    const second = await submit({ same: ['p2'], different: ['p1', 'p3', 'p4'] });
    expect(second.ends).toBe(true);
    expect(collector.answers().map(({ same }) => same)).toEqual([false, true, false, false]);
    expect(collector.invented()).toBe(0);
  });

  test('ends after two repairs with what there is: the rest has no answer, what was invented is counted', async () => {
    const { collector, submit } = open('p1', 'p2');
    const answers = [];
    for (const round of [1, 2, 3])
      answers.push(await submit({ same: ['p1', `p${round}0`], different: ['x'] }));
    expect(answers.map(({ ends }) => ends)).toEqual([undefined, undefined, true]);
    expect(collector.answers()).toEqual([{ id: 'p1', same: true }]);
    expect([collector.missing(), collector.invented()]).toEqual([['p2'], 2]);
  });

  test.each([
    ['nothing', {}],
    ['other words', { verdict: 'all of them' }],
    ['lists of nothing that has an id', { pairs: ['same'] }],
  ])('does not understand %s, at most twice', async (_name, values) => {
    const { collector, submit } = open('p1');
    expect(await submit(values)).toMatchObject({ isError: true, badArguments: true });
    expect(await submit(values)).toMatchObject({ isError: true });
    expect(await submit(values)).toMatchObject({ ends: true });
    expect(collector.missing()).toEqual(['p1']);
  });

  test.each<[string, Record<string, unknown>]>([
    ['ids in one text', { same: '`p1`, P3', different: 'p2' }],
    ['other names of the lists', { duplicates: ['p1', 'p3'], distinct: ['p2'] }],
    ['entries with an id', { same: [{ id: 'p1' }, { pair: 'p3' }], different: [{ id: 'p2' }] }],
    [
      'one list of entries',
      {
        pairs: [
          { id: 'p1', same: true },
          { id: 'p2', answer: 'different' },
          { id: 'p3', verdict: 'Same' },
        ],
      },
    ],
  ])('understands %s', async (_name, values) => {
    const { collector, submit } = open('p1', 'p2', 'p3');
    expect(await submit(values)).toMatchObject({ ends: true });
    expect(collector.answers().map(({ same }) => same)).toEqual([true, false, true]);
  });

  test('understands that none is the same', async () => {
    const { collector, submit } = open('p1');
    expect(await submit({ same: 'none', different: ['p1'] })).toMatchObject({ ends: true });
    expect(collector.answers()).toEqual([{ id: 'p1', same: false }]);
  });
});

test('whatever a model hands in: answers are on pairs that were asked, each once, and three calls are the end', async () => {
  const id = fc.oneof(fc.constantFrom('p1', 'p2', 'p3', 'P2 ', 'p4', '__proto__', ''), fc.string());
  const list = fc.oneof(fc.array(fc.oneof(id, fc.record({ id }))), id, fc.jsonValue());
  const call = fc.oneof(
    fc.record({ same: list, different: list }, { requiredKeys: [] }),
    fc.dictionary(fc.constantFrom('same', 'different', 'pairs', 'constructor'), fc.jsonValue()),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 3, maxLength: 3 }), async (calls) => {
      const { collector, submit } = open('p1', 'p2', 'p3');
      const ends: unknown[] = [];
      for (const values of calls) {
        const answer = await submit(values);
        ends.push(answer.ends);
        expect(answer.text.length).toBeLessThan(20_000);
      }
      expect(ends).toContain(true);
      const answered = collector.answers().map((answer) => answer.id);
      expect([...answered, ...collector.missing()].sort()).toEqual(['p1', 'p2', 'p3']);
    }),
  );
});
