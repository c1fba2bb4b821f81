import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../errors.ts';

/** Markdown files of one folder, by their name without `.md`. Throws `ConfigError` when it cannot be read. */
export async function loadTexts(directory: string): Promise<ReadonlyMap<string, string>> {
  try {
    const names = (await readdir(directory)).filter((name) => name.endsWith('.md')).sort();
    const texts = await Promise.all(
      names.map(async (name): Promise<[string, string]> => {
        const text = await readFile(join(directory, name), 'utf8');
        return [name.slice(0, -'.md'.length), text.trim()];
      }),
    );
    return new Map(texts);
  } catch (cause) {
    throw new ConfigError(`the texts for reviewers in ${directory} cannot be read`, {
      hint: 'the installation is not complete',
      cause,
    });
  }
}

/** Puts values into `{{name}}`. Throws `ConfigError` for a text that is not there or asks for a value nobody gives. */
export function fillText(
  texts: ReadonlyMap<string, string>,
  name: string,
  values: Readonly<Record<string, string>> = {},
): string {
  const text = texts.get(name);
  if (text === undefined) throw new ConfigError(`there is no text "${name}" for reviewers`);
  return text.replace(/\{\{(\w+)\}\}/g, (_, key: string) => {
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (value === undefined) throw new ConfigError(`the text "${name}" asks for {{${key}}}`);
    return value;
  });
}
