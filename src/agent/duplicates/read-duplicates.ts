import * as z from 'zod';
import {
  asBoolean,
  asLine,
  asList,
  asWord,
  isRecord,
  type LooseRecord,
  makeAllVisible,
  pick,
} from '../report/loose-values.ts';

/** What the tool `submit_duplicates` asks for. */
export const DuplicatesSubmission = z.object({ same: z.array(z.string()), different: z.array(z.string()) });

/** Ids as they were handed in; whether there are such pairs is not checked. */
export interface SubmittedDuplicates {
  same: string[];
  different: string[];
}

export type DuplicatesReading =
  | ({ outcome: 'read' } & SubmittedDuplicates)
  /** What is missing or not understood, a sentence each. */
  | { outcome: 'malformed'; problems: string[] };

const mostIds = 2_000;
const longestId = 100;

/**
 * Reads the arguments of `submit_duplicates`: other names of the two lists, ids in one text, and one list of entries
 * that say each for itself, are understood. An id comes once in each list.
 */
export function readDuplicates(argumentValues: LooseRecord): DuplicatesReading {
  const visible = makeAllVisible(argumentValues);
  const raw = isRecord(visible) ? visible : {};
  const same = pick(raw, 'same', 'duplicates', 'duplicate', 'one', 'merge');
  const different = pick(raw, 'different', 'distinct', 'apart', 'separate');
  const entries = asList(pick(raw, 'pairs', 'answers', 'results')).filter(isRecord);
  if (same === undefined && different === undefined && entries.length === 0)
    return {
      outcome: 'malformed',
      problems: ['`same` and `different` are missing: two lists of ids of pairs.'],
    };
  const said = (isSame: boolean) => entries.filter((entry) => saysSame(entry) === isSame).map(idOf);
  return {
    outcome: 'read',
    same: [...new Set([...idsOf(same), ...said(true)])].slice(0, mostIds),
    different: [...new Set([...idsOf(different), ...said(false)])].slice(0, mostIds),
  };
}

function idsOf(value: unknown): string[] {
  return asList(value).flatMap((one) => {
    if (isRecord(one)) return [idOf(one)];
    return typeof one === 'string'
      ? one
          .split(/[\s,;]+/)
          .map(cleanId)
          .filter((id) => id !== '')
      : [cleanId(one)];
  });
}

function idOf(entry: LooseRecord): string {
  return cleanId(pick(entry, 'id', 'pair'));
}

/** null: it says neither. */
function saysSame(entry: LooseRecord): boolean | null {
  const value = pick(entry, 'same', 'answer', 'verdict');
  if (typeof value === 'boolean') return value;
  const word = asWord(value);
  if (word === 'same' || word === 'duplicate' || asBoolean(word)) return true;
  return /^(?:different|distinct|apart|no|false)$/.test(word) ? false : null;
}

function cleanId(value: unknown): string {
  return asLine(value)
    .toLowerCase()
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, longestId);
}
