import { join } from 'node:path';
import { type Config, findPackageDirectory } from '../config.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { ConfigError } from '../errors.ts';
import { readModelCatalog } from '../provider/model-data.ts';

/** Throws `ConfigError` for an effort that a model is known not to have. Of unknown models any word is passed on. */
export async function requireEfforts({ reviewers }: Pick<Config, 'reviewers'>): Promise<void> {
  const models = reviewers.filter((reviewer) => reviewer.type === 'model');
  if (models.length === 0) return;
  const catalog = await readModelCatalog(join(findPackageDirectory(), 'context', 'models'));
  for (const { id, provider, model, effort } of models) {
    const { efforts } = catalog.facts(provider, model);
    if (effort === null || efforts.length === 0 || efforts.includes(effort)) continue;
    throw new ConfigError(`${model} has no effort "${makeVisibleLine(effort)}", which is set for ${id}`, {
      hint: `choose one of ${efforts.join(', ')}`,
    });
  }
}
