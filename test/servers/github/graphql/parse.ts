/** What stands in a query, for queries without directives, subscriptions and block strings. */
export interface Document {
  operations: Operation[];
  fragments: Map<string, { on: string; selections: Selection[] }>;
}

export interface Operation {
  kind: 'query' | 'mutation';
  name: string | null;
  variables: Map<string, { type: string; fallback: Value | null }>;
  selections: Selection[];
}

export interface Location {
  line: number;
  column: number;
}

export type Selection =
  | FieldSelection
  | { kind: 'inline'; on: string | null; selections: Selection[]; at: Location }
  | { kind: 'spread'; name: string; at: Location };

export interface FieldSelection {
  kind: 'field';
  /** Name in the answer. */
  alias: string;
  name: string;
  values: Map<string, Value>;
  selections: Selection[] | null;
  at: Location;
}

export type Value =
  | { kind: 'variable'; name: string }
  | { kind: 'enum'; name: string }
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'list'; values: Value[] }
  | { kind: 'object'; values: Map<string, Value> };

export class SyntaxProblem extends Error {
  readonly at: Location;

  constructor(message: string, at: Location) {
    super(message);
    this.at = at;
  }
}

interface Word {
  text: string;
  kind: 'name' | 'string' | 'number' | 'mark' | 'end';
  at: Location;
}

/** Reads a query; throws `SyntaxProblem`. */
export function parseQuery(text: string): Document {
  const reader = new Reader(split(text));
  const document: Document = { operations: [], fragments: new Map() };
  while (reader.next.kind !== 'end') {
    if (reader.take('fragment')) {
      const name = reader.name();
      reader.expect('on');
      document.fragments.set(name, { on: reader.name(), selections: selectionsIn(reader) });
    } else document.operations.push(operationIn(reader));
  }
  return document;
}

function split(text: string): Word[] {
  const words: Word[] = [];
  const pattern =
    /(?<gap>[\s,\ufeff]+|#[^\n]*)|(?<name>[_A-Za-z]\w*)|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<string>"(?:[^"\\\n]|\\.)*")|(?<mark>\.\.\.|[{}()[\]:!=$|&])/gy;
  let line = 1;
  let lineStart = 0;
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const found = pattern.exec(text);
    const at = { line, column: start - lineStart + 1 };
    if (found === null) throw new SyntaxProblem(`Unexpected character ${JSON.stringify(text[start])}`, at);
    for (let place = start; place < pattern.lastIndex; place += 1)
      if (text[place] === '\n') {
        line += 1;
        lineStart = place + 1;
      }
    const { gap, name, number, string } = found.groups ?? {};
    if (gap !== undefined) continue;
    const kind =
      name !== undefined
        ? 'name'
        : number !== undefined
          ? 'number'
          : string !== undefined
            ? 'string'
            : 'mark';
    words.push({ text: found[0], kind, at });
  }
  words.push({ text: 'end of the query', kind: 'end', at: { line, column: text.length - lineStart + 1 } });
  return words;
}

class Reader {
  readonly #words: readonly Word[];
  #place = 0;

  constructor(words: readonly Word[]) {
    this.#words = words;
  }

  get next(): Word {
    const word = this.#words[Math.min(this.#place, this.#words.length - 1)];
    if (word === undefined) throw new Error('a query without an end');
    return word;
  }

  advance(): Word {
    const word = this.next;
    this.#place += 1;
    return word;
  }

  take(text: string): boolean {
    if (this.next.text !== text || this.next.kind === 'string') return false;
    this.#place += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.problem(`Expected ${text}`);
  }

  name(): string {
    if (this.next.kind !== 'name') throw this.problem('Expected NAME');
    return this.advance().text;
  }

  problem(what: string): SyntaxProblem {
    return new SyntaxProblem(`${what}, actual: ${JSON.stringify(this.next.text)}`, this.next.at);
  }
}

function operationIn(reader: Reader): Operation {
  if (reader.next.text === '{')
    return { kind: 'query', name: null, variables: new Map(), selections: selectionsIn(reader) };
  const word = reader.name();
  if (word !== 'query' && word !== 'mutation') throw reader.problem(`No such operation: ${word}`);
  const name = reader.next.kind === 'name' ? reader.name() : null;
  const variables: Operation['variables'] = new Map();
  if (reader.take('('))
    while (!reader.take(')')) {
      reader.expect('$');
      const variable = reader.name();
      reader.expect(':');
      const type = typeIn(reader);
      variables.set(variable, { type, fallback: reader.take('=') ? valueIn(reader) : null });
    }
  return { kind: word, name, variables, selections: selectionsIn(reader) };
}

function typeIn(reader: Reader): string {
  let type: string;
  if (reader.take('[')) {
    type = `[${typeIn(reader)}]`;
    reader.expect(']');
  } else type = reader.name();
  return reader.take('!') ? `${type}!` : type;
}

function selectionsIn(reader: Reader): Selection[] {
  reader.expect('{');
  const selections: Selection[] = [];
  while (!reader.take('}')) selections.push(selectionIn(reader));
  if (selections.length === 0) throw reader.problem('Expected a field');
  return selections;
}

function selectionIn(reader: Reader): Selection {
  const { at } = reader.next;
  if (reader.take('...')) {
    if (reader.next.text === '{') return { kind: 'inline', on: null, selections: selectionsIn(reader), at };
    if (reader.take('on')) return { kind: 'inline', on: reader.name(), selections: selectionsIn(reader), at };
    return { kind: 'spread', name: reader.name(), at };
  }
  const first = reader.name();
  const name = reader.take(':') ? reader.name() : first;
  const values = new Map<string, Value>();
  if (reader.take('('))
    while (!reader.take(')')) {
      const argument = reader.name();
      reader.expect(':');
      values.set(argument, valueIn(reader));
    }
  const selections = reader.next.text === '{' ? selectionsIn(reader) : null;
  return { kind: 'field', alias: first, name, values, selections, at };
}

function valueIn(reader: Reader): Value {
  if (reader.take('$')) return { kind: 'variable', name: reader.name() };
  if (reader.take('[')) {
    const values: Value[] = [];
    while (!reader.take(']')) values.push(valueIn(reader));
    return { kind: 'list', values };
  }
  if (reader.take('{')) {
    const values = new Map<string, Value>();
    while (!reader.take('}')) {
      const name = reader.name();
      reader.expect(':');
      values.set(name, valueIn(reader));
    }
    return { kind: 'object', values };
  }
  const word = reader.advance();
  if (word.kind === 'string') return { kind: 'literal', value: JSON.parse(word.text) as string };
  if (word.kind === 'number') return { kind: 'literal', value: Number(word.text) };
  if (word.text === 'true' || word.text === 'false') return { kind: 'literal', value: word.text === 'true' };
  if (word.text === 'null') return { kind: 'literal', value: null };
  if (word.kind === 'name') return { kind: 'enum', name: word.text };
  throw new SyntaxProblem(`Expected a value, actual: ${JSON.stringify(word.text)}`, word.at);
}
