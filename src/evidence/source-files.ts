import type { ObjectId } from '../domain/change.ts';
import { InternalError } from '../errors.ts';
import type { ObjectRepository, TreeEntry } from '../git/object-repository.ts';
import { SourceText } from './source-text.ts';

/** What a path of a commit holds, as far as lines can be looked for in it. */
export type SourceLookup =
  | { outcome: 'text'; text: SourceText }
  | { outcome: 'not-text'; what: string }
  | { outcome: 'too-large'; what: string };

const mebibyte = 1024 * 1024;
const maxBytes = 8 * mebibyte;
const maxLines = 200_000;
/** Bytes of file content kept ready for the next look; their compared forms take a few times that. */
const cacheBytes = 32 * mebibyte;
/** As much as git looks at to decide the same question. */
const binaryProbe = 8000;

/** Reads files as lines, each blob once: the last ones looked at are kept. */
export class SourceFiles {
  readonly #repository: ObjectRepository;
  readonly #cache = new Map<ObjectId, { lookup: SourceLookup; bytes: number }>();
  readonly #underWay = new Map<ObjectId, Promise<SourceLookup>>();
  #cachedBytes = 0;

  constructor(repository: ObjectRepository) {
    this.#repository = repository;
  }

  /** The file an entry of the commit's listing names. */
  read(commit: ObjectId, entry: TreeEntry): Promise<SourceLookup> {
    if (entry.mode === '160000') return Promise.resolve({ outcome: 'not-text', what: 'a submodule' });
    const cached = this.#cache.get(entry.oid);
    if (cached !== undefined) {
      this.#cache.delete(entry.oid);
      this.#cache.set(entry.oid, cached);
      return Promise.resolve(cached.lookup);
    }
    const underWay = this.#underWay.get(entry.oid);
    if (underWay !== undefined) return underWay;
    const reading = this.#load(commit, entry).finally(() => this.#underWay.delete(entry.oid));
    this.#underWay.set(entry.oid, reading);
    return reading;
  }

  async #load(commit: ObjectId, { path, oid }: TreeEntry): Promise<SourceLookup> {
    const file = await this.#repository.readFile(commit, path, { maxBytes });
    if (file.outcome === 'absent')
      throw new InternalError(`${path} is listed in ${commit} and not to be found there`);
    if (file.outcome === 'not-a-file') return { outcome: 'not-text', what: `a ${file.kind}` };
    if (file.outcome === 'withheld')
      return this.#keep(oid, 0, { outcome: 'not-text', what: 'kept from you by the egress rule' });
    if (file.outcome === 'too-large')
      return this.#keep(oid, 0, { outcome: 'too-large', what: `${file.size} bytes long` });
    return this.#keep(oid, file.bytes.length, asText(file.bytes));
  }

  #keep(oid: ObjectId, bytes: number, lookup: SourceLookup): SourceLookup {
    this.#cachedBytes -= this.#cache.get(oid)?.bytes ?? 0;
    this.#cache.set(oid, { lookup, bytes });
    this.#cachedBytes += bytes;
    for (const [oldest, entry] of this.#cache) {
      if (this.#cachedBytes <= cacheBytes || oldest === oid) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= entry.bytes;
    }
    return lookup;
  }
}

function asText(bytes: Buffer): SourceLookup {
  if (bytes.subarray(0, binaryProbe).includes(0)) return { outcome: 'not-text', what: 'a binary file' };
  let lines = 1;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  if (lines > maxLines) return { outcome: 'too-large', what: `over ${maxLines} lines long` };
  return { outcome: 'text', text: new SourceText(bytes) };
}
