import { join } from 'node:path';
import { loadTexts } from '../load-texts.ts';
import type { ToolDescriptions } from '../tools/read-tools.ts';

/** What a model is told that compares findings, as Markdown read from `context/`. */
export interface DuplicatesContext {
  /** `duplicates/`, by name. */
  duplicates: ReadonlyMap<string, string>;
  tools: ToolDescriptions;
  /** `loop/`: what a session says on its own. */
  loop: ReadonlyMap<string, string>;
}

/** Reads the folder `context`. Throws `ConfigError` for a folder that cannot be read. */
export async function loadDuplicatesContext(directory: string): Promise<DuplicatesContext> {
  const load = (name: string) => loadTexts(join(directory, name));
  const [duplicates, tools, loop] = await Promise.all([load('duplicates'), load('tools'), load('loop')]);
  return { duplicates, tools, loop };
}
