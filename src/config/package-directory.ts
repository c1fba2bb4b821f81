import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InternalError } from '../errors.ts';

/** Folder of the installed package: where `templates/` and `context/` are, from source and from `dist/` alike. */
export function findPackageDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory)
      throw new InternalError('the installed package has no package.json above its code');
    directory = parent;
  }
  return directory;
}

/** Version of this program, as its package.json says. */
export function readPackageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(findPackageDirectory(), 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new InternalError('the installed package.json has no version');
}
