import type { Json } from '../model/json.ts';

/** One request as it came, and what became of it. */
export interface JournalEntry {
  /** From 1, in order of arrival. */
  number: number;
  /** `api`: REST or GraphQL; `git`: smart HTTP; `storage`: of artifacts, on its own port. */
  kind: 'api' | 'git' | 'storage';
  method: string;
  /** As sent, without the query. */
  path: string;
  query: string;
  /** As the scenario names it; null without one. */
  token: string | null;
  /** The body parsed; null when there is none, or no JSON object. */
  body: Json | null;
  /** What was sent, or would have been; null when a fault let nothing come to an answer. */
  status: number | null;
  /** Something on the server has really changed. */
  wrote: boolean;
  /** What was asked or tried, as GitHub names it: `issues/create-comment`, `graphql/minimizeComment`; null for nothing known. */
  operation: string | null;
  /** A write the program must never try: why; null for none. */
  forbidden: string | null;
  /** Kind of the fault that was played. */
  fault: string | null;
}

export class Journal {
  readonly entries: JournalEntry[] = [];
  readonly #waiting = new Set<() => void>();

  begin(start: Pick<JournalEntry, 'kind' | 'method' | 'path' | 'query'>): JournalEntry {
    const entry: JournalEntry = {
      number: this.entries.length + 1,
      ...start,
      token: null,
      body: null,
      status: null,
      wrote: false,
      operation: null,
      forbidden: null,
      fault: null,
    };
    this.entries.push(entry);
    return entry;
  }

  /** To be called after an entry was changed. */
  changed(): void {
    for (const check of this.#waiting) check();
  }

  /** Resolves with the first entry for which the test holds, now or later. */
  waitFor(test: (entry: JournalEntry) => boolean): Promise<JournalEntry> {
    return new Promise((resolve) => {
      const check = () => {
        const found = this.entries.find(test);
        if (found === undefined) return;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Requests that changed something. */
  writes(): JournalEntry[] {
    return this.entries.filter((entry) => entry.wrote);
  }

  /** Tries, also those that were refused, of what the program must never do. */
  forbidden(): JournalEntry[] {
    return this.entries.filter((entry) => entry.forbidden !== null);
  }
}

const allowedWrites: readonly (readonly [string, RegExp])[] = [
  ['POST', /^\/repos\/[^/]+\/[^/]+\/issues\/\d+\/comments$/],
  ['PATCH', /^\/repos\/[^/]+\/[^/]+\/issues\/comments\/\d+$/],
  ['POST', /^\/repos\/[^/]+\/[^/]+\/pulls\/\d+\/reviews$/],
  ['POST', /^\/repos\/[^/]+\/[^/]+\/(issues|pulls)\/comments\/\d+\/reactions$/],
  ['POST', /^\/repos\/[^/]+\/[^/]+\/pulls\/\d+\/comments\/\d+\/replies$/],
  ['POST', /^\/repos\/[^/]+\/[^/]+\/check-runs$/],
  ['PATCH', /^\/repos\/[^/]+\/[^/]+\/check-runs\/\d+$/],
  ['POST', /^\/graphql$/],
];

/** Why a REST request is a write the program must never try; null when it may. */
export function forbiddenWrite(method: string, path: string, body: Json | null): string | null {
  if (method === 'GET' || method === 'HEAD') return null;
  if (!allowedWrites.some(([allowed, pattern]) => allowed === method && pattern.test(path)))
    return `${method} ${path}`;
  if (/\/reviews$/.test(path) && body?.event !== 'COMMENT')
    return `a review with event ${JSON.stringify(body?.event ?? null)}`;
  return null;
}
