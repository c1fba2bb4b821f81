import type { Recommendation } from '../../../domain/vocabulary.ts';
import type { ProseFacts } from './prose-facts.ts';
import { readable, sentencesOf } from './sentences.ts';

const phrases: Record<Recommendation, RegExp | null> = {
  rework: /\breworked\b|\brework\b/gi,
  'merge-with-fixes': /\bmerged? with fixes\b/gi,
  'merge-with-optional-fixes': /\bmerged? with optional fixes\b/gi,
  'merge-as-is': /\bmerged? as[- ]is\b/gi,
  incomplete: null,
};
const negation =
  /\b(?:not|never|no|nor|neither|without|instead|rather|unless|cannot|beyond|nothing)\b|n't\b/i;

const decisions: readonly RegExp[] = [
  /\bmerg(?:e|ed|ing|eable)\b(?! (?:base|commit|conflict|sort|order|queue)s?\b| into (?:others?|another)\b)/i,
  /\brework\w*/i,
  /\bapprov\w+|\blgtm\b|\bship it\b|\bshippable\b|\bgood to go\b|\bready (?:to|for)\b|\bsign(?:ed)?[- ]off\b|\bgreen light\b|\bgo ahead\b/i,
  /\b(?:reject|revert|abandon|close|accept|decline|block|hold|land|ship)\w*\s+(?:back\s+)?(?:the|this|it as)\b(?:\s+(?:change|pull request|pr|patch|branch|commits?|is))?/i,
];
/** What would speak for a change that is not to be taken as it is. */
const praise: readonly RegExp[] = [
  /\b(?:change|patch|branch|pull request|pr|work)\b.{0,60}\b(?:is|are|be|looks?|seems?) (?:\w+ )?(?:fine|safe|acceptable|sound|ready|complete|harmless|correct)\b/i,
  /\bno (?:\w+ )?(?:fix(?:es)?|changes?|action|rework|work) (?:is |are |was |were )?(?:needed|required|necessary)\b/i,
  /\bnothing (?:stands in the way|(?:has|needs) to be (?:fixed|done|changed))\b/i,
];
/** What would demand of a change that may be taken as it is. */
const demands: readonly RegExp[] = [
  /\b(?:must|should|shall|has to|have to|needs? to) (?:first )?be (?:first )?(?:fixed|mended|dealt|addressed|resolved|changed)\b/i,
  /\bmust[- ]fix\b|\bbefore (?:the |a |any )?merg(?:e|ing)\b/i,
];

/** No text may recommend anything but what the report recommends. */
export function checkRecommendation(text: string, { brief }: ProseFacts): string[] {
  const { value } = brief.recommendation;
  const mayWait = value === 'merge-with-optional-fixes' || value === 'merge-as-is';
  const more = mayWait ? demands : praise;
  const problems = sentencesOf(readable(text)).flatMap((sentence) => {
    const phrase = phrases[value];
    const said = phrase === null ? sentence : sentence.replace(phrase, '');
    const isTurned = said !== sentence && negation.test(sentence);
    const rest = mayWait ? said : withoutTime(said);
    const wrong = [...decisions, ...more].flatMap((pattern) => pattern.exec(rest)?.[0] ?? []);
    return isTurned ? [sentence.slice(0, 80), ...wrong] : wrong;
  });
  return [...new Set(problems)].map(
    (said) =>
      `"${said.slice(0, 80)}" says something about taking the change that is not the report’s recommendation.`,
  );
}

/** `before the merge` names a time. */
function withoutTime(sentence: string): string {
  return sentence.replace(
    /\b(?:before|until|after|once|when)(?: (?:it|this) is)?(?: the| a)? merg(?:e|ed|ing)\b/gi,
    '',
  );
}
