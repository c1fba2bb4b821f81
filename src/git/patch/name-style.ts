import { quotePath, unquotePath } from '../quoted-path.ts';

/** Characters as printed; far beyond any path, and few enough to be read at once. */
const longestName = 2 ** 20;

/** How names stand in a patch; learned from the first one that tells, binding for all that follow. */
export class NameStyle {
  /** null as long as no name told. */
  quotesHighBytes: boolean | null;

  constructor(quotesHighBytes: boolean | null = null) {
    this.quotesHighBytes = quotesHighBytes;
  }

  /** A name as git prints it. */
  print(name: string): string {
    return quotePath(name, { keepHighBytes: this.quotesHighBytes === false });
  }

  /** The inverse of `print`; null for anything git would not have printed here, and for over a million characters. */
  read(printed: string): string | null {
    if (printed.length > longestName) return null;
    const name = printed.startsWith('"') ? readQuoted(printed) : printed;
    if (name === null || name === '') return null;
    if (this.quotesHighBytes === null && /[\x80-\xff]/.test(name))
      this.quotesHighBytes = !/[\x80-\xff]/.test(printed);
    return this.print(name) === printed ? name : null;
  }
}

/** The name behind `---` or `+++`: git ends one with a space in it with a tab. */
export function withTab(printedName: string): string {
  return printedName.includes(' ') ? `${printedName}\t` : printedName;
}

function readQuoted(printed: string): string | null {
  const quoted = unquotePath(printed);
  return quoted?.end === printed.length ? quoted.path : null;
}
