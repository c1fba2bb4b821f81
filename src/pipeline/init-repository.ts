import { existsSync } from 'node:fs';
import { lstat, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { findPackageDirectory, repositoryConfigName } from '../config.ts';
import { InternalError, reasonOf, StorageError, UsageError } from '../errors.ts';
import { makeFolder } from '../run/make-folder.ts';

/** Ways to run on pull requests, by the name of their example; what each is for stands at its top. */
export const recipes = ['same-repository', 'fork', 'comment', 'fan-out', 'nightly'] as const;
export type Recipe = (typeof recipes)[number];

export interface InitOptions {
  /** Top folder of a repository's work tree. */
  directory: string;
  recipe: string;
  /** `OWNER/REPO@COMMIT` of the Action; null: that of the release this program is of. */
  action: string | null;
}

export interface Initialized {
  /** Paths from the folder, in the order written. */
  written: string[];
  /** What the workflow uses; null: a placeholder still stands there. */
  action: string | null;
}

const placeholder = /OWNER\/deep-review@0{40} # v\S+: [^\n]*/g;
const Release = z.strictObject({ action: z.string() });

/** Writes a workflow and a configuration into a repository: both, or neither where one of them is there already. */
export async function initRepository({ directory, recipe, action }: InitOptions): Promise<Initialized> {
  if (!recipes.some((name) => name === recipe))
    throw new UsageError(`there is no recipe "${recipe}"`, { hint: `choose one of ${recipes.join(', ')}` });
  if (!existsSync(join(directory, '.git')))
    throw new UsageError(`${directory} is not the top folder of a repository`, {
      hint: 'go to the folder that has .git in it',
    });
  const examples = join(findPackageDirectory(), '.github', 'examples');
  const used = action === null ? await readRelease() : requireAction(action);
  const workflow = await readFile(join(examples, `${recipe}.yml`), 'utf8');
  const files = [
    {
      path: join('.github', 'workflows', 'deep-review.yml'),
      text: used === null ? workflow : workflow.replace(placeholder, used),
    },
    { path: repositoryConfigName, text: await readFile(join(examples, 'deep-review-config.yml'), 'utf8') },
  ];
  for (const { path } of files) await refuseExisting(directory, path);
  const written: string[] = [];
  for (const { path, text } of files) {
    await writeNew(directory, path, text).catch(async (cause: unknown) => {
      for (const before of written) await unlink(join(directory, before));
      throw cause;
    });
    written.push(path);
  }
  return { written, action: used };
}

async function refuseExisting(directory: string, path: string): Promise<void> {
  const parts = path.split(/[\\/]/);
  for (let length = 1; length <= parts.length; length += 1) {
    const part = parts.slice(0, length).join('/');
    const entry = await lstat(join(directory, part)).catch((cause: unknown) => {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
      throw new StorageError(`cannot look at ${part}: ${reasonOf(cause)}`, { cause });
    });
    if (entry === null) return;
    if (length < parts.length && !entry.isDirectory())
      throw new UsageError(`${part} is no folder of this repository`, { hint: 'move it away' });
    if (length === parts.length)
      throw new UsageError(`${part} is there already; nothing was written`, {
        hint: 'init never overwrites: move it away, or change it by hand after .github/examples',
      });
  }
}

async function writeNew(directory: string, path: string, text: string): Promise<void> {
  try {
    await makeFolder(dirname(join(directory, path)));
    await writeFile(join(directory, path), text, { flag: 'wx' });
  } catch (cause) {
    throw new StorageError(`cannot write ${path}: ${reasonOf(cause)}`, { cause });
  }
}

/** `release.json` is in packages of releases only. */
async function readRelease(): Promise<string | null> {
  const path = join(findPackageDirectory(), 'release.json');
  if (!existsSync(path)) return null;
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(findPackageDirectory(), 'package.json'), 'utf8')));
  const parsed = Release.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) throw new InternalError('the installed release.json names no action');
  return `${requireAction(parsed.data.action)} # v${version}`;
}

function requireAction(text: string): string {
  if (/^[\w.-]+\/[\w.-]+(?:\/[\w.-]+)*@[0-9a-f]{40}$/.test(text)) return text;
  throw new UsageError(`"${text}" is not OWNER/REPO@COMMIT`, {
    hint: 'name the commit of a release by its 40 digits: a tag or a branch can be moved',
  });
}
