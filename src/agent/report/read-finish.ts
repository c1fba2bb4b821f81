import type { ContextUpdate, CoverageStatement, DesignObservation } from '../../domain/review.ts';
import { ReviewFinish } from '../../domain/review.ts';
import {
  asLine,
  asList,
  asText,
  asWord,
  isRecord,
  type LooseRecord,
  makeAllVisible,
  pick,
} from './loose-values.ts';

export type FinishReading =
  | { outcome: 'read'; finish: ReviewFinish }
  | { outcome: 'malformed'; problems: string[] };

/**
 * Reads the arguments of `finish_review` as forgivingly as a claim's: nothing a reviewer wrote is left out because
 * of its form, unknown fields are kept. `malformed` only without any summary.
 */
export function readFinish(argumentValues: LooseRecord): FinishReading {
  const visible = makeAllVisible(argumentValues);
  const raw = isRecord(visible) ? visible : {};
  const summary = asText(pick(raw, 'summary', 'overview', 'conclusion'));
  if (summary.trim() === '')
    return { outcome: 'malformed', problems: ['`summary` is missing: what the change does, and how well.'] };
  const parsed = ReviewFinish.safeParse({
    ...raw,
    summary,
    designObservations: asList(pick(raw, 'designObservations', 'design_observations')).map(readObservation),
    testing: asText(raw.testing),
    documentation: asText(raw.documentation),
    commits: asText(raw.commits),
    acknowledged: asList(raw.acknowledged).map(readAcknowledged),
    unresolvedFeedback: asList(pick(raw, 'unresolvedFeedback', 'unresolved_feedback')).map(readFeedback),
    coverage: readCoverage(raw.coverage),
    contextUpdates: asList(pick(raw, 'contextUpdates', 'context_updates')).map(readContextUpdate),
  });
  if (parsed.success) return { outcome: 'read', finish: parsed.data };
  return {
    outcome: 'malformed',
    problems: parsed.error.issues.map(({ path, message }) => `\`${path.map(String).join('.')}\`: ${message}`),
  };
}

function readObservation(value: unknown): DesignObservation {
  if (!isRecord(value)) return { kind: 'concern', scope: 'in-scope', title: asLine(value), text: '' };
  const text = asText(pick(value, 'text', 'description', 'body'));
  return {
    kind: /strength|good|positive|praise/.test(asWord(value.kind)) ? 'strength' : 'concern',
    scope: /future|out|later/.test(asWord(value.scope)) ? 'future' : 'in-scope',
    title: asLine(pick(value, 'title', 'name')) || firstSentence(text),
    text,
  };
}

function readAcknowledged(value: unknown): ReviewFinish['acknowledged'][number] {
  if (!isRecord(value)) return { location: '', text: asText(value) };
  const location = asLine(pick(value, 'location', 'path', 'where'));
  return { location, text: asText(pick(value, 'text', 'note', 'description')) };
}

function readFeedback(value: unknown): ReviewFinish['unresolvedFeedback'][number] {
  if (!isRecord(value)) return { author: '', text: asText(value), state: '' };
  return {
    author: asLine(value.author),
    text: asText(pick(value, 'text', 'comment')),
    state: asLine(value.state),
  };
}

/** A list of entries, a list of paths, or one record from path to status. */
function readCoverage(value: unknown): CoverageStatement[] {
  const isMap = isRecord(value) && pick(value, 'path', 'file') === undefined;
  const entries = isMap ? Object.entries(value).map(([path, status]) => ({ path, status })) : asList(value);
  return entries.map((entry) => {
    if (!isRecord(entry)) return { path: asLine(entry), status: 'reviewed', note: '' };
    const said = isRecord(entry.status) ? asText(entry.status.status) : asText(entry.status);
    const { status, exact } = readStatus(said);
    const note = asText(pick(entry, 'note', 'notes', 'comment'));
    return {
      path: asText(pick(entry, 'path', 'file')).trim(),
      status,
      note: exact ? note : [said, note].filter(Boolean).join(': '),
    };
  });
}

/** Only what says that it was looked at is `reviewed`; a word that cannot be placed stays readable in the note. */
function readStatus(said: string): { status: CoverageStatement['status']; exact: boolean } {
  const word = asWord(said);
  if (word === 'reviewed' || word === 'trivial' || word === 'skipped') return { status: word, exact: true };
  if (/\b(?:not|un|skip|no-review|partial|ignored)/.test(word)) return { status: 'skipped', exact: false };
  if (/trivial/.test(word)) return { status: 'trivial', exact: false };
  if (/^(?:review|read|ok|done|clean|covered|checked|[cis]\d)/.test(word))
    return { status: 'reviewed', exact: false };
  return { status: 'skipped', exact: false };
}

function readContextUpdate(value: unknown): ContextUpdate {
  if (!isRecord(value)) return { scope: 'repo', rule: asText(value), why: '' };
  return {
    scope: /tool/.test(asWord(value.scope)) ? 'tool' : 'repo',
    rule: asText(pick(value, 'rule', 'text')),
    why: asText(pick(value, 'why', 'reason')),
  };
}

function firstSentence(text: string): string {
  const line = asLine(text);
  return /^.{0,120}?[.!?](?=\s|$)/.exec(line)?.[0] ?? line.slice(0, 120);
}
