import type { Document, LineCounter, Node } from 'yaml';
import type * as z from 'zod';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { ConfigError } from '../errors.ts';
import { ConfigFile, userOnlyKeys } from './config-file.ts';
import { nearestWord } from './nearest-word.ts';

export interface ParseConfigFileInput {
  text: string;
  /** How the file is called in messages: a path, or `.deep-review.yml at <sha>`. */
  name: string;
  /** The repository's file is data from others: it may choose and narrow, not set what only the user may. */
  owner: 'user' | 'repository';
}

const maxBytes = 256 * 1024;

/** Text of a configuration file → its checked content. Throws `ConfigError` with line, key and a suggestion. */
export async function parseConfigFile(input: ParseConfigFileInput): Promise<ConfigFile> {
  const { text, name, owner } = input;
  if (Buffer.byteLength(text) > maxBytes)
    throw new ConfigError(`${name} is larger than ${maxBytes / 1024} KiB`, { hint: 'shorten it' });
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, schema: 'core', version: '1.2' });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    const line = lines.linePos(problem.pos[0]).line;
    const reason = problem.message.split('\n')[0]?.replace(/ at line \d+.*$/, '');
    throw new ConfigError(`${name}:${line}: not valid YAML: ${reason}`, {
      hint: 'mend the file',
      cause: problem,
    });
  }
  const data = toData(document, name);
  if (data === null || data === undefined) return {};
  const place: Place = { document, lines, name };
  if (owner === 'repository') refuseUserOnlyKeys(data, place);
  const parsed = ConfigFile.safeParse(data);
  if (parsed.success) return parsed.data;
  throw describeIssue(parsed.error, place);
}

interface Place {
  document: Document;
  lines: LineCounter;
  name: string;
}

type Key = string | number;

function toData(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch (cause) {
    throw new ConfigError(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: 'write the values out instead of repeating aliases',
      cause,
    });
  }
}

function refuseUserOnlyKeys(data: unknown, place: Place): void {
  for (const pattern of userOnlyKeys) {
    const path = findKey(data, pattern, []);
    if (path === null) continue;
    throw new ConfigError(`${at(place, path)}: "${showPath(path)}" may not be set by a repository`, {
      hint: 'only flags, the environment and the user’s own config.yml can set it; remove it here',
    });
  }
}

function findKey(data: unknown, pattern: readonly string[], path: Key[]): Key[] | null {
  const [head, ...rest] = pattern;
  if (head === undefined) return path;
  if (typeof data !== 'object' || data === null) return null;
  const keys: Key[] = head === '*' ? Object.keys(data).map(Number) : Object.hasOwn(data, head) ? [head] : [];
  for (const key of keys) {
    const found = findKey((data as Record<Key, unknown>)[key], rest, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}

function describeIssue(error: z.ZodError, place: Place): ConfigError {
  const issue = error.issues[0];
  if (issue === undefined) return new ConfigError(`${place.name} is not valid`, { cause: error });
  const path = issue.path.filter((key): key is Key => typeof key !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const near = nearestWord(key, keysAllowedAt(path));
    return new ConfigError(`${at(place, [...path, key])}: unknown key "${showPath([...path, key])}"`, {
      hint: near === null ? `known here: ${keysAllowedAt(path).join(', ')}` : `did you mean "${near}"?`,
      cause: error,
    });
  }
  return new ConfigError(`${at(place, path)}: "${showPath(path)}": ${issue.message}`, {
    hint: 'see "deep-review schema config" for what is allowed',
    cause: error,
  });
}

/** `file:line` of a key, or of the nearest thing around it that exists. */
function at(place: Place, path: readonly Key[]): string {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = keyOffset(place.document, path.slice(0, length));
    if (offset !== null) return `${place.name}:${place.lines.linePos(offset).line}`;
  }
  return `${place.name}:1`;
}

function keyOffset(document: Document, path: readonly Key[]): number | null {
  const key = path.at(-1);
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (typeof parent !== 'object' || parent === null || !('items' in parent) || !Array.isArray(parent.items))
    return null;
  const items: unknown[] = parent.items;
  if (typeof key === 'number') return (items[key] as Node | undefined)?.range?.[0] ?? null;
  for (const item of items) {
    const name = (item as { key?: { value?: unknown; range?: number[] } | null }).key;
    if (String(name?.value) === key) return name?.range?.[0] ?? null;
  }
  return null;
}

function keysAllowedAt(path: readonly Key[]): string[] {
  let schema: unknown = ConfigFile;
  for (const key of path) {
    schema = unwrap(schema);
    schema =
      typeof key === 'number'
        ? (schema as { element?: unknown }).element
        : (schema as { shape?: Record<string, unknown> }).shape?.[key];
  }
  return Object.keys((unwrap(schema) as { shape?: object } | undefined)?.shape ?? {});
}

function unwrap(schema: unknown): unknown {
  const optional = schema as { unwrap?: () => unknown; element?: unknown } | undefined;
  return optional?.unwrap !== undefined && optional.element === undefined ? optional.unwrap() : schema;
}

function showPath(path: readonly Key[]): string {
  return makeVisibleLine(
    path
      .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
      .join('')
      .replace(/^\./, ''),
  );
}
