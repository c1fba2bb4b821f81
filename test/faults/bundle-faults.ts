import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { findPackageDirectory } from '../../src/config.ts';
import type { Breakage } from './breakages.ts';

/**
 * Bundles the rows' program into `dist-test/`, with a breakage in it or whole; gives the bundle's path. The source on
 * disk is never touched.
 */
export async function bundleFaults(name: string, breakage: Breakage | null): Promise<string> {
  const root = findPackageDirectory();
  const outfile = join(root, 'dist-test', 'faults', `${name}.js`);
  await build({
    entryPoints: [join(root, 'test/faults/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
    plugins: breakage === null ? [] : [plugin(root, breakage)],
  });
  return outfile;
}

/** The broken text of the breakage's file. Throws when `find` does not stand in it exactly once. */
export function applyBreakage(breakage: Breakage, source: string): string {
  const parts = source.split(breakage.find);
  if (parts.length !== 2)
    throw new Error(
      `"${breakage.name}": the text to replace occurs ${parts.length - 1} times in src/${breakage.file}`,
    );
  return parts.join(breakage.replacement);
}

export function readBroken(root: string, breakage: Breakage): string {
  return applyBreakage(breakage, readFileSync(join(root, 'src', breakage.file), 'utf8'));
}

function plugin(root: string, breakage: Breakage) {
  const path = join(root, 'src', breakage.file);
  return {
    name: 'breakage',
    setup(pluginBuild: Parameters<NonNullable<Parameters<typeof build>[0]['plugins']>[number]['setup']>[0]) {
      pluginBuild.onLoad({ filter: /\.ts$/ }, (file) =>
        file.path === path ? { contents: readBroken(root, breakage), loader: 'ts' } : null,
      );
    },
  };
}
