import type { Severity } from '../../../domain/vocabulary.ts';
import type { BriefReviewer } from '../consolidation-brief.ts';
import { allFigures, type Counted, countedFigures } from './counted-figures.ts';
import { digitsIn, readNumber } from './numbers.ts';
import type { ProseFacts, ProseText } from './prose-facts.ts';
import { idsIn, lettersIn, readable, sentencesOf } from './sentences.ts';

/** Words after a number that may say what it counts. */
const reach = 6;
const token = /\[[A-Za-z]{1,3}\]|\d+(?:,\d{3})*(?:\.\d+)?|[A-Za-z]+(?:['-][A-Za-z]+)*|[^\sA-Za-z\d]/g;

const severityWords: readonly [RegExp, Severity][] = [
  [/^criticals?$/i, 'critical'],
  [/^importants?$/i, 'important'],
  [/^suggestions?$/i, 'suggestion'],
];
const verdictWords: readonly [RegExp, NonNullable<Counted['verdict']>][] = [
  [/^confirmed$/i, 'confirmed'],
  [/^(?:disputed|contested|uncertain)$/i, 'uncertain'],
  [/^(?:unexamined)$/i, 'unexamined'],
];
const findingNoun =
  /^(?:findings?|issues?|problems?|defects?|bugs?|flaws?|concerns?|vulnerabilit(?:y|ies)|blockers?|criticals|importants|suggestions?)$/i;
const reviewerNoun = /^(?:reviewers?|models?)$/i;
const others = /^(?:other|others|further|more|additional|remaining|another)$/i;

interface Phrase {
  word: string;
  value: number;
  /** What follows, up to the next number or mark. */
  window: readonly string[];
}

/**
 * Every number has to be computed: one that counts findings has to be the figure of that sort (of a reviewer that is
 * named, or whose paragraph it is, also its own), any other has to stand in what the writer was given.
 */
export function checkCounts({ text, own }: ProseText, facts: ProseFacts): string[] {
  const figures = new Set([...allFigures(facts.brief), ...digitsIn(facts.given)]);
  return sentencesOf(readable(text)).flatMap((sentence) => {
    const letters = lettersIn(sentence);
    const named = facts.brief.reviewers.filter((one) => one === own || letters.includes(one.letter));
    return [
      ...phrasesOf(sentence).flatMap((phrase) => judge(phrase, { sentence, facts, named, figures })),
      ...checkAll(sentence, facts),
    ].map((said) => `"${said}" is no figure that was computed.`);
  });
}

interface Scope {
  sentence: string;
  facts: ProseFacts;
  named: readonly BriefReviewer[];
  figures: ReadonlySet<number>;
}

function judge({ word, value, window }: Phrase, { sentence, facts, named, figures }: Scope): string[] {
  const { brief } = facts;
  const said = [word, ...window].join(' ').slice(0, 80);
  const noun = window.findIndex((one) => findingNoun.test(one) || reviewerNoun.test(one));
  const before = noun < 0 ? window : window.slice(0, noun + 1);
  const severity = severityWords.find(([pattern]) => before.some((one) => pattern.test(one)))?.[1] ?? null;
  const verdict = verdictWords.find(([pattern]) => before.some((one) => pattern.test(one)))?.[1] ?? null;
  const isDigits = /^\d/.test(word);
  if (noun >= 0 && reviewerNoun.test(window[noun] ?? ''))
    return isReviewerCount(value, sentence, facts) ? [] : [said];
  if (noun < 0 && severity === null && verdict === null) return isDigits && !figures.has(value) ? [said] : [];
  // `one finding`, `both findings`, `no further finding`: they pick out, and count nothing.
  if (/^(?:one|both)$/i.test(word) && severity === null && verdict === null && !isOnly(sentence, word))
    return [];
  if (before.some((one) => others.test(one))) return value === 0 ? [] : [said];
  const raw = before.some((one) => /^raw$/i.test(one));
  return countedFigures(brief, { severity, verdict, raw }, named).includes(value) ? [] : [said];
}

function isOnly(sentence: string, word: string): boolean {
  return new RegExp(`\\b(?:only|just|exactly) ${word}\\b`, 'i').test(sentence);
}

/** Of the run, or of those that raised a finding which the sentence names. */
function isReviewerCount(value: number, sentence: string, { brief }: ProseFacts): boolean {
  const ids = idsIn(sentence);
  const raised = brief.findings
    .filter(({ label }) => ids.includes(label))
    .map(({ raisedBy }) => raisedBy.length);
  if (raised.length > 0) return raised.includes(value);
  const models = brief.reviewers.filter(({ isProgram }) => !isProgram);
  const done = models.filter(({ status }) => status === 'completed');
  return value === 0 || value === 1 || [brief.reviewers, models, done].some(({ length }) => length === value);
}

/** `all findings are confirmed` counts them too. */
function checkAll(sentence: string, { brief }: ProseFacts): string[] {
  if (idsIn(sentence).length > 0) return [];
  const match =
    /\b(?:all|every|each)\b[^,;:]{0,60}?\b(?:findings?|issues?|problems?|defects?)\b[^,;:]{0,40}?\b(confirmed|disputed|uncertain|unexamined|critical|important|suggestions?)\b/i.exec(
      sentence,
    );
  if (match === null) return [];
  const [said, word = ''] = match;
  const severity = severityWords.find(([pattern]) => pattern.test(word))?.[1];
  const verdict = verdictWords.find(([pattern]) => pattern.test(word))?.[1];
  const isTrue = brief.findings.every((one) => one.severity === severity || one.verdict === verdict);
  return isTrue ? [] : [said.slice(0, 80)];
}

function phrasesOf(sentence: string): Phrase[] {
  const tokens = sentence.replace(/(?<![A-Za-z0-9])[CIS]\d+(?:·\w+)?/g, 'it').match(token) ?? [];
  return tokens.flatMap((word, at) => {
    const value = readNumber(word);
    if (value === null) return [];
    const rest = tokens.slice(at + 1, at + 1 + reach);
    const end = rest.findIndex((one) => /^[^A-Za-z]/.test(one) || (readNumber(one) ?? 0) > 0);
    return [{ word, value, window: end < 0 ? rest : rest.slice(0, end) }];
  });
}
