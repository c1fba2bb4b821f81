import { join } from 'node:path';
import { type Config, findPackageDirectory } from '../config.ts';
import { ConfigError } from '../errors.ts';
import { readModelCatalog } from '../provider/model-data.ts';
import { priceOn } from '../provider/price.ts';
import { isReachable } from './model-session.ts';

/**
 * Throws `ConfigError` for a model whose price nobody knows and that has no cap of tokens: what it costs could not be
 * bounded. Reviewers without a key are not asked, and not looked at.
 */
export async function requirePrices(config: Config, date: Date): Promise<void> {
  const models = config.reviewers.flatMap((reviewer) => (isReachable(config, reviewer) ? [reviewer] : []));
  if (models.length === 0) return;
  const catalog = await readModelCatalog(join(findPackageDirectory(), 'context', 'models'));
  for (const { id, provider, model } of models) {
    if (config.maxTokens.has(id) || priceOn(catalog.facts(provider, model).prices, date) !== null) continue;
    throw new ConfigError(`the price of ${model} is not known, and ${id} has no cap of tokens`, {
      hint: `set maxTokens for ${id} in your config.yml`,
    });
  }
}
