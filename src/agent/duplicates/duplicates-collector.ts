import type { ComparedPair } from './duplicates-question.ts';
import type { SubmittedDuplicates } from './read-duplicates.ts';

/** Takes in what a model says of the pairs it was asked about. A later answer on a pair replaces the earlier one. */
export class DuplicatesCollector {
  private readonly ids: ReadonlySet<string>;
  private readonly taken = new Map<string, boolean>();
  private unknown: string[] = [];

  constructor(pairs: readonly ComparedPair[]) {
    this.ids = new Set(pairs.map(({ id }) => id));
  }

  /** Keeps what can be used; gives what is wrong with the rest, a sentence each. */
  take({ same, different }: SubmittedDuplicates): string[] {
    const twice = same.filter((id) => different.includes(id));
    this.unknown = [...new Set([...same, ...different])].filter((id) => !this.ids.has(id));
    for (const [ids, isSame] of [[same, true] as const, [different, false] as const])
      for (const id of ids) if (this.ids.has(id)) this.taken.set(id, isSame);
    for (const id of twice) this.taken.delete(id);
    const missing = this.missing();
    return [
      ...(this.unknown.length === 0 ? [] : [`There are no such pairs: ${nameIds(this.unknown)}.`]),
      ...(twice.length === 0 ? [] : [`In both lists: ${nameIds(twice)}.`]),
      ...(missing.length === 0 ? [] : [`In neither list: ${nameIds(missing)}.`]),
    ];
  }

  /** Ids of pairs without an answer. */
  missing(): string[] {
    return [...this.ids].filter((id) => !this.taken.has(id));
  }

  /** How many pairs the last answer named that nobody asked about. */
  invented(): number {
    return this.unknown.length;
  }

  /** In the order of the pairs. */
  answers(): { id: string; same: boolean }[] {
    return [...this.ids].flatMap((id) => {
      const same = this.taken.get(id);
      return same === undefined ? [] : [{ id, same }];
    });
  }
}

const mostNamed = 60;

function nameIds(ids: readonly string[]): string {
  const named = ids.slice(0, mostNamed).map((id) => `\`${id}\``);
  const more = ids.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
