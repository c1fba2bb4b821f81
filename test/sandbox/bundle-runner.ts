import { chmodSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** `runner.ts` as a program that plain node runs, readable for everybody. */
export async function bundleRunner(folder: string): Promise<string> {
  const program = join(folder, 'runner.mjs');
  await build({
    entryPoints: [resolve(import.meta.dirname, 'runner.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  chmodSync(folder, 0o755);
  chmodSync(program, 0o644);
  return program;
}
