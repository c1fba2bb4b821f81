import type { EgressRule } from '../domain/egress.ts';
import { guardSource } from '../domain/guard.ts';
import type { ModelReviewer, ProviderId, Reviewer } from '../domain/reviewer.ts';
import type { FailOn } from '../domain/run-outcome.ts';
import { ConfigError, UsageError } from '../errors.ts';
import {
  type CommandSetting,
  commandSettings,
  type SandboxSettings,
  sandboxSettings,
} from './command-settings.ts';
import type { AuthStyle, ConfigFile, ReviewerEntry } from './config-file.ts';
import { EndpointUrl } from './config-file.ts';
import type { Environment } from './environment.ts';
import { nearestWord } from './nearest-word.ts';
import { type PublishSettings, publishSettings, publishWithoutEffect } from './publish-settings.ts';

/** Where and how a model reviewer is reached. Never written to disk: `apiKey` is a secret. */
export interface ReviewerAccess {
  /** null: no key was found, the reviewer is skipped. */
  apiKey: string | null;
  /** The variables that were looked at for the key, for the message. */
  keyVariables: readonly string[];
  /** null: the vendor's own endpoint. */
  baseUrl: string | null;
  authStyle: AuthStyle;
}

/** What flags say about who reviews. */
export interface ReviewerFlags {
  /** `--reviewers`: ids in the order given, or null for all configured models. */
  reviewers: readonly string[] | null;
  /** `--model id=model` and `--effort id=level`. */
  models: ReadonlyMap<string, string>;
  efforts: ReadonlyMap<string, string>;
  /** `--deps`: absolute paths; absent for none. */
  dependencies?: readonly string[];
}

/** What flags say about the budget; null where they say nothing. They count whatever the files say. */
export interface BudgetFlags {
  /** `--max-cost`. */
  usd: number | null;
  /** `--timeout`. */
  minutes: number | null;
}

/** Limits of one request that the user sets, in milliseconds; the others are as published for the model. */
export type RequestLimits = NonNullable<ReviewerEntry['limits']>;

/** What reviewers of changes to some paths are told besides. */
export interface PathInstructions {
  /** Glob over paths of the repository. */
  match: string;
  instructions: string;
  /** Name of the file they stand in. */
  source: string;
}

export interface Config {
  reviewers: readonly Reviewer[];
  /** By reviewer id; only model reviewers. */
  access: ReadonlyMap<string, ReviewerAccess>;
  /** null: the default rule, min(2, models asked for). */
  quorum: number | null;
  failOn: FailOn;
  ignore: readonly string[];
  /** Instructions for some paths: the user's, then the repository's. */
  paths: readonly PathInstructions[];
  /** The user's and the repository's: a vendor is sent what every rule allows. */
  egress: readonly EgressRule[];
  budget: { usd: number; minutes: number; reviewerMinutes: number };
  /** Most tokens by reviewer id, where set. */
  maxTokens: ReadonlyMap<string, number>;
  /** How long to wait for a request, by reviewer id, where set. */
  requestLimits: ReadonlyMap<string, RequestLimits>;
  /** What reviewers may run, where there is a sandbox. From the user's own file alone. */
  commands: readonly CommandSetting[];
  sandbox: SandboxSettings;
  /** Folders with sources of dependencies that reviewers may read, as the user wrote them. */
  dependencies: readonly string[];
  publish: PublishSettings;
  /** Keys that are set and that this version does not act on yet: said, instead of being passed over. */
  settingsWithoutEffect: readonly string[];
}

export const checksReviewer: Reviewer = { type: 'program', id: 'checks', program: 'built-in rules' };

/** Ids that no reviewer of a configuration may have. */
const reservedIds: readonly string[] = [checksReviewer.id, guardSource.id];

const defaultEntries: readonly ReviewerEntry[] = [
  { id: 'claude', provider: 'anthropic', model: 'claude-opus-5-5', effort: 'xhigh' },
  { id: 'codex', provider: 'openai', model: 'gpt-6.1-sol', effort: 'xhigh' },
  { id: 'gemini', provider: 'google', model: 'gemini-4-argon', effort: 'high' },
];

const defaultBudget = { usd: 15, minutes: 45, reviewerMinutes: 25 };

