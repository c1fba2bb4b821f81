import type { IncomingHttpHeaders } from 'node:http';
import type { Vendor } from './script.ts';

/** One request as it came, and what became of it. */
export interface JournalEntry {
  /** From 1, in order of arrival. */
  number: number;
  /** Milliseconds of the server's clock. */
  startedAt: number;
  /** null while the answer runs. */
  endedAt: number | null;
  method: string;
  path: string;
  /** As sent; a key's value is replaced. */
  headers: IncomingHttpHeaders;
  /** The body as text, and its length in bytes. */
  text: string;
  bytes: number;
  /** The body parsed; null when it is no JSON object. */
  body: Record<string, unknown> | null;
  vendor: Vendor | null;
  model: string | null;
  /** Which turn of which session answered; null for a refused request. */
  session: string | null;
  turn: number | null;
  /** Which try of this turn, from 1. */
  attempt: number | null;
  status: number | null;
  /** Why the server refused, in its own words. */
  refusal: string | null;
  /** The usage that the answer reported, in the vendor's own words; null when it reported none. */
  usage: Record<string, unknown> | null;
  framesSent: number;
  /** `client`: the client went away first. */
  end: 'server' | 'client' | null;
}

export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Resolves with the first entry for which the test holds, now or later. */
  waitFor(test: (entry: JournalEntry) => boolean): Promise<JournalEntry>;
}

export interface OpenJournal extends Journal {
  begin(entry: Pick<JournalEntry, 'startedAt' | 'method' | 'path' | 'headers'>): JournalEntry;
  /** To be called after an entry was changed. */
  changed(): void;
}

export function createJournal(): OpenJournal {
  const entries: JournalEntry[] = [];
  const waiting = new Set<() => void>();
  return {
    entries,
    begin: (start) => {
      const entry: JournalEntry = {
        ...start,
        headers: withoutKeys(start.headers),
        number: entries.length + 1,
        endedAt: null,
        text: '',
        bytes: 0,
        body: null,
        vendor: null,
        model: null,
        session: null,
        turn: null,
        attempt: null,
        status: null,
        refusal: null,
        usage: null,
        framesSent: 0,
        end: null,
      };
      entries.push(entry);
      return entry;
    },
    changed: () => {
      for (const check of waiting) check();
    },
    waitFor: (test) =>
      new Promise((resolve) => {
        const check = () => {
          const found = entries.find(test);
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
  };
}

const keyHeaders = ['authorization', 'x-api-key', 'x-goog-api-key'];

function withoutKeys(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = { ...headers };
  for (const name of keyHeaders) {
    const value = kept[name];
    if (typeof value === 'string') kept[name] = value.replace(/\S+$/, '[key]');
  }
  return kept;
}
