import type { JournalEntry } from '../servers/model/journal.ts';

/** USD for a million tokens, as the vendors publish them: written out here, apart from the program's own data. */
const rates: Record<string, { input: number; read: number; write: number; output: number }> = {
  'claude-opus-5-5': { input: 4, read: 0.2, write: 5, output: 20 },
  'gpt-6.1-sol': { input: 2, read: 0.1, write: 2.5, output: 10 },
  'gemini-4-argon': { input: 2, read: 0.1, write: 0, output: 10 },
};

/** What a server's answers cost by what the server itself counted, in USD. Throws for an answer without a count. */
export function serverCost(entries: readonly JournalEntry[]): number {
  return entries.reduce((sum, entry) => sum + costOf(entry), 0);
}

function costOf(entry: JournalEntry): number {
  if (entry.status !== 200) return 0;
  const rate = rates[entry.model ?? ''];
  if (entry.usage === null || rate === undefined)
    throw new Error(`request ${entry.number} has no count or no price`);
  const { input, read, write, output } = countsOf(entry, entry.usage);
  return (input * rate.input + read * rate.read + write * rate.write + output * rate.output) / 1_000_000;
}

interface Counts {
  input: number;
  read: number;
  write: number;
  output: number;
}

/** Each vendor counts in its own way what is part of what. */
function countsOf(entry: JournalEntry, usage: Record<string, unknown>): Counts {
  const number = (value: unknown) => (typeof value === 'number' ? value : 0);
  if (entry.vendor === 'anthropic')
    return {
      input: number(usage.input_tokens),
      read: number(usage.cache_read_input_tokens),
      write: number(usage.cache_creation_input_tokens),
      output: number(usage.output_tokens),
    };
  if (entry.vendor === 'google') {
    const read = number(usage.cachedContentTokenCount);
    const output = number(usage.candidatesTokenCount) + number(usage.thoughtsTokenCount);
    return { input: number(usage.promptTokenCount) - read, read, write: 0, output };
  }
  const details = (usage.input_tokens_details ?? {}) as Record<string, unknown>;
  const read = number(details.cached_tokens);
  const write = number(details.cache_write_tokens);
  return {
    input: number(usage.input_tokens) - read - write,
    read,
    write,
    output: number(usage.output_tokens),
  };
}
