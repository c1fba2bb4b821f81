import { join } from 'node:path';
import { ConfigError } from '../../errors.ts';
import { loadTexts } from '../load-texts.ts';
import { compileGlob, GlobError } from '../tools/glob.ts';
import type { ToolDescriptions } from '../tools/read-tools.ts';

/** One list of things to look for, and for which changes. */
export interface Dimension {
  /** The file's name. */
  name: string;
  title: string;
  /** Globs: for changes that touch such a path; empty for all. */
  paths: readonly string[];
  /** For changes of at least so many commits. */
  minimumCommits: number;
  text: string;
}

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
    dimensions: [...dimensions].map(([name, text]) => parseDimension(name, text)),
    tools,
    loop,
  };
}

/** The text between two lines of dashes says for what the rest is meant: `title`, `paths`, `minimumCommits`. */
export function parseDimension(name: string, file: string): Dimension {
  const match = /^---\n(.*?)\n---\n(.*)$/s.exec(file);
  if (match === null) throw malformed(name, 'it must begin with a head between two lines of ---');
  const fields = new Map<string, string>();
  for (const line of (match[1] ?? '').split('\n')) {
    const field = /^(title|paths|minimumCommits): *(.*)$/.exec(line);
    if (field === null) throw malformed(name, `the line "${line}" of its head is not known`);
    fields.set(field[1] ?? '', field[2] ?? '');
  }
  const title = fields.get('title');
  if (title === undefined) throw malformed(name, 'its head has no title');
  const paths = [...(fields.get('paths') ?? '').matchAll(/"([^"]*)"/g)].map((path) => path[1] ?? '');
  if (fields.has('paths') && paths.length === 0) throw malformed(name, 'its paths are no list of "globs"');
  const minimumCommits = Number(fields.get('minimumCommits') ?? 0);
  if (!Number.isInteger(minimumCommits)) throw malformed(name, 'minimumCommits is no whole number');
  checkGlobs(name, paths);
  return { name, title, paths, minimumCommits, text: (match[2] ?? '').trim() };
}

function checkGlobs(name: string, paths: readonly string[]): void {
  for (const path of paths) {
    try {
      compileGlob(path);
    } catch (cause) {
      if (cause instanceof GlobError) throw malformed(name, cause.message);
      throw cause;
    }
  }
}

function malformed(name: string, what: string): ConfigError {
  return new ConfigError(`the list "${name}" of what to look for cannot be read: ${what}`);
}
