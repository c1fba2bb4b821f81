import { makeVisible } from '../domain/visible-text.ts';

/** A file whose content is kept from somebody; `text` is null where it was not read. */
export interface KeptFile {
  path: string;
  text: string | null;
}

/** Characters without white space that two lines must share in a row to count as one taken from the other. */
const runLength = 24;
/** Distance of the runs that are looked for; one that is shared by `runLength + stride - 1` is found for sure. */
const stride = 8;
/** A whole line counts from here on, and so does a word of letters and digits, such as a key. */
const shortest = 16;

/**
 * Tells whether a text that somebody wrote names files whose content is kept from its reader, or repeats lines of them.
 * What it says in its own words, without naming the file, nobody can tell.
 */
export class KeptText {
  private readonly pieces = new Set<string>();
  private readonly keptPaths: ReadonlySet<string>;
  private readonly keptNames: ReadonlyMap<string, string[]>;
  private readonly openNames: ReadonlyMap<string, string[]>;

  constructor(input: { kept: readonly KeptFile[]; openPaths: Iterable<string> }) {
    this.keptPaths = new Set(input.kept.map(({ path }) => path));
    this.keptNames = byName(this.keptPaths);
    this.openNames = byName(new Set(input.openPaths));
    for (const { text } of input.kept)
      for (const line of (text ?? '').split('\n'))
        for (const piece of piecesOf(line, stride)) this.pieces.add(piece);
  }

  /** `known` is text that its reader may see anyway: what stands in it, too, gives nothing away. */
  isIn(text: string, known: string): boolean {
    if (this.keptPaths.size === 0) return false;
    if (pathsIn(text).some((path) => this.isKeptPath(path))) return true;
    if (this.pieces.size === 0) return false;
    const open = new Set(known.split('\n').flatMap((line) => [...piecesOf(line, 1)]));
    return linesOf(text).some((line) =>
      [...piecesOf(line, 1)].some((piece) => this.pieces.has(piece) && !open.has(piece)),
    );
  }

  /** The end of a path counts unless a file that may be seen could be meant as well. */
  private isKeptPath(path: string): boolean {
    if (this.keptPaths.has(path)) return true;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const isMeant = (one: string) => one === path || one.endsWith(`/${path}`);
    if (this.openNames.get(name)?.some(isMeant) === true) return false;
    return this.keptNames.get(name)?.some(isMeant) === true;
  }
}

/** What of a line can be recognised elsewhere. */
function* piecesOf(line: string, step: number): Iterable<string> {
  const visible = makeVisible(line);
  const squeezed = visible.replace(/\s+/g, '');
  if (squeezed.length >= shortest) yield `=${squeezed}`;
  for (let at = 0; at + runLength <= squeezed.length; at += step) yield squeezed.slice(at, at + runLength);
  for (const [word] of visible.matchAll(/[\p{L}\p{N}_]{16,200}/gu))
    if (/\p{N}/u.test(word) && /\p{L}/u.test(word)) yield `.${word}`;
}

/** The lines of a Markdown text, without marks before them, and what stands between backticks. */
function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/^\s*(?:[>+*|-]\s*|\d+[.:|]\s*)*/, ''));
  return [...text.split('\n'), ...lines, ...[...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)];
}

/** Words that may be paths: with a slash, or with a dot within. */
function pathsIn(text: string): string[] {
  return [...text.matchAll(/[\p{L}\p{N}_.@+~/-]{3,1000}/gu)]
    .map(([word]) => word.replace(/^(?:\.\/)+/, '').replace(/[./-]+$/, ''))
    .filter((word) => /[./]/.test(word));
}

function byName(paths: ReadonlySet<string>): ReadonlyMap<string, string[]> {
  const names = new Map<string, string[]>();
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const known = names.get(name);
    if (known === undefined) names.set(name, [path]);
    else known.push(path);
  }
  return names;
}
