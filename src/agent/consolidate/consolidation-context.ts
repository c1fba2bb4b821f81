import { join } from 'node:path';
import { loadTexts } from '../load-texts.ts';
import type { ToolDescriptions } from '../tools/read-tools.ts';

/** What the writer of a report's prose is told, as Markdown read from `context/`. */
export interface ConsolidationContext {
  /** `consolidate/`, by name. */
  consolidate: ReadonlyMap<string, string>;
  tools: ToolDescriptions;
  /** `loop/`: what a session says on its own. */
  loop: ReadonlyMap<string, string>;
}

/** Reads the folder `context`. Throws `ConfigError` for a folder that cannot be read. */
export async function loadConsolidationContext(directory: string): Promise<ConsolidationContext> {
  const load = (name: string) => loadTexts(join(directory, name));
  const [consolidate, tools, loop] = await Promise.all([load('consolidate'), load('tools'), load('loop')]);
  return { consolidate, tools, loop };
}
