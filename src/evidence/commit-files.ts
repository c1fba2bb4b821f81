import type { ObjectId } from '../domain/change.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import type { ObjectRepository, TreeEntry } from '../git/object-repository.ts';
import { resemblance } from './resemblance.ts';

/** How many paths are compared letter by letter to find the one that was meant. */
const comparedPaths = 5000;

/** The files of one commit, found by the names reviewers use for them. */
export class CommitFiles {
  /** In git's order. */
  readonly entries: readonly TreeEntry[];
  readonly #byPath = new Map<string, TreeEntry>();
  readonly #byName = new Map<string, TreeEntry>();
  readonly #byBaseName = new Map<string, string[]>();
  readonly #directories = new Set<string>();

  constructor(entries: readonly TreeEntry[]) {
    this.entries = entries;
    for (const entry of entries) {
      this.#byPath.set(entry.path, entry);
      const name = comparedName(entry.path);
      if (this.#byName.has(name)) continue;
      this.#byName.set(name, entry);
      const base = baseName(name);
      const sameBase = this.#byBaseName.get(base);
      if (sameBase === undefined) this.#byBaseName.set(base, [name]);
      else sameBase.push(name);
      for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
        const directory = name.slice(0, at);
        if (this.#directories.has(directory)) break;
        this.#directories.add(directory);
      }
    }
  }

  /** The file of exactly that path, as it is or as it is shown. */
  find(path: string): TreeEntry | undefined {
    return this.#byPath.get(path) ?? this.#byName.get(comparedName(path));
  }

  hasDirectory(path: string): boolean {
    return this.#directories.has(comparedName(path).replace(/\/+$/, ''));
  }

  /** Files whose path ends in the given one, at a component's start. */
  endingIn(path: string): TreeEntry[] {
    const suffix = `/${comparedName(path)}`;
    return this.#entries(
      (this.#byBaseName.get(baseName(suffix)) ?? []).filter((name) => name.endsWith(suffix)),
    );
  }

  /** Up to `count` files whose paths resemble the given one most, the likeliest first; files of `first` before others. */
  resembling(path: string, first: readonly string[], count: number): string[] {
    const wanted = comparedName(path);
    const base = baseName(wanted).toLowerCase();
    const directory = wanted.slice(0, wanted.length - base.length);
    const near: string[] = [];
    for (const name of this.#byName.keys()) {
      const sameBase = baseName(name).toLowerCase() === base;
      if (sameBase || (directory !== '' && name.startsWith(directory))) near.push(name);
      if (near.length >= comparedPaths) break;
    }
    const changed = first.map(comparedName).filter((name) => this.#byName.has(name));
    const names = [...new Set([...near, ...changed.slice(0, comparedPaths)])];
    const scored = names
      .map((name) => ({ name, score: resemblance(name.toLowerCase(), wanted.toLowerCase()) }))
      .filter(({ score }) => score >= 0.4)
      .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
    return this.#entries(scored.slice(0, count).map(({ name }) => name)).map((entry) => entry.path);
  }

  #entries(names: readonly string[]): TreeEntry[] {
    return names.flatMap((name) => this.#byName.get(name) ?? []);
  }
}

/** Lists each commit once. */
export class CommitListings {
  readonly #repository: ObjectRepository;
  readonly #listings = new Map<ObjectId, Promise<CommitFiles>>();

  constructor(repository: ObjectRepository) {
    this.#repository = repository;
  }

  of(commit: ObjectId): Promise<CommitFiles> {
    const known = this.#listings.get(commit);
    if (known !== undefined) return known;
    const listing = this.#repository.listFiles(commit).then((entries) => new CommitFiles(entries));
    this.#listings.set(commit, listing);
    listing.catch(() => this.#listings.delete(commit));
    return listing;
  }
}

/** Reviewers see paths with hidden characters made visible, and may compose accents in another way than git keeps them. */
function comparedName(path: string): string {
  if (/^[\x20-\x7e]*$/.test(path)) return path;
  return makeVisibleLine(path).normalize('NFC');
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
