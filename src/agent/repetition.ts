import type { ToolCallPart } from '../provider/language-model.ts';

export interface Repetition {
  /** How many times in a row this call, or a turn of just these calls, was made. */
  count: number;
}

/** From this many on a repeated call is answered with a hint; one more ends the session. */
export const toleratedRepeats = 3;

/** Counts how often the same is done in a row: one call after the other, and whole turns of several calls. */
export class RepetitionCounter {
  private lastCall = '';
  private calls = 0;
  private lastTurn = '';
  private turns = 0;

  /** For each call of a turn, in order: the count that it reaches. */
  countTurn(calls: readonly ToolCallPart[]): Repetition[] {
    const keys = calls.map(keyOf);
    const turn = keys.join('\n');
    this.turns = turn === this.lastTurn ? this.turns + 1 : 1;
    this.lastTurn = turn;
    return keys.map((key) => {
      this.calls = key === this.lastCall ? this.calls + 1 : 1;
      this.lastCall = key;
      return { count: Math.max(this.calls, this.turns) };
    });
  }
}

function keyOf(call: ToolCallPart): string {
  const { arguments: argumentValues } = call;
  const text =
    argumentValues.outcome === 'malformed'
      ? argumentValues.text
      : JSON.stringify(sorted(argumentValues.value));
  return JSON.stringify([call.name, text]);
}

/** Records with their keys in order, so that equal arguments are equal texts. */
function sorted(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > 50) return value;
  if (Array.isArray(value)) return value.map((one) => sorted(one, depth + 1));
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, sorted(one, depth + 1)]);
}
