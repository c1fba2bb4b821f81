import { createHash, createHmac } from 'node:crypto';
import { invalid } from './refusal.ts';

export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a string anywhere in the value holds half a surrogate pair. */
export function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, one]) => hasLoneSurrogate(key) || hasLoneSurrogate(one));
}

/** Refuses fields that the API does not know. */
export function onlyFields(value: Json, allowed: readonly string[], where: string): void {
  for (const field of Object.keys(value))
    if (!allowed.includes(field)) {
      const path = where === '' ? field : `${where}.${field}`;
      throw invalid(
        `Unknown parameter: '${path}'. Extra inputs are not permitted.`,
        path,
        'unknown_parameter',
      );
    }
}

/** 64 hexadecimal digits; equal values give equal digests whatever the order of their keys. */
export function digest(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJson(value)) return JSON.stringify(value) ?? 'null';
  const entries = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${entries.join(',')}}`;
}

/** What only this server can have made. */
export function seal(value: unknown): string {
  return createHmac('sha256', 'the model server of the tests').update(canonical(value)).digest('base64');
}

/** Four bytes are a token, so that counts can be foretold. */
export function countTokens(value: unknown): number {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  return Math.ceil(Buffer.byteLength(text) / 4);
}

/** The text in pieces as a stream brings it, never within a character. */
export function pieces(text: string, size = 24): string[] {
  const characters = [...text];
  const parts: string[] = [];
  for (let at = 0; at < characters.length; at += size) parts.push(characters.slice(at, at + size).join(''));
  return parts;
}