export interface ResolveConfigInput {
  flags: ReviewerFlags & { failOn: FailOn | null; budget?: BudgetFlags };
  environment: Environment;
  user: ConfigFile;
  repository: ConfigFile;
}

/** Strongest first: flags, environment, repository's file (chooses and narrows only), user's file, defaults. */
export function resolveConfig(input: ResolveConfigInput): Config {
  const { flags, environment, user, repository } = input;
  const entries = chooseEntries(user, repository);
  const chosen = chooseReviewers(entries, flags.reviewers);
  for (const id of [...flags.models.keys(), ...flags.efforts.keys()]) {
    if (!entries.some((entry) => entry.id === id))
      throw unknownReviewer(
        id,
        entries.map((entry) => entry.id),
      );
  }
  const reviewers = chosen.map((entry) => (entry === 'checks' ? checksReviewer : toReviewer(entry, flags)));
  const models = chosen.filter((entry) => entry !== 'checks');
  return {
    reviewers,
    access: new Map(models.map((entry) => [entry.id, accessOf(entry, environment)])),
    quorum: narrowQuorum(user, repository),
    failOn: flags.failOn ?? repository.failOn ?? user.failOn ?? 'critical',
    ignore: [...(user.ignore ?? []), ...(repository.ignore ?? [])],
    budget: narrowBudget(user, repository, flags.budget ?? { usd: null, minutes: null }),
    egress: [...(user.egress ?? []), ...(repository.egress ?? [])],
    paths: [...pathsOf(user, 'config.yml'), ...pathsOf(repository, '.deep-review.yml')],
    maxTokens: new Map(
      models.flatMap((entry) => (entry.maxTokens === undefined ? [] : [[entry.id, entry.maxTokens]])),
    ),
    requestLimits: new Map(
      models.flatMap((entry) => (entry.limits === undefined ? [] : [[entry.id, entry.limits]])),
    ),
    commands: commandSettings(user.commands),
    sandbox: sandboxSettings(user.sandbox),
    dependencies: [...(user.dependencies ?? []), ...(flags.dependencies ?? [])],
    publish: publishSettings(user, repository),
    settingsWithoutEffect: publishWithoutEffect(user, repository),
  };
}

/** The part of a configuration that may be written to disk and that decides whether two runs are alike. */
export function publicConfig(config: Config): Record<string, unknown> {
  return {
    reviewers: config.reviewers,
    quorum: config.quorum,
    ignore: config.ignore,
    paths: config.paths,
    ...(config.egress.length === 0 ? {} : { egress: config.egress }),
    budget: config.budget,
    maxTokens: Object.fromEntries(config.maxTokens),
    ...(config.commands.length === 0 ? {} : { commands: config.commands.map(({ name }) => name) }),
    ...(config.dependencies.length === 0 ? {} : { dependencies: config.dependencies }),
  };
}

function pathsOf({ paths }: ConfigFile, source: string): PathInstructions[] {
  return (paths ?? []).map((entry) => ({ ...entry, source }));
}

function chooseEntries(user: ConfigFile, repository: ConfigFile): readonly ReviewerEntry[] {
  const own = user.reviewers ?? defaultEntries;
  refuseRepeats(own);
  if (repository.reviewers === undefined) return own;
  refuseRepeats(repository.reviewers);
  if (repository.reviewers.length > own.length)
    throw new ConfigError(
      `.deep-review.yml asks for ${repository.reviewers.length} reviewers; the user allows ${own.length}`,
      { hint: 'name fewer reviewers there, or more in the user’s own config.yml' },
    );
  return repository.reviewers.map((entry) => {
    const same = own.find((candidate) => candidate.id === entry.id);
    if (same === undefined || same.provider !== entry.provider) {
      if (entry.provider === 'openai-compatible')
        throw new ConfigError(
          `.deep-review.yml: reviewer "${entry.id}" needs an endpoint, which only the user sets`,
          { hint: 'define it in the user’s own config.yml' },
        );
      return entry;
    }
    return { ...same, ...entry };
  });
}

function refuseRepeats(entries: readonly ReviewerEntry[]): void {
  const seen = new Set<string>(reservedIds);
  for (const { id } of entries) {
    if (seen.has(id))
      throw new ConfigError(
        reservedIds.includes(id) ? `the reviewer id "${id}" is taken` : `two reviewers have the id "${id}"`,
        { hint: 'give each reviewer an id of its own' },
      );
    seen.add(id);
  }
}

