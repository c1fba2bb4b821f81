import { join } from 'node:path';
import { ConfigError } from '../../errors.ts';
import { loadTexts } from '../load-texts.ts';
import type { ToolDescriptions } from '../tools/read-tools.ts';
import { type Dimension, parseDimension } from './dimension-file.ts';

/** What reviewers are told, as Markdown read from `context/`. */
export interface ReviewContext {
  /** `instructions/`, by name. */
  instructions: ReadonlyMap<string, string>;
  /** By name. */
  dimensions: readonly Dimension[];
  tools: ToolDescriptions;
  /** `loop/`: what a session says on its own. */
  loop: ReadonlyMap<string, string>;
}

/** Reads the folder `context`. Throws `ConfigError` for a file that is missing or not as it should be. */
export async function loadReviewContext(directory: string): Promise<ReviewContext> {
  const [instructions, dimensions, tools, loop] = await Promise.all(
    ['instructions', 'dimensions', 'tools', 'loop'].map((name) => loadTexts(join(directory, name))),
  );
  if (!instructions || !dimensions || !tools || !loop) throw new ConfigError(`${directory} is not complete`);
  return {
    instructions,
    dimensions: await Promise.all([...dimensions].map(([name, text]) => parseDimension(name, text))),
    tools,
    loop,
  };
}
