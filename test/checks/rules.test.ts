import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { findFileHits } from '../../src/checks/file-hits.ts';
import { loadRules } from '../../src/checks/load-rules.ts';
import type { Rule } from '../../src/checks/rule.ts';
import { parseSource, syntaxErrors } from '../../src/evidence/languages.ts';

const folder = 'context/rules';
const snippetFolder = join(folder, 'tests');

/** `line`: where the only hit starts. `lines`: where each of several hits starts, in their order. */
const Invalid = z.union([
  z
    .strictObject({ code: z.string(), line: z.int() })
    .transform(({ code, line }) => ({ code, lines: [line] })),
  z.strictObject({ code: z.string(), lines: z.array(z.int()).min(1) }),
]);
const Snippets = z.strictObject({ valid: z.array(z.string()).min(3), invalid: z.array(Invalid).min(3) });

const rules = await loadRules(folder);

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const snippets = readSnippets(id);

  test('has snippets of its own', () => {
    expect(snippets.valid.length, `snippets in ${snippetFolder}/${id}.yml`).toBeGreaterThanOrEqual(3);
    expect(snippets.invalid.length).toBeGreaterThanOrEqual(3);
  });

  test.each(snippets.valid)('leaves alone %#', async (code) => {
    expect(await hitLines(rule, code)).toEqual(rule.languages.map((language) => ({ language, lines: [] })));
  });

  test.each(snippets.invalid)('hits %#', async ({ code, lines }) => {
    expect(await hitLines(rule, code)).toEqual(rule.languages.map((language) => ({ language, lines })));
  });

  test('tells why, what to do, and how often it is right', () => {
    const filled = { why: rule.why.length > 40, fix: rule.fix.length > 20, title: rule.title !== '' };
    expect(filled).toEqual({ why: true, fix: true, title: true });
    expect(rule.confidence).toBeGreaterThan(0);
    expect(rule.confidence).toBeLessThanOrEqual(1);
    if (rule.enabled) expect(rule.confidence).toBeGreaterThanOrEqual(0.7);
  });
});

describe('the rules', () => {
  test('speak of four languages, and most are on', () => {
    expect(rules.length).toBeGreaterThanOrEqual(16);
    expect(rules.filter(({ enabled }) => enabled).length).toBeGreaterThanOrEqual(10);
    const languages = new Set(rules.flatMap((rule) => rule.languages));
    expect([...languages].sort()).toEqual(['bash', 'go', 'javascript', 'python', 'tsx', 'typescript']);
  });

  test('have no snippets left over from a rule that is gone', () => {
    const known = new Set(rules.map(({ id }) => id));
    const names = readdirSync(snippetFolder).map((name) => basename(name, '.yml'));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  test('leave an empty file and a broken one alone', async () => {
    for (const rule of rules)
      for (const language of rule.languages)
        for (const code of ['', '\n', '}}} ((( \u0000 """'])
          expect(findFileHits(await tree(language, code), [rule])).toEqual([]);
  });
});

/** Without a file there are none, and the rule's test of having some fails. */
function readSnippets(id: string): z.infer<typeof Snippets> {
  const path = join(snippetFolder, `${id}.yml`);
  return existsSync(path) ? Snippets.parse(parse(readFileSync(path, 'utf8'))) : { valid: [], invalid: [] };
}

/** The lines of the rule's hits in each of its grammars; a snippet that is not of that language fails. */
async function hitLines(rule: Rule, code: string) {
  const found: { language: string; lines: number[] }[] = [];
  for (const language of rule.languages) {
    const root = await tree(language, code);
    if (syntaxErrors(root) > 0) throw new Error(`the snippet is no ${language}:\n${code}`);
    found.push({ language, lines: findFileHits(root, [rule]).map(({ range }) => range.start) });
  }
  return found;
}

async function tree(language: Rule['languages'][number], code: string) {
  const root = await parseSource(language, code);
  if (root === null) throw new Error('the snippet is too large');
  return root;
}
