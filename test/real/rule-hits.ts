import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { findHits } from '../../src/checks/find-hits.ts';
import { loadRules } from '../../src/checks/load-rules.ts';
import { treeWeight } from '../../src/checks/tree-weight.ts';
import { languageForPath, parseSource } from '../../src/evidence/languages.ts';
import { readScriptOptions } from '../support/read-script-options.ts';

const usage = `usage: npm run test:rules -- --path DIR [--show RULE [--only]] [--every N] [--lines N] [--tests]

Runs every rule, those off by default too, over folders of code (--path is repeatable) and counts the hits; --show
prints that rule's hits, only each Nth with --every, with N --lines of context; --only runs no other rule.
Exit: 0, or 2 for wrong usage.`;
const values = readScriptOptions(usage, {
  path: { type: 'string', multiple: true },
  rules: { type: 'string', default: 'context/rules' },
  show: { type: 'string', multiple: true },
  every: { type: 'string', default: '1' },
  lines: { type: 'string', default: '3' },
  only: { type: 'boolean', default: false },
  tests: { type: 'boolean', default: false },
});

const rules = (await loadRules(values.rules)).filter(
  (rule) => !values.only || values.show?.includes(rule.id),
);
const counts = new Map(rules.map((rule) => [rule.id, { hits: 0, milliseconds: 0 }]));
const lineCounts = new Map<string, number>();
const seen = new Set<string>();
const shown: string[] = [];
let files = 0;
let skipped = 0;

for (const directory of values.path ?? [])
  for (const path of listSources(directory)) await scan(path, directory);

for (const block of shown.filter((_, index) => index % Number(values.every) === 0))
  process.stdout.write(block);
process.stdout.write(`${files} files, ${skipped} skipped as too large\n`);
process.stdout.write(
  `${[...lineCounts].map(([language, lines]) => `${language}: ${lines} lines`).join(', ')}\n\n`,
);
process.stdout.write(
  '| rule | lines | hits | per 10,000 lines | ms | default |\n|---|---:|---:|---:|---:|---|\n',
);
for (const rule of rules) {
  const { hits, milliseconds } = counts.get(rule.id) ?? { hits: 0, milliseconds: 0 };
  const lines = rule.languages.reduce((sum, language) => sum + (lineCounts.get(language) ?? 0), 0);
  const rate = lines === 0 ? '–' : ((hits * 10_000) / lines).toFixed(2);
  process.stdout.write(
    `| ${rule.id} | ${lines} | ${hits} | ${rate} | ${Math.round(milliseconds)} | ${rule.enabled ? 'on' : 'off'} |\n`,
  );
}

async function scan(path: string, directory: string): Promise<void> {
  if ((await stat(path)).size > 1_000_000) return;
  const text = await readFile(path, 'utf8');
  const language = languageForPath(path, text.slice(0, 200).split('\n', 1)[0]);
  const name = relative(directory, path);
  if (language === null || text.includes('\0') || (!values.tests && isTest(name)) || isMachineMade(text))
    return;
  const digest = createHash('sha256').update(text).digest('hex');
  if (seen.has(digest)) return;
  seen.add(digest);
  const tree = await parseSource(language, text);
  if (tree === null || treeWeight(tree, 20_000_000) > 20_000_000) {
    skipped += 1;
    return;
  }
  const lines = text.split('\n');
  files += 1;
  lineCounts.set(language, (lineCounts.get(language) ?? 0) + lines.length);
  for (const rule of rules.filter((one) => one.languages.includes(language) && one.appliesTo(name))) {
    const count = counts.get(rule.id);
    if (count === undefined) continue;
    const startedAt = performance.now();
    const hits = findHits(tree, rule);
    count.milliseconds += performance.now() - startedAt;
    count.hits += hits.length;
    if (!values.show?.includes(rule.id)) continue;
    for (const { range } of hits) {
      const from = Math.max(0, range.start - 1 - Number(values.lines));
      const body = lines.slice(from, range.end + Number(values.lines));
      const block = body.map((line, index) => {
        const number = from + index + 1;
        return `${number >= range.start && number <= range.end ? '>' : ' '} ${number}  ${line}`;
      });
      shown.push(`── ${rule.id}  ${name}:${range.start}\n${block.slice(0, 45).join('\n')}\n`);
    }
  }
}

function isTest(name: string): boolean {
  return /(?:^|\/)(?:tests?|testdata|__tests__)\/|_test\.go$|\.test\.[cm]?[jt]sx?$|(?:^|\/)test_[^/]*\.py$/.test(
    name,
  );
}

function isMachineMade(text: string): boolean {
  return /Code generated .* DO NOT EDIT/.test(text.slice(0, 2000)) || /[^\n]{2000}/.test(text);
}

function listSources(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
