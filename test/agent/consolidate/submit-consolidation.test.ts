import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { proseFacts } from '../../../src/agent/consolidate/check/prose-facts.ts';
import { ProseCollector } from '../../../src/agent/consolidate/prose-collector.ts';
import { readConsolidation } from '../../../src/agent/consolidate/read-consolidation.ts';
import { createSubmitConsolidation } from '../../../src/agent/consolidate/submit-consolidation.ts';
import { reviewerName } from '../../../src/domain/reviewer.ts';
import { sampleBrief } from '../../support/consolidation-brief.ts';
import '../../support/property-seed.ts';

const good = {
  executiveSummary: 'C1 deletes data when a lookup fails; [A] and [B] saw it.\n\nI1 is disputed.',
  recommendation: 'C1 and I2 are to be mended first.',
  retro: [
    { reviewer: 'A', text: '[A] alone saw I1.' },
    { reviewer: 'B', text: '[B] alone saw S1.' },
    { reviewer: 'C', text: '[C] raised nothing.' },
  ],
  closing: '[A] and [B] agree on C1.',
};

function open() {
  const collector = new ProseCollector(proseFacts(sampleBrief, []));
  const tool = createSubmitConsolidation(collector, 'Hands in.');
  return {
    submit: (values: Record<string, unknown>) =>
      tool.execute(values, { signal: new AbortController().signal }),
    prose: () => collector.prose(({ reviewer }) => reviewerName(reviewer)),
    refusals: () => collector.refusals(),
  };
}

describe('submit_consolidation', () => {
  test('takes texts that pass, puts the names in, and ends', async () => {
    const { submit, prose, refusals } = open();
    expect(await submit(good)).toEqual({ text: 'The texts are handed in.', isError: false, ends: true });
    expect(prose()).toEqual({
      executiveSummary: 'C1 deletes data when a lookup fails; Codex and Claude saw it.\n\nI1 is disputed.',
      recommendation: 'C1 and I2 are to be mended first.',
      retro: [
        { reviewer: 'codex', text: 'Codex alone saw I1.' },
        { reviewer: 'claude', text: 'Claude alone saw S1.' },
        { reviewer: 'checks', text: 'Checks raised nothing.' },
      ],
      closing: 'Codex and Claude agree on C1.',
    });
    expect(refusals()).toEqual([]);
  });

  test('says what is wrong, keeps the rest, and takes what is mended', async () => {
    const { submit, prose, refusals } = open();
    const answer = await submit({ ...good, recommendation: 'The critical I1 comes first.', closing: '' });
    expect(answer).toEqual({
      isError: false,
      text: [
        'What is right is kept. This is wrong:',
        '- recommendation: a sentence says "critical" beside I1, which it is not true of.\n- Without a text that can stand: recommendation, closing.',
        'Call submit_consolidation again with these parts alone. What is then still wrong is left out.',
      ].join('\n\n'),
    });
    const { recommendation, closing } = good;
    expect(await submit({ recommendation, closing })).toMatchObject({ ends: true });
    expect(prose()).toMatchObject({ recommendation, closing: 'Codex and Claude agree on C1.' });
    expect(refusals()).toEqual([]);
  });

  test('takes repairs at most twice; what is still wrong then is left out, with the reasons', async () => {
    const { submit, prose, refusals } = open();
    const wrong = { ...good, retro: good.retro.slice(0, 2), closing: 'I7 is open.' };
    expect(await submit(wrong)).not.toHaveProperty('ends');
    expect(await submit({ closing: 'I8 is open.' })).not.toHaveProperty('ends');
    expect(await submit({ closing: 'I9 is open.' })).toMatchObject({ ends: true });
    expect(prose()).toMatchObject({
      executiveSummary: expect.stringContaining('C1 deletes data'),
      retro: [{ reviewer: 'codex' }, { reviewer: 'claude' }],
      closing: '',
    });
    expect(refusals()).toEqual([
      {
        part: 'closing',
        reviewer: null,
        text: 'I9 is open.',
        reasons: ['`I9` is the id of no finding in the list.'],
      },
    ]);
  });

  test('a call with nothing in it is not understood, until it was the last one', async () => {
    const { submit, prose } = open();
    expect(await submit({})).toMatchObject({ isError: true, badArguments: true });
    expect(await submit({ verdicts: [] })).toMatchObject({ isError: true });
    expect(await submit({})).toMatchObject({ ends: true });
    expect(prose()).toEqual({ executiveSummary: '', recommendation: '', retro: [], closing: '' });
  });

  test('names letters that nobody has', async () => {
    const { submit } = open();
    const { text } = await submit({ ...good, retro: { A: 'It saw I1 alone.', Q: 'It saw nothing.' } });
    expect(text).toContain('retro: no reviewer has the letter "Q".');
    expect(text).toContain('Without a text that can stand: retro of B, retro of C.');
  });
});

test('reads other spellings, records for lists, and texts with characters that cannot be seen', () => {
  expect(
    readConsolidation({
      executive_summary: ['One.', 'Two.'],
      recommendation: { sentence: 'Because.\r\n' },
      retro: { 'Reviewer A': 'Saw\u200b it.', '[b]': { text: 'Read.' } },
      conclusion: 7,
    }),
  ).toEqual({
    executiveSummary: 'One.\nTwo.',
    recommendation: 'Because.',
    retro: [
      { letter: 'A', text: 'Saw⟦U+200B⟧ it.' },
      { letter: 'B', text: 'Read.' },
    ],
    closing: '7',
  });
});

test('whatever is handed in, each part is a text that passed or is left to be computed', async () => {
  const text = fc.oneof(
    fc.constantFrom('C1 is bad.', 'The critical I1.', 'C9 is bad.', '[A] saw C1.', '<b>', ''),
    fc.string({ unit: 'binary' }),
  );
  const values = fc.oneof(
    fc.record(
      {
        executiveSummary: text,
        recommendation: text,
        retro: fc.array(fc.record({ reviewer: fc.constantFrom('A', 'B', 'C', 'D', ''), text })),
        closing: text,
      },
      { requiredKeys: [] },
    ),
    fc.dictionary(fc.constantFrom('executiveSummary', 'retro', 'closing', 'x'), fc.anything()),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(values, { minLength: 3, maxLength: 3 }), async (calls) => {
      const { submit, prose, refusals } = open();
      let ended = false;
      for (const call of calls) if (!ended) ended = (await submit(call)).ends === true;
      expect(ended).toBe(true);
      const { executiveSummary, recommendation, retro, closing } = prose();
      for (const one of [executiveSummary, recommendation, closing, ...retro.map((entry) => entry.text)])
        expect(one.replace(/^(?:C1 is bad\.|Codex saw C1\.)$/, '')).not.toMatch(/C\d|I\d|\[|<b>|critical/);
      for (const { reasons } of refusals()) expect(reasons.length).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});
