import type { ToolArguments } from './language-model.ts';

/** Reads the arguments a model wrote. Nothing at all is a call without arguments; anything but one object is malformed. */
export function parseToolArguments(text: string): ToolArguments {
  if (text.trim() === '') return { outcome: 'parsed', value: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return { outcome: 'parsed', value };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { outcome: 'malformed', text };
}

/** For vendors that take arguments back only as an object: what was malformed stays readable for the model. */
export function argumentsAsObject(value: ToolArguments): Record<string, unknown> {
  return value.outcome === 'parsed' ? value.value : { INVALID_JSON: value.text };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
