import { makeVisible, makeVisibleLine } from '../../domain/visible-text.ts';

/** Reading what models write where a schema was asked for: forgiving about form, never about meaning. */

export type LooseRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is LooseRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first of these keys that holds anything. Only the record's own keys count. */
export function pick(record: LooseRecord, ...keys: string[]): unknown {
  for (const key of keys) {
    const value = Object.hasOwn(record, key) ? record[key] : undefined;
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

/** Text, with lists as lines; anything else as JSON; empty for nothing. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(asText).join('\n');
  return JSON.stringify(value) ?? '';
}

/** Text on one line. */
export function asLine(value: unknown): string {
  return asText(value).trim().replace(/\s+/g, ' ');
}

/** A finite number out of a number or a text; undefined for anything else. */
export function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function asBoolean(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^(?:true|yes|1)$/i.test(value.trim()));
}

/** One thing where a list was asked for is a list of one; nothing, and the word for it, is an empty one. */
export function asList(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  if (typeof value === 'string' && /^\s*(?:none|n\/a|nothing|-)?\.?\s*$/i.test(value)) return [];
  return [value];
}

/** `Error Handling`, `error_handling` → `error-handling`. */
export function asWord(value: unknown): string {
  return asLine(value)
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
}

/** The value with every text in it, keys too, free of characters that cannot be seen. */
export function makeAllVisible(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return makeVisible(value);
  if (depth > 20) return makeVisible(JSON.stringify(value) ?? '');
  if (Array.isArray(value)) return value.map((one) => makeAllVisible(one, depth + 1));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '__proto__')
      .map(([key, one]) => [makeVisibleLine(key), makeAllVisible(one, depth + 1)]),
  );
}
