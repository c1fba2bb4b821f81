import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ProviderId } from '../domain/reviewer.ts';
import { ConfigError } from '../errors.ts';
import type { StreamLimits } from './language-model.ts';

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const Price = z.number().min(0).nullable();

/** USD for a million tokens; null is unknown. */
const Rates = z.object({
  input: Price,
  cacheRead: Price,
  /** Kept for five minutes, or as long as the vendor keeps it by itself. */
  cacheWrite: Price,
  cacheWriteHour: Price.default(null),
  output: Price,
});
export type Rates = z.infer<typeof Rates>;

export const PriceRow = Rates.extend({
  /** First and last day, in UTC; null is open. */
  from: Day.nullable(),
  until: Day.nullable(),
  /** Rates of a whole request whose input, cached or not, is longer. */
  longContext: Rates.extend({ aboveInputTokens: z.int().min(1) })
    .nullable()
    .default(null),
});
export type PriceRow = z.infer<typeof PriceRow>;

const Limit = z.int().min(1);
const Limits = z.object({
  connectMs: Limit,
  firstByteMs: Limit,
  idleMs: Limit,
  progressMs: Limit,
  deadlineMs: Limit,
});

const ModelEntry = z.strictObject({
  id: z.string().min(1),
  contextTokens: z.int().min(1).nullable(),
  maxInputTokens: z.int().min(1).nullable(),
  maxOutputTokens: z.int().min(1).nullable(),
  efforts: z.array(z.string()),
  defaultEffort: z.string().nullable(),
  minimumCacheTokens: z.int().min(1).nullable(),
  prices: z.array(PriceRow),
});

const ModelFile = z.strictObject({
  provider: ProviderId,
  published: Day,
  limits: z.strictObject({ default: Limits, byEffort: z.record(z.string(), Limits.partial()) }),
  models: z.array(ModelEntry),
});
type ModelFile = z.infer<typeof ModelFile>;

/** What is known about one model. For a model nobody described, `known` is false and the rest is empty. */
export interface ModelFacts {
  known: boolean;
  provider: ProviderId;
  modelId: string;
  /** The day the figures were read; null for an unknown model. */
  published: string | null;
  /** Input and output together. */
  contextTokens: number | null;
  /** Where the vendor limits it apart from the context. */
  maxInputTokens: number | null;
  maxOutputTokens: number | null;
  /** The vendor's words, weakest first; empty when unknown. */
  efforts: readonly string[];
  defaultEffort: string | null;
  /** The shortest prefix that the vendor caches. */
  minimumCacheTokens: number | null;
  prices: readonly PriceRow[];
}

/** The data files of a folder, checked. */
export interface ModelCatalog {
  facts(provider: ProviderId, modelId: string): ModelFacts;
  /** How long to wait for an answer at this effort; null is the vendor's default effort. */
  limits(input: { provider: ProviderId; modelId: string; effort: string | null }): StreamLimits;
}

/** Reads `context/models`. Throws `ConfigError` naming the file that is not as it should be. */
export async function readModelCatalog(directory: string): Promise<ModelCatalog> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.yml')).sort();
  const files = new Map<ProviderId, ModelFile>();
  for (const name of names) {
    const file = await readModelFile(join(directory, name));
    files.set(file.provider, file);
  }
  const fileOf = (provider: ProviderId): ModelFile => {
    const file = files.get(provider);
    if (file === undefined)
      throw new ConfigError(`${directory} says nothing about the provider ${provider}.`);
    return file;
  };
  return {
    facts: (provider, modelId) => {
      const file = fileOf(provider);
      const entry = file.models.find((model) => model.id === modelId);
      return entry === undefined
        ? unknownModel(provider, modelId)
        : { ...entry, known: true, provider, modelId, published: file.published };
    },
    limits: ({ provider, modelId, effort }) => {
      const { limits, models } = fileOf(provider);
      const level = effort ?? models.find((model) => model.id === modelId)?.defaultEffort ?? null;
      const given = level === null ? {} : (limits.byEffort[level.toLowerCase()] ?? {});
      return { ...limits.default, ...withoutUndefined(given) };
    },
  };
}

async function readModelFile(path: string): Promise<ModelFile> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`${path} cannot be read.`, { cause });
  }
  const result = ModelFile.safeParse(value);
  if (!result.success) throw new ConfigError(`${path}: ${z.prettifyError(result.error)}`);
  return result.data;
}

function unknownModel(provider: ProviderId, modelId: string): ModelFacts {
  return {
    known: false,
    provider,
    modelId,
    published: null,
    contextTokens: null,
    maxInputTokens: null,
    maxOutputTokens: null,
    efforts: [],
    defaultEffort: null,
    minimumCacheTokens: null,
    prices: [],
  };
}

function withoutUndefined(
  given: Partial<{ [Key in keyof StreamLimits]: number | undefined }>,
): Partial<StreamLimits> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
