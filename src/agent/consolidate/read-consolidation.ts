import * as z from 'zod';
import {
  asLine,
  asList,
  asText,
  isRecord,
  type LooseRecord,
  makeAllVisible,
  pick,
} from '../report/loose-values.ts';

/** What the tool `submit_consolidation` asks for. */
export const ConsolidationSubmission = z.object({
  executiveSummary: z.string(),
  recommendation: z.string(),
  retro: z.array(z.object({ reviewer: z.string(), text: z.string() })),
  closing: z.string(),
});

/** The parts that were handed in, none of them checked; what was left out is empty. */
export interface SubmittedProse {
  executiveSummary: string;
  recommendation: string;
  /** One entry for each letter; of several the last. */
  retro: { letter: string; text: string }[];
  closing: string;
}

const mostParagraphs = 20;
/** Far above every bound: what is longer is refused for its length all the same. */
const longestText = 10_000;

/** Reads the arguments of `submit_consolidation`, whatever they are: other spellings and a record for the list are understood. */
export function readConsolidation(argumentValues: LooseRecord): SubmittedProse {
  const visible = makeAllVisible(argumentValues);
  const raw = isRecord(visible) ? visible : {};
  return {
    executiveSummary: asProse(pick(raw, 'executiveSummary', 'executive_summary', 'summary')),
    recommendation: asProse(pick(raw, 'recommendation', 'recommendationSentence', 'recommendation_sentence')),
    retro: readRetro(pick(raw, 'retro', 'retrospective', 'reviewers', 'paragraphs')),
    closing: asProse(pick(raw, 'closing', 'conclusion', 'overall')),
  };
}

function readRetro(value: unknown): SubmittedProse['retro'] {
  const entries: [unknown, unknown][] =
    isRecord(value) && pick(value, 'reviewer', 'letter') === undefined
      ? Object.entries(value)
      : asList(value).flatMap((entry): [unknown, unknown][] =>
          isRecord(entry)
            ? [[pick(entry, 'reviewer', 'letter', 'id', 'name'), pick(entry, 'text', 'paragraph', 'retro')]]
            : [],
        );
  const paragraphs = new Map<string, string>();
  for (const [who, text] of entries) {
    const letter = readLetter(who);
    if (asProse(text) !== '' && (paragraphs.has(letter) || paragraphs.size < mostParagraphs))
      paragraphs.set(letter, asProse(text));
  }
  return [...paragraphs].map(([letter, text]) => ({ letter, text }));
}

/** `A` out of `A`, `[a]`, `reviewer A`. */
function readLetter(value: unknown): string {
  const line = asLine(value).slice(0, 60);
  return (/^(?:reviewer\s+)?\[?([A-Za-z])\]?$/i.exec(line)?.[1] ?? line).toUpperCase();
}

function asProse(value: unknown): string {
  const text = isRecord(value) ? asText(pick(value, 'text', 'sentence', 'paragraph')) : asText(value);
  return text.replaceAll('\r\n', '\n').trim().slice(0, longestText);
}
