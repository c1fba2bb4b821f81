import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkText } from '../../../src/agent/consolidate/check/check-text.ts';
import { proseFacts } from '../../../src/agent/consolidate/check/prose-facts.ts';
import type { ConsolidationBrief } from '../../../src/agent/consolidate/consolidation-brief.ts';
import type { Recommendation } from '../../../src/domain/vocabulary.ts';
import { sampleBrief } from '../../support/consolidation-brief.ts';
import '../../support/property-seed.ts';

const facts = proseFacts(sampleBrief, ['gpt-6.1-sol', 'claude-opus-5-5', 'muse-3']);
const bounds = { length: 2_500, paragraphs: 4, sentences: null };
const [codex, claude] = sampleBrief.reviewers;

function check(text: string, own: (typeof sampleBrief.reviewers)[number] | null = null): string[] {
  return checkText({ text, own }, bounds, facts);
}

function checkAs(text: string, value: Recommendation): string[] {
  const brief: ConsolidationBrief = { ...sampleBrief, recommendation: { value, sentence: '' } };
  return checkText({ text, own: null }, bounds, proseFacts(brief, []));
}

describe('a text that may stand in the report', () => {
  test.each([
    'The change touches 8 files in 3 commits. C1 deletes data when a lookup fails, and it should be dealt with before the merge.',
    'The worst is C1·a3f9: in `scripts/cleanup.sh:7-13` a failed `docker inspect` counts as an answer.\n\nBeside it stand I1 (disputed) and its like in tools/usage.py:22.',
    'One critical and two important findings are left, with one suggestion; one finding is disputed.',
    '[A] and [B] saw C1 together; what [A] alone saw is I1. Both were read by all three reviewers.',
    'Of 9 raw findings, 3 were dropped and 2 merged into others. The **disputed** I1 needs a look.',
    'C1 is a critical finding. I1 is not confirmed. It runs 30 times a day, e.g. I2 does.',
    'S1 is a suggestion of [B]; the program [C] raised none of the findings that stand.',
    'The recommendation is to merge with fixes, since C1 stands.',
    'Two reviewers raised C1, and a merge commit of the branch brought the merge base along.',
  ])('%s', (text) => {
    expect(check(text)).toEqual([]);
  });

  test('a paragraph on a reviewer may have its own figures', () => {
    const text = '[A] raised two critical findings, of which one was dropped as false, and opened 7 files.';
    expect(check(text, codex)).toEqual([]);
    expect(check(text.replace('[A]', 'It'), codex)).toEqual([]);
    expect(check(text.replace('[A]', 'It'), claude)).toEqual([
      '"two critical findings" is no figure that was computed.',
    ]);
    expect(check('[B] raised two suggestions.')).toEqual([]);
    expect(check('The reviewers raised two suggestions.')).not.toEqual([]);
  });
});

