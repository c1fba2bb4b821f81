import * as z from 'zod';
import type { ClaimedLocation } from '../../domain/finding.ts';
import { Side } from '../../domain/location.ts';
import { Severity } from '../../domain/vocabulary.ts';
import {
  asLine,
  asList,
  asText,
  asWord,
  isRecord,
  type LooseRecord,
  makeAllVisible,
  pick,
} from '../report/loose-values.ts';
import { readLocation, readSeverity } from '../report/read-claim.ts';

/** What the tool `submit_verdicts` asks for. */
export const VerdictSubmission = z.object({
  verdicts: z.array(
    z.object({
      id: z.string(),
      verdict: z.enum(['confirm', 'refute', 'cannot-tell']),
      argument: z.string(),
      quotes: z
        .array(
          z.object({
            path: z.string(),
            startLine: z.int(),
            endLine: z.int(),
            side: Side.default('head'),
            quote: z.string(),
          }),
        )
        .default([]),
      severity: Severity.optional(),
    }),
  ),
});

/** One entry as it was handed in; nothing in it is checked against the repository. */
export interface SubmittedVerdict {
  id: string;
  answer: 'confirm' | 'refute' | 'unsure';
  argument: string;
  quotes: { claimed: ClaimedLocation; text: string }[];
  severity: Severity | null;
}

export type VerdictReading =
  | { outcome: 'read'; verdicts: SubmittedVerdict[]; problems: string[] }
  /** What is missing or not understood, a sentence each. */
  | { outcome: 'malformed'; problems: string[] };

const mostVerdicts = 200;
const mostQuotes = 30;
const longestArgument = 20_000;

/**
 * Reads the arguments of `submit_verdicts`: other spellings and a single entry for a list are understood. An entry
 * without an id or a verdict is named as a problem beside those that could be read.
 */
export function readVerdicts(argumentValues: LooseRecord): VerdictReading {
  const visible = makeAllVisible(argumentValues);
  const raw = isRecord(visible) ? visible : {};
  const listed = asList(pick(raw, 'verdicts', 'results', 'claims'));
  const entries = (listed.length > 0 ? listed : [raw]).slice(0, mostVerdicts);
  const problems: string[] = [];
  const verdicts = entries.flatMap((entry, at) => {
    const read = isRecord(entry) ? readVerdict(entry) : 'it is no object.';
    if (typeof read !== 'string') return [read];
    problems.push(`Entry ${at + 1} of \`verdicts\` was not understood: ${read}`);
    return [];
  });
  return verdicts.length > 0 ? { outcome: 'read', verdicts, problems } : { outcome: 'malformed', problems };
}

function readVerdict(entry: LooseRecord): SubmittedVerdict | string {
  const id = asLine(pick(entry, 'id', 'claim', 'cluster')).slice(0, 100);
  if (id === '') return '`id` is missing: the id of a claim.';
  const answer = readAnswer(pick(entry, 'verdict', 'answer'));
  if (answer === null) return '`verdict` must be confirm, refute or cannot-tell.';
  return {
    id,
    answer,
    argument: asText(pick(entry, 'argument', 'reason', 'explanation')).slice(0, longestArgument),
    quotes: asList(pick(entry, 'quotes', 'quote', 'evidence'))
      .slice(0, mostQuotes)
      .flatMap((quote) => readQuote(quote) ?? []),
    severity: readSeverity(pick(entry, 'severity')),
  };
}

function readAnswer(value: unknown): SubmittedVerdict['answer'] | null {
  const word = asWord(value);
  if (/^confirm(?:s|ed)?$/.test(word)) return 'confirm';
  if (/^refute[sd]?$/.test(word)) return 'refute';
  return /^(?:can-?not-tell|can-?t-tell|cannottell|unsure|uncertain|unknown|undecided)$/.test(word)
    ? 'unsure'
    : null;
}

/** A quote without a place is one that cannot be found: it is kept, to be refused and said. */
function readQuote(quote: unknown): SubmittedVerdict['quotes'][number] | null {
  if (!isRecord(quote)) {
    const text = asText(quote);
    return text === '' ? null : { claimed: nowhere, text };
  }
  return {
    claimed: readLocation(quote) ?? readLocation(pick(quote, 'location', 'place')) ?? nowhere,
    text: asText(pick(quote, 'quote', 'text', 'code')),
  };
}

const nowhere: ClaimedLocation = { path: '', startLine: 0, endLine: 0, side: 'head' };
