import type { VerdictValue } from '../../../domain/vocabulary.ts';
import type { BriefFinding } from '../consolidation-brief.ts';
import type { ProseFacts } from './prose-facts.ts';
import { idsIn, readable, sentencesOf } from './sentences.ts';

type Judge = (finding: BriefFinding) => boolean;

const of =
  (...severities: readonly string[]): Judge =>
  ({ severity }) =>
    severities.includes(severity);
const verdict =
  (value: VerdictValue): Judge =>
  (finding) =>
    finding.verdict === value;

/** What a word says of the findings in its sentence, and whom it fits. */
const words: readonly [RegExp, Judge][] = [
  [/\bcritical(?:s|ly|ity)?\b/i, of('critical')],
  [/\bimportant(?:s|ly)?\b/i, of('important')],
  [/\bsuggestions?\b/i, of('suggestion')],
  [/\b(?:severe|severest|blockers?|blocking|showstoppers?|catastrophic)\b/i, of('critical')],
  [/\bmajor\b/i, of('critical', 'important')],
  [/\b(?:minor|trivial|cosmetic|nits?|nitpick\w*|negligible)\b/i, of('suggestion')],
  [/\b(?:high|medium|moderate|low)[- ](?:severity|priority|risk)\b|\bP[0-4]\b/i, () => false],
  [/(?<!\b(?:not|never|nobody|un|yet) ?)\bconfirmed\b/i, verdict('confirmed')],
  [/\b(?:not|never|nobody) (?:yet )?confirmed\b|\bunconfirmed\b/i, (one) => one.verdict !== 'confirmed'],
  [/\b(?:disputed|contested|uncertain)\b/i, verdict('uncertain')],
  [/\bunexamined\b|\bnot examined\b/i, verdict('unexamined')],
];
/** Begins a sentence about what the one before named. */
const pronoun =
  /^["'(]*(?:It|Its|This|That|These|Those|They|Both|Each|All|Which|The (?:former|latter|first|second|last)|One)\b/;

/**
 * In a sentence that names findings, a word for a severity or a verdict has to be true of every one of them. A sentence
 * without an id that goes on about the one before is read with that one's.
 */
export function checkJudgement(text: string, { brief }: ProseFacts): string[] {
  const known = new Map(brief.findings.map((finding) => [finding.label, finding]));
  let before: string[] = [];
  return sentencesOf(readable(text)).flatMap((sentence) => {
    const own = idsIn(sentence);
    const ids = own.length > 0 ? own : pronoun.test(sentence) ? before : [];
    before = ids;
    const named = ids.flatMap((id) => known.get(id) ?? []);
    return words.flatMap(([word, judge]) => {
      const said = word.exec(sentence)?.[0];
      if (said === undefined) return [];
      const wrong = named.filter((finding) => !judge(finding)).map(({ label }) => label);
      return wrong.length === 0
        ? []
        : [`a sentence says "${said}" beside ${[...new Set(wrong)].join(', ')}, which it is not true of.`];
    });
  });
}
