import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Environment, findPackageDirectory } from '../../src/config.ts';
import type { ProviderId } from '../../src/domain/reviewer.ts';
import { makeVisibleLine } from '../../src/domain/visible-text.ts';
import { DeepReviewError } from '../../src/errors.ts';
import { createLanguageModel } from '../../src/provider/create-language-model.ts';
import { type ModelCatalog, type ModelFacts, readModelCatalog } from '../../src/provider/model-data.ts';
import { priceOn } from '../../src/provider/price.ts';
import { converse } from './converse.ts';

export interface TryProvidersInput {
  environment: Environment;
  /** For prices. */
  date: Date;
  print: (line: string) => void;
}

/** For one vendor: USD. */
const mostUsd = 0.01;

const onlyHere =
  'Only this shows whether the vendor itself takes the model ids and the words for effort of context/models, sends summaries of the thinking, counts its cache in the fields that are read, and counts all that our prices need.';

/**
 * Asks each vendor with a key its cheapest model to call a tool and to use the answer, and prints what was seen.
 * Gives the exit code: 1 when one that was tried did not work.
 */
export async function tryProviders({ environment, date, print }: TryProvidersInput): Promise<number> {
  const directory = join(findPackageDirectory(), 'context', 'models');
  const catalog = await readModelCatalog(directory);
  let failures = 0;
  for (const { provider, key, baseUrl } of accessOf(environment)) {
    if (key === null) {
      print(`${provider}: not tried: no key`);
      continue;
    }
    const facts = cheapestModel({ directory, catalog, provider, date });
    const effort = facts.efforts.find((word) => word !== 'none') ?? null;
    print(`${provider}: ${facts.modelId}, effort ${effort ?? 'of the vendor'}`);
    const problem = await createLanguageModel({
      provider,
      modelId: facts.modelId,
      apiKey: key,
      baseUrl,
      authStyle: null,
    })
      .then((model) => converse({ model, facts, effort, date, mostUsd, print: (line) => print(`  ${line}`) }))
      .catch((cause: unknown) => explain(cause, key));
    if (problem !== null) failures += 1;
    print(problem === null ? '  works' : `  FAILED: ${problem}`);
  }
  print(onlyHere);
  return failures === 0 ? 0 : 1;
}

function accessOf(
  environment: Environment,
): { provider: ProviderId; key: string | null; baseUrl: string | null }[] {
  return [
    { provider: 'anthropic', key: environment.anthropicApiKey, baseUrl: environment.anthropicBaseUrl },
    { provider: 'openai', key: environment.openaiApiKey, baseUrl: environment.openaiBaseUrl },
    { provider: 'google', key: environment.googleApiKey, baseUrl: environment.googleBaseUrl },
  ];
}

/** By the price of its output on that day. */
function cheapestModel(input: {
  directory: string;
  catalog: ModelCatalog;
  provider: ProviderId;
  date: Date;
}): ModelFacts {
  const { directory, catalog, provider, date } = input;
  const file = parse(readFileSync(join(directory, `${provider}.yml`), 'utf8')) as {
    models: { id: string }[];
  };
  const price = (facts: ModelFacts) => priceOn(facts.prices, date)?.output ?? Number.POSITIVE_INFINITY;
  const [cheapest] = file.models
    .map(({ id }) => catalog.facts(provider, id))
    .sort((a, b) => price(a) - price(b));
  if (cheapest === undefined || price(cheapest) === Number.POSITIVE_INFINITY)
    throw new Error(`no model of ${provider} has a price on ${date.toISOString().slice(0, 10)}`);
  return cheapest;
}

/** What went wrong, on one line, without the key. */
function explain(cause: unknown, key: string): string {
  const text =
    cause instanceof DeepReviewError
      ? [cause.message, ...(cause.hint === undefined ? [] : [cause.hint])].join(' → ')
      : String(cause);
  return makeVisibleLine(text.replaceAll(key, '[key]')).slice(0, 1_000);
}
