import type { ProseFacts } from './prose-facts.ts';
import { lettersIn, readable } from './sentences.ts';

const vendors =
  /anthropic|claude|openai|chatgpt|codex|google|gemini|deepmind|copilot|mistral|deepseek|(?<![a-z0-9])(?:opus|sonnet|haiku|gpt|llama|qwen|grok)(?![a-z])/gi;

/** Reviewers have letters only, and a vendor's name would say who is behind one. */
export function checkNames(text: string, { brief, names }: ProseFacts): string[] {
  const everything = `${readable(text)} ${text.normalize('NFKC')}`;
  const words = new Set(everything.split(/[^\p{L}\p{N}._/-]+/u).map((word) => word.replace(/[.]+$/, '')));
  const found = new Set([
    ...[...everything.matchAll(vendors)].map(([name]) => name),
    ...names.filter((name) => words.has(name)),
  ]);
  const letters = new Set(brief.reviewers.map(({ letter }) => letter));
  return [
    ...[...found].map((name) => `"${name.slice(0, 60)}" is a name; reviewers are [A], [B] and so on.`),
    ...[...text.matchAll(/\b[Rr]eviewers? ([A-Z])\b(?!])/g)].map(
      ([, letter]) => `the letter ${letter} stands without its square brackets.`,
    ),
    ...lettersIn(text)
      .filter((letter) => !letters.has(letter))
      .map((letter) => `no reviewer has the letter [${letter}].`),
  ];
}
