import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { ConfigError } from '../errors.ts';
import { parseSource } from '../evidence/languages.ts';
import { withAsciiRegexes } from './ascii-regex.ts';
import type { Rule } from './rule.ts';
import { RuleFile } from './rule-file.ts';

export interface LoadRulesOptions {
  /** Ids of rules to run although they are off by default. */
  enable?: readonly string[];
  /** Ids of rules not to run. Stronger than `enable`. */
  disable?: readonly string[];
}

/**
 * Reads every `*.yml` and `*.yaml` below a folder as one rule each, in the order of their ids; folders named `tests` are
 * left out. Throws `ConfigError`, naming file and key, for a malformed rule, an id used twice and an unknown id.
 */
export async function loadRules(directory: string, options: LoadRulesOptions = {}): Promise<Rule[]> {
  const rules: Rule[] = [];
  for (const path of await listRuleFiles(directory)) rules.push(await loadRule(path));
  rules.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  for (const [index, rule] of rules.entries()) {
    const next = rules[index + 1];
    if (next?.id === rule.id)
      throw new ConfigError(`two rules have the id ${rule.id}: ${rule.source} and ${next.source}`);
  }
  return applyChoice(rules, options);
}

async function listRuleFiles(directory: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(directory, { recursive: true });
  } catch (cause) {
    throw new ConfigError(`the folder of rules ${directory} cannot be read`, { cause });
  }
  return names
    .filter((name) => /\.ya?ml$/.test(name) && !/(?:^|[\\/])tests[\\/]/.test(name))
    .sort()
    .map((name) => join(directory, name));
}

async function loadRule(source: string): Promise<Rule> {
  const { id, language, message, rule, constraints, utils, files, ignores, metadata } =
    await readRuleFile(source);
  const wanted = files === undefined ? undefined : picomatch(files, { dot: true });
  const unwanted = ignores === undefined ? undefined : picomatch(ignores, { dot: true });
  const loaded: Rule = {
    id,
    languages: language,
    config: withAsciiRegexes({ rule, ...(constraints && { constraints }), ...(utils && { utils }) }),
    title: message,
    severity: metadata.severity,
    kind: metadata.kind,
    category: metadata.category,
    family: metadata.family ?? id,
    rank: metadata.rank,
    why: metadata.why,
    scenario: metadata.scenario,
    fix: metadata.fix,
    confidence: metadata.confidence,
    enabled: metadata.enabled,
    tell: metadata.tell ?? null,
    appliesTo: (path) => (wanted?.(path) ?? true) && !(unwanted?.(path) ?? false),
    source,
  };
  await proveRunnable(loaded);
  return loaded;
}

async function readRuleFile(source: string): Promise<RuleFile> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(await readFile(source, 'utf8'), { prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined)
    throw new ConfigError(`${source} is no valid YAML: ${problem.message}`, { cause: problem });
  const parsed = RuleFile.safeParse(contentOf(document, source));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
  );
  throw new ConfigError(`${source} is no valid rule: ${issues.join('; ')}`, {
    hint: 'context/rules/README.md says what a rule is made of.',
    cause: parsed.error,
  });
}

/** An alias that multiplies without end is refused by the YAML library only when the content is asked for. */
function contentOf(document: { toJS(): unknown }, source: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new ConfigError(`${source} is no valid YAML: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

/** A kind the grammar does not have, or a pattern that cannot be read, shows only when the rule is run. */
async function proveRunnable(rule: Rule): Promise<void> {
  for (const language of rule.languages) {
    const tree = await parseSource(language, '');
    try {
      tree?.root().findAll(rule.config);
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause);
      throw new ConfigError(
        `${rule.source} is no valid rule: rule: ${said.replace(/\s+/g, ' ')} (${language})`,
        {
          cause,
        },
      );
    }
  }
}

function applyChoice(rules: Rule[], options: LoadRulesOptions): Rule[] {
  const known = new Set(rules.map((rule) => rule.id));
  const [unknown] = [...(options.enable ?? []), ...(options.disable ?? [])].filter((id) => !known.has(id));
  if (unknown !== undefined)
    throw new ConfigError(`there is no rule ${unknown}`, { hint: `Known rules: ${[...known].join(', ')}.` });
  return rules.map((rule) => ({
    ...rule,
    enabled:
      (rule.enabled || options.enable?.includes(rule.id) === true) &&
      options.disable?.includes(rule.id) !== true,
  }));
}
