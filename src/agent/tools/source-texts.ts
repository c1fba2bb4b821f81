import type { ObjectId } from '../../domain/change.ts';
import type { FileLookup, ObjectRepository, TreeEntry } from '../../git/object-repository.ts';
import { answerLimits } from './answer-limits.ts';

/** A file as text, or why it is none. Bytes that are no UTF-8 are U+FFFD; CR before LF is left out. */
export type TextLookup =
  | { outcome: 'text'; text: string }
  | { outcome: 'binary'; size: number }
  | { outcome: 'too-large'; size: number }
  | { outcome: 'withheld' }
  /** Of a folder of this machine, which may not let us look; git has no such. */
  | { outcome: 'unreadable'; reason: string };

/** As many bytes as git looks at to decide the same question. */
const binaryProbe = 8000;
const cacheBytes = 160 * 2 ** 20;

/** Files decoded once for all that search them, the last used kept within a bound. */
export class SourceTexts {
  private readonly repository: ObjectRepository;
  private readonly bound: number;
  private readonly cache = new Map<ObjectId, { lookup: Promise<TextLookup>; bytes: number }>();
  private bytes = 0;

  constructor(repository: ObjectRepository, bound = cacheBytes) {
    this.repository = repository;
    this.bound = bound;
  }

  /** The file an entry of the commit's listing names; no submodule. */
  read(commit: ObjectId, entry: TreeEntry): Promise<TextLookup> {
    const known = this.cache.get(entry.oid);
    if (known !== undefined) {
      this.cache.delete(entry.oid);
      this.cache.set(entry.oid, known);
      return known.lookup;
    }
    const lookup = this.repository
      .readFile(commit, entry.path, { maxBytes: answerLimits.fileBytes })
      .then((file) => asText(file, entry));
    const kept = { lookup, bytes: 64 };
    this.cache.set(entry.oid, kept);
    this.bytes += kept.bytes;
    lookup.then(
      (found) => {
        if (this.cache.get(entry.oid) !== kept) return;
        const size = found.outcome === 'text' ? memoryOf(found.text) : 0;
        kept.bytes += size;
        this.bytes += size;
        this.shrink();
      },
      () => {
        if (this.cache.get(entry.oid) === kept) this.drop(entry.oid, kept.bytes);
      },
    );
    return lookup;
  }

  private shrink(): void {
    for (const [oid, { bytes }] of this.cache) {
      if (this.bytes <= this.bound) break;
      this.drop(oid, bytes);
    }
  }

  private drop(oid: ObjectId, bytes: number): void {
    this.cache.delete(oid);
    this.bytes -= bytes;
  }
}

const texts = new WeakMap<ObjectRepository, SourceTexts>();

/** The texts of a repository, shared by all reviewers that read it. */
export function textsOf(repository: ObjectRepository): SourceTexts {
  const known = texts.get(repository);
  if (known !== undefined) return known;
  const made = new SourceTexts(repository);
  texts.set(repository, made);
  return made;
}

function asText(file: FileLookup, entry: TreeEntry): TextLookup {
  if (file.outcome === 'withheld') return { outcome: 'withheld' };
  if (file.outcome === 'too-large') return { outcome: 'too-large', size: file.size };
  if (file.outcome !== 'found') throw new Error(`${entry.path} is listed as a file and is ${file.outcome}`);
  if (file.bytes.subarray(0, binaryProbe).includes(0)) return { outcome: 'binary', size: file.bytes.length };
  return { outcome: 'text', text: file.bytes.toString('utf8').replaceAll('\r\n', '\n') };
}

/** Engines keep a text of Latin letters in one byte a character, any other in two. */
function memoryOf(text: string): number {
  return /[^\x00-\xff]/.test(text) ? text.length * 2 : text.length;
}
