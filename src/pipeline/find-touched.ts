import type { Change, FileDiff, RoundFocus } from '../domain/change.ts';
import { enclosingSymbols } from '../evidence/enclosing-symbol.ts';
import { languageForPath } from '../evidence/languages.ts';
import type { ObjectRepository } from '../git/object-repository.ts';

export interface FindTouchedInput {
  repository: ObjectRepository;
  change: Pick<Change, 'head' | 'files'>;
  changed: RoundFocus['changed'];
  signal: AbortSignal;
}

const most = { files: 300, names: 200, fileBytes: 2 ** 20, lines: 2000 };
/** Shorter names stand in too many files to say anything. */
const shortestName = 4;

/**
 * The other files of the diff that name a function or type which was changed since: where its callers and twins are
 * looked for first. A hint only; nothing hangs on a name that is not found.
 */
export async function findTouched(input: FindTouchedInput): Promise<string[]> {
  const names = await listNames(input);
  if (names.size === 0) return [];
  const own = new Set(input.changed.map(({ path }) => path));
  const touched: string[] = [];
  for (const file of input.change.files.filter((one) => isReadable(one, own)).slice(0, most.files)) {
    input.signal.throwIfAborted();
    const words = (await readText(input, file.path))?.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
    if (words.some((word) => names.has(word))) touched.push(file.path);
  }
  return touched;
}

function isReadable(
  { path, status, binary, generated, vendored }: FileDiff,
  own: ReadonlySet<string>,
): boolean {
  return !own.has(path) && status !== 'removed' && !binary && !generated && !vendored;
}

async function listNames(input: FindTouchedInput): Promise<Set<string>> {
  const names = new Set<string>();
  for (const { path, lines } of input.changed) {
    input.signal.throwIfAborted();
    const text = lines.length === 0 ? null : await readText(input, path);
    const language = text === null ? null : languageForPath(path, text.slice(0, 200).split('\n')[0]);
    if (text === null || language === null) continue;
    const asked = lines.flatMap(({ start, end }) =>
      Array.from({ length: Math.min(end - start + 1, most.lines) }, (_, at) => start + at),
    );
    for (const symbol of (
      await enclosingSymbols({ language, text, lines: asked.slice(0, most.lines) })
    ).values()) {
      const name = symbol.split('.').at(-1) ?? '';
      if (name.length >= shortestName && names.size < most.names) names.add(name);
    }
  }
  return names;
}

async function readText({ repository, change }: FindTouchedInput, path: string): Promise<string | null> {
  const file = await repository.readFile(change.head.sha, path, { maxBytes: most.fileBytes });
  return file.outcome === 'found' ? file.bytes.toString('utf8') : null;
}