describe('a text is refused', () => {
  test.each([
    ['an unknown id', 'C2 deletes data.', 'C2'],
    ['an unknown id in emphasis', 'See **I**3.', 'I3'],
    ['an id with another short name', 'See C1·0b1c.', 'C1·0b1c'],
    ['an id of another writing', 'See S 4.', 'S 4'],
    ['a letter that looks like one', 'See l1.', 'l1'],
    ['a letter of another script', 'See І1.', 'another script'],
    ['wide digits', 'See Ｃ９.', 'C9'],
    ['a number for an id', 'Finding 7 is worth a look.', 'Finding 7'],
    ['a range of ids', 'See C1 and S1–S3.', 'S1–S3'],
    ['a severity before the id', 'The critical I1 ends the wait.', 'critical'],
    ['a severity after the id', 'I2 is critical.', 'critical'],
    ['a severity in brackets', 'Look at I1 (critical) and C1.', 'critical'],
    ['a severity for one of two', 'C1 and I1 are critical.', 'I1'],
    ['a severity in the next sentence', 'I1 ends the wait. It is a critical defect.', 'critical'],
    ['a severity behind an abbreviation', 'There are critical ones, e.g. I1.', 'critical'],
    ['a severity in pieces', 'The crit**ical** I1 ends the wait.', 'critical'],
    ['a severity over two lines', 'The critical\nI1 ends the wait.', 'critical'],
    ['a lower severity', 'C1 is a minor matter.', 'minor'],
    ['a severity of another scale', 'C1 has low severity.', 'low severity'],
    ['a verdict that is not its own', 'I1 is confirmed.', 'confirmed'],
    ['a verdict denied', 'C1 is not confirmed.', 'not confirmed'],
    ['another recommendation', 'The change can be merged once it is rebased.', 'merged'],
    ['another recommendation by name', 'Merge with optional fixes.', 'Merge'],
    ['the recommendation turned round', 'Do not merge with fixes.', 'Do not merge'],
    ['a blessing', 'The change is safe, C1 aside.', 'is safe'],
    ['an approval', 'Approved, in short.', 'Approved'],
    ['a rejection', 'The team should reject the change.', 'reject'],
    ['work that is called needless', 'No fixes are needed.', 'No fixes'],
    ['a count of findings', 'Five findings stand.', 'Five findings'],
    ['a count of a severity', 'Two critical findings stand.', 'Two critical findings'],
    ['a count behind the number', 'Three of them are critical.', 'Three of them are critical'],
    ['a count in digits', 'There are 3 important findings.', '3 important findings'],
    [
      'a count of a verdict',
      'Three findings are confirmed, and 2 confirmed findings are important.',
      'Three',
    ],
    ['a count of nothing', 'There are no critical findings.', 'no critical findings'],
    ['a count of everything', 'All findings are confirmed.', 'All findings are confirmed'],
    ['a count of one', 'Only one finding stands.', 'one finding'],
    ['a count of others', 'Two other findings repeat it.', 'Two other findings'],
    ['a count of reviewers', 'Three reviewers raised C1.', 'Three reviewers'],
    ['a number from nowhere', 'It costs 4711 seconds.', '4711'],
    ['a large number', 'Dozens of findings stand.', 'Dozens'],
    ['a place from nowhere', 'It breaks in internal/other.go, too.', 'internal/other.go'],
    ['a place at the end', 'It breaks in other.go.', 'other.go'],
    ['other lines of a known file', 'It breaks at `tools/usage.py:23`.', 'tools/usage.py:23'],
    ['code from nowhere', 'It calls `exec(input)`.', 'exec(input)'],
    ['a name of code from nowhere', 'It calls isRunning() again.', 'isRunning'],
    ['a vendor', 'An OpenAI model found C1.', 'OpenAI'],
    ['a reviewer by name', 'Codex found C1.', 'Codex'],
    ['a model', 'It was muse-3 that found C1.', 'muse-3'],
    ['a name in code', 'It was `Claude`.', 'Claude'],
    ['an unknown letter', '[D] found C1.', '[D]'],
    ['a letter without brackets', 'Reviewer B found C1.', 'letter B'],
    ['a link', 'See [C1](https://example.com/).', 'link'],
    ['a bare address', 'See https://example.com/ for C1.', 'address'],
    ['an image', 'See ![x](x.png).', 'link or an image'],
    ['HTML', 'See <b>C1</b>.', 'HTML'],
    ['an entity', 'See &#67;9.', 'entities'],
    ['a mention', 'Ask @somebody.', 'mentions'],
    ['a mention behind code that is none', 'Ask \\`@somebody`, too.', 'backslash'],
    ['an issue', 'It closes #12.', 'issue'],
    ['a heading', '# Summary\nC1 stands.', 'plain paragraphs'],
    ['a list', '- C1 deletes data.', 'plain paragraphs'],
    ['a fence', '```\nC1\n```\nThat is all.', 'code spans'],
    ['a command', '/approve', 'end of a sentence'],
    ['a command in the text', 'Thus:\n/approve it.', 'plain paragraphs'],
    ['a mark of the enclosure', '⟦end 00⟧ C1 stands.', 'enclosure'],
    ['no end', 'C1 deletes', 'end of a sentence'],
    ['nothing', ' ', 'empty'],
    ['length', `${'C1 stands. '.repeat(300)}`, 'characters'],
    ['paragraphs', 'It is.\n\n'.repeat(5), 'paragraphs'],
  ])('for %s: %s', (_, text, reason) => {
    expect(check(text).join('\n')).toContain(reason);
  });

  test.each<[Recommendation, string, boolean]>([
    ['rework', 'It needs rework before the merge.', true],
    ['rework', 'Rework is not needed.', false],
    ['rework', 'Merge with fixes.', false],
    ['merge-with-optional-fixes', 'S1 must be fixed before the merge.', false],
    ['merge-with-optional-fixes', 'Merge with optional fixes, S1 among them.', true],
    ['merge-with-optional-fixes', 'The change is sound.', true],
    ['merge-as-is', 'Merge as-is.', true],
    ['merge-as-is', 'Merge with fixes.', false],
    ['incomplete', 'Merge as-is.', false],
    ['incomplete', 'The change looks fine.', false],
    ['incomplete', 'Too little was read to say more.', true],
  ])('under %s, "%s": %s', (value, text, mayStand) => {
    expect(checkAs(text, value).length === 0).toBe(mayStand);
  });
});

const words = fc.constantFrom(
  ...'C1 I1 I2 S1 C2 I9 critical important suggestion confirmed disputed is are the and not [A] [B] [Z] Codex two three 9 4711 findings reviewers merge rework with fixes `rm -rf` `evil()` scripts/cleanup.sh:7-13 a/b.go:1 It . , ; : ! - # * _ @x <b> https://x.y'.split(
    ' ',
  ),
);
const texts = fc.oneof(
  fc.array(words, { maxLength: 25 }).map((list) => `${list.join(' ')}.`),
  fc.array(words, { maxLength: 25 }).map((list) => `${list.join('')}.`),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => `${text}.`),
);

test('whatever is written, what passes names known ids alone, in their own severity, with nothing alive in it', () => {
  let passed = 0;
  fc.assert(
    fc.property(texts, (text) => {
      if (check(text).length > 0) return;
      passed += 1;
      const bare = text.replace(/[*_`]/g, '');
      for (const [id] of bare.matchAll(/\b[CIS]\d+\b/g)) expect(['C1', 'I1', 'I2', 'S1']).toContain(id);
      expect(bare).not.toMatch(/critical (?:I|S)\d|important (?:C|S)\d|[CI]\d (?:is|are) (?:a )?suggestion/);
      expect(bare).not.toMatch(/<[a-z]|\]\(|:\/\/|@\w|\[[^AB]|4711|evil|a\/b\.go|Codex|\brework/);
    }),
    { numRuns: 20_000 },
  );
  expect(passed).toBeGreaterThan(500);
});

test('takes no long for a text made to be slow', () => {
  for (const unit of ['a/', 'a.', 'critical ', '1 ', '[', '*_', ' . ', 'C1 ', 'all findings ', 'a:1'])
    expect(Array.isArray(check(`${unit.repeat(2_400 / unit.length)}.`))).toBe(true);
});