function chooseReviewers(
  entries: readonly ReviewerEntry[],
  asked: readonly string[] | null,
): (ReviewerEntry | 'checks')[] {
  if (asked === null) return [...entries];
  return [...new Set(asked)].map((id) => {
    if (id === 'checks') return 'checks';
    const entry = entries.find((candidate) => candidate.id === id);
    if (entry === undefined) throw unknownReviewer(id, [...entries.map((one) => one.id), 'checks']);
    return entry;
  });
}

function unknownReviewer(id: string, known: readonly string[]): UsageError {
  const near = nearestWord(id, known);
  return new UsageError(`unknown reviewer "${id}"`, {
    hint: near === null ? `known reviewers: ${known.join(', ')}` : `did you mean "${near}"?`,
  });
}

function toReviewer(entry: ReviewerEntry, flags: ReviewerFlags): ModelReviewer {
  return {
    type: 'model',
    id: entry.id,
    provider: entry.provider,
    model: flags.models.get(entry.id) ?? entry.model,
    effort: flags.efforts.get(entry.id) ?? entry.effort ?? null,
  };
}

/** Where a vendor's key is looked for when the user names no variable. */
export const keyVariables: Record<ProviderId, readonly string[]> = {
  anthropic: ['ANTHROPIC_API_KEY'],
  openai: ['OPENAI_API_KEY'],
  google: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  'openai-compatible': [],
};

function accessOf(entry: ReviewerEntry, environment: Environment): ReviewerAccess {
  const variables =
    entry.apiKeyVariable === undefined ? keyVariables[entry.provider] : [entry.apiKeyVariable];
  const found = variables.map((name) => environment.variable(name)).find((value) => value !== null);
  if (entry.provider === 'openai-compatible' && entry.baseUrl === undefined)
    throw new ConfigError(`reviewer "${entry.id}" has no endpoint`, {
      hint: 'set its baseUrl in the user’s own config.yml',
    });
  const unnecessary = entry.provider === 'openai-compatible' && entry.apiKeyVariable === undefined;
  return {
    apiKey: found ?? (unnecessary ? '' : null),
    keyVariables: variables,
    baseUrl: entry.baseUrl ?? endpointOf(entry.provider, environment),
    authStyle: entry.authStyle ?? 'bearer',
  };
}

function endpointOf(provider: ProviderId, environment: Environment): string | null {
  const [name, value] = {
    anthropic: ['ANTHROPIC_BASE_URL', environment.anthropicBaseUrl] as const,
    openai: ['OPENAI_BASE_URL', environment.openaiBaseUrl] as const,
    google: ['GOOGLE_GEMINI_BASE_URL', environment.googleBaseUrl] as const,
    'openai-compatible': ['', null] as const,
  }[provider];
  if (value !== null && !EndpointUrl.safeParse(value).success)
    throw new ConfigError(`${name} is not a usable endpoint`, {
      hint: 'use https, or plain http for localhost',
    });
  return value;
}

/** A repository may ask for more certainty, not for less. */
function narrowQuorum(user: ConfigFile, repository: ConfigFile): number | null {
  if (repository.quorum === undefined) return user.quorum ?? null;
  return Math.max(repository.quorum, user.quorum ?? 0);
}

/** A repository may lower a budget, not raise it; a flag says it all. */
function narrowBudget(user: ConfigFile, repository: ConfigFile, flags: BudgetFlags): Config['budget'] {
  const own = {
    usd: user.budget?.usd ?? defaultBudget.usd,
    minutes: user.budget?.minutes ?? defaultBudget.minutes,
    reviewerMinutes: user.budget?.reviewerMinutes ?? defaultBudget.reviewerMinutes,
  };
  const narrow = (key: keyof Config['budget']) => {
    const wanted = repository.budget?.[key];
    if (wanted !== undefined && wanted > own[key])
      throw new ConfigError(
        `.deep-review.yml raises budget.${key} to ${wanted}; the user allows ${own[key]}`,
        {
          hint: 'only flags and the user’s own config.yml may raise a budget',
        },
      );
    return wanted ?? own[key];
  };
  return {
    usd: flags.usd ?? narrow('usd'),
    minutes: flags.minutes ?? narrow('minutes'),
    reviewerMinutes: narrow('reviewerMinutes'),
  };
}
