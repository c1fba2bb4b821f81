import { join } from 'node:path';
import { loadTexts } from '../load-texts.ts';
import type { ToolDescriptions } from '../tools/read-tools.ts';

/** What examiners are told, as Markdown read from `context/`. */
export interface ChallengeContext {
  /** `challenge/`, by name. */
  challenge: ReadonlyMap<string, string>;
  tools: ToolDescriptions;
  /** `loop/`: what a session says on its own. */
  loop: ReadonlyMap<string, string>;
}

/** Reads the folder `context`. Throws `ConfigError` for a folder that cannot be read. */
export async function loadChallengeContext(directory: string): Promise<ChallengeContext> {
  const load = (name: string) => loadTexts(join(directory, name));
  const [challenge, tools, loop] = await Promise.all([load('challenge'), load('tools'), load('loop')]);
  return { challenge, tools, loop };
}
