import { digest } from './json.ts';
import { plainWriter } from './plain-writer.ts';
import { invalid } from './refusal.ts';
import type { Fault, ModelScript, ScriptSession, ScriptTurn } from './script.ts';
import { type Conversation, isSentBack } from './wire.ts';

export interface ChosenTurn {
  session: string;
  turn: ScriptTurn;
  /** Place in the session, from 0. */
  index: number;
  /** Try of this turn, from 1. */
  attempt: number;
  fault: Fault | null;
}

export interface ChooseInput {
  conversation: Conversation;
  header: string | null;
  /** The request's body: equal for retries. */
  text: string;
}

/** Finds what to play for a request. Throws a `Refusal` when the script has nothing for it. */
export function createTurnChooser(script: ModelScript): (input: ChooseInput) => ChosenTurn {
  /** Different requests with equally many answers in their history, by conversation. */
  const requests = new Map<string, string[]>();
  const attempts = new Map<string, number>();
  return ({ conversation, header, text }) => {
    const place = script.sessions.findIndex((session) => matches({ session, conversation, header }));
    const session = script.sessions[place] ?? comparison(conversation) ?? writer(conversation);
    if (session === null)
      throw invalid(`script: no session for the model ${conversation.model.id}`, 'script', 'script');
    const name = session.name ?? `session-${place + 1}`;
    const key = digest([name, conversation.key]);
    const index = findIndex({ session, answers: conversation.answers, key, text, requests });
    const turn =
      session.turns[index] ?? (session.afterEnd === 'repeat-last' ? session.turns.at(-1) : undefined);
    if (turn === undefined)
      throw invalid(`script: the session ${name} has no turn ${index + 1}`, 'script', 'script');
    const attemptKey = `${key} ${index}`;
    const attempt = (attempts.get(attemptKey) ?? 0) + 1;
    attempts.set(attemptKey, attempt);
    const faults = turn.faults ?? [];
    const fault = faults[attempt - 1] ?? (turn.faultsForever === true ? faults.at(-1) : undefined) ?? null;
    return { session: name, turn, index, attempt, fault };
  };
}

/** A question about pairs of findings that no session was made for: all of them are different. */
function comparison({ toolNames, text }: Conversation): ScriptSession | null {
  if (!toolNames.includes('submit_duplicates')) return null;
  const different = [...text.matchAll(/^- (p\d+): f\d+ and f\d+$/gm)].map(([, id]) => id);
  return {
    name: 'compares',
    turns: [{ toolCalls: [{ name: 'submit_duplicates', arguments: { same: [], different } }] }],
  };
}

function writer({ toolNames, text }: Conversation): ScriptSession | null {
  return toolNames.includes('submit_consolidation') ? plainWriter(text) : null;
}

/** Tools that end sessions which are no reviews. */
const laterTools: ReadonlySet<string> = new Set([
  'submit_verdicts',
  'submit_duplicates',
  'submit_consolidation',
]);

function matches(input: {
  session: ScriptSession;
  conversation: Conversation;
  header: string | null;
}): boolean {
  const { conversation, header } = input;
  const match = input.session.match ?? {};
  // What is asked after the reviews is another conversation: only a session made for it answers.
  if (match.tool === undefined && conversation.toolNames.some((name) => laterTools.has(name))) return false;
  return (
    (match.model === undefined || match.model === conversation.model.id) &&
    (match.tool === undefined || conversation.toolNames.includes(match.tool)) &&
    (match.contains === undefined || conversation.text.includes(match.contains)) &&
    (match.header === undefined || match.header === header)
  );
}

/**
 * The turn after those whose answers are in the history. Turns that clients do not send back cannot be counted there:
 * at such a turn, each further request that differs moves one on.
 */
function findIndex(input: {
  session: ScriptSession;
  answers: number;
  key: string;
  text: string;
  requests: Map<string, string[]>;
}): number {
  const { session, answers, requests, text } = input;
  let index = 0;
  for (let left = answers; left > 0; index += 1) {
    const turn = session.turns[index];
    if (turn === undefined || isSentBack(turn)) left -= 1;
  }
  const key = `${input.key} ${answers}`;
  const known = requests.get(key) ?? [];
  if (!known.includes(text)) known.push(text);
  requests.set(key, known);
  for (let rank = known.indexOf(text); rank > 0; rank -= 1) {
    const turn = session.turns[index];
    if (turn === undefined || isSentBack(turn)) break;
    index += 1;
  }
  return index;
}
