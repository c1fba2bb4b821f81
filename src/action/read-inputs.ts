import { UsageError } from '../errors.ts';
import type { InputName } from './metadata.ts';

export type PostPart = 'summary' | 'inline' | 'check';

export interface ActionInputs {
  mode: (typeof modes)[number];
  /** null: the event's. */
  pullRequest: number | null;
  /** Variables of the environment that inputs stand for; empty ones are left out. */
  secrets: Readonly<Record<string, string>>;
  reviewers: readonly string[] | null;
  config: string | null;
  post: readonly PostPart[];
  failOn: (typeof thresholds)[number];
  failOnIncomplete: boolean;
  maxCost: number | null;
  timeoutMinutes: number | null;
  stage: string | null;
  reviewer: string | null;
  runDirectory: string | null;
  /** Artifact with the pull request's last runs: its name; null: as the recipes call it; `none`: not looked for. */
  earlierRun: string | null;
  rules: SkipSettings;
}

/** What decides whether a pull request is looked at. */
export interface SkipSettings {
  includeDrafts: boolean;
  /** Logins in small letters; `*` for all. */
  allowBots: readonly string[];
  /** null: no label. */
  skipLabel: string | null;
  /** null: no pattern. */
  skipTitlePattern: string | null;
  /** In capitals; empty: everybody. */
  authorAssociations: readonly string[];
}

type Read = (name: InputName) => string;

const modes = ['review', 'stage', 'publish', 'answer'] as const;
const thresholds = ['critical', 'important', 'suggestion', 'never'] as const;
const postParts = ['summary', 'inline', 'check'] as const;
const associations = [
  'COLLABORATOR',
  'CONTRIBUTOR',
  'FIRST_TIMER',
  'FIRST_TIME_CONTRIBUTOR',
  'MANNEQUIN',
  'MEMBER',
  'NONE',
  'OWNER',
];

/** The inputs of a step, each checked. Throws `UsageError` that names the input; values of secrets are in no message. */
export function readInputs(raw: Read): ActionInputs {
  const read: Read = (name) => raw(name).trim();
  const optional = (name: InputName) => read(name) || null;
  const mode = oneOf('mode', read('mode') || 'review', modes);
  const stage = optional('stage');
  const runDirectory = optional('run-directory');
  if ((mode === 'stage') !== (stage !== null))
    throw new UsageError(
      mode === 'stage' ? 'mode stage needs the input stage' : `the input stage has no effect in mode ${mode}`,
      { hint: 'give both mode: stage and stage: NAME, or neither' },
    );
  if (runDirectory === null && (mode === 'publish' || (mode === 'stage' && stage !== 'collect')))
    throw new UsageError(`mode ${mode} needs the input run-directory`, {
      hint: 'it is an output of the step that made the run; between jobs pass the folder as an artifact',
    });
  const post = toPost(read('post'));
  if ((mode === 'publish' || mode === 'answer') && post.length === 0)
    throw new UsageError(`mode ${mode} posts, and the input post is "${read('post')}"`, {
      hint: 'name what is posted: summary, inline, check',
    });
  return {
    mode,
    pullRequest: toNumber('pull-request', read('pull-request')),
    secrets: readSecrets(read),
    reviewers: optional('reviewers') === null ? null : toList(read('reviewers')),
    config: optional('config'),
    post,
    failOn: oneOf('fail-on', read('fail-on') || 'never', thresholds),
    failOnIncomplete: toBoolean('fail-on-incomplete', read('fail-on-incomplete')),
    maxCost: toAmount('max-cost', read('max-cost')),
    timeoutMinutes: toAmount('timeout-minutes', read('timeout-minutes')),
    stage,
    reviewer: optional('reviewer'),
    runDirectory,
    earlierRun: toArtifactName(read('earlier-run')),
    rules: {
      includeDrafts: toBoolean('include-drafts', read('include-drafts')),
      allowBots: toList(read('allow-bots')).map((login) => login.toLowerCase()),
      skipLabel: optional('skip-label'),
      skipTitlePattern: optional('skip-title-pattern'),
      authorAssociations: toAssociations(read('author-associations')),
    },
  };
}

function readSecrets(read: Read): Record<string, string> {
  const variables: [string, InputName][] = [
    ['GITHUB_TOKEN', 'github-token'],
    ['ANTHROPIC_API_KEY', 'anthropic-api-key'],
    ['OPENAI_API_KEY', 'openai-api-key'],
    ['GEMINI_API_KEY', 'gemini-api-key'],
  ];
  return Object.fromEntries(
    variables.map(([variable, name]) => [variable, read(name)]).filter(([, value]) => value !== ''),
  );
}

function oneOf<const Word extends string>(name: InputName, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found === undefined)
    throw new UsageError(`the input ${name} is "${text}"`, { hint: `write one of ${words.join(', ')}` });
  return found;
}

/** `true` and `false` in any case, also in quotes of their own, which YAML inside of YAML leaves. */
function toBoolean(name: InputName, text: string): boolean {
  const word = text
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim()
    .toLowerCase();
  if (word === 'true') return true;
  if (word === 'false' || word === '') return false;
  throw new UsageError(`the input ${name} is "${text}"`, { hint: 'write true or false' });
}

function toNumber(name: InputName, text: string): number | null {
  if (text === '') return null;
  if (/^#?[1-9]\d{0,9}$/.test(text)) return Number(text.replace('#', ''));
  throw new UsageError(`the input ${name} is "${text}"`, { hint: 'write a number, such as 12' });
}

function toAmount(name: InputName, text: string): number | null {
  if (text === '') return null;
  const amount = /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (amount > 0 && Number.isFinite(amount)) return amount;
  throw new UsageError(`the input ${name} is "${text}"`, { hint: 'write a number above 0, such as 7.5' });
}

/** As GitHub takes one. */
function toArtifactName(text: string): string | null {
  if (text === '') return null;
  if (text.length <= 256 && !/["':<>|*?\\/\p{Cc}]/u.test(text)) return text;
  throw new UsageError(`the input earlier-run is "${text}"`, {
    hint: 'write the name of an artifact, such as deep-review-12, or none',
  });
}

function toList(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function toPost(text: string): PostPart[] {
  const words = toList(text);
  if (words.length === 1 && words[0] === 'none') return [];
  return [...new Set(words.map((word) => oneOf('post', word, postParts)))];
}

function toAssociations(text: string): string[] {
  return toList(text.toUpperCase()).map((word) => oneOf('author-associations', word, associations));
}
