import { estimateTokens } from '../estimate-tokens.ts';

export type PromptPlace = 'system' | 'first-message' | 'tools';

/** One piece of what a reviewer is told, and how large it is. */
export interface PromptPart {
  where: PromptPlace;
  /** A file of `context/`, a note of the repository, a section of the first message, a tool. */
  name: string;
  /** In UTF-8. */
  bytes: number;
  /** See `estimateTokens`. */
  tokens: number;
}

export function measurePart(where: PromptPlace, name: string, text: string): PromptPart {
  return { where, name, bytes: Buffer.byteLength(text), tokens: estimateTokens(text) };
}

/** The pieces of a text, and what stands around them, so that the sizes add up to the whole. */
export function measureParts(
  where: PromptPlace,
  whole: string,
  pieces: readonly { name: string; text: string }[],
): PromptPart[] {
  const parts = pieces.map(({ name, text }) => measurePart(where, name, text));
  const all = measurePart(where, '(headings and frames)', whole);
  const sum = (key: 'bytes' | 'tokens') => parts.reduce((total, part) => total + part[key], 0);
  const rest = { ...all, bytes: all.bytes - sum('bytes'), tokens: Math.max(0, all.tokens - sum('tokens')) };
  return rest.bytes === 0 ? parts : [...parts, rest];
}
