import picomatch from 'picomatch';
import type { FileDiff } from '../domain/change.ts';

/** What `.gitattributes` says of a file; null where it says nothing. */
export interface FileMarks {
  generated: boolean | null;
  vendored: boolean | null;
}

const generatedGlobs = [
  '**/package-lock.json',
  '**/npm-shrinkwrap.json',
  '**/yarn.lock',
  '**/pnpm-lock.yaml',
  '**/bun.lock',
  '**/bun.lockb',
  '**/deno.lock',
  '**/Cargo.lock',
  '**/Gemfile.lock',
  '**/Pipfile.lock',
  '**/poetry.lock',
  '**/uv.lock',
  '**/composer.lock',
  '**/go.sum',
  '**/go.work.sum',
  '**/flake.lock',
  '**/*.min.js',
  '**/*.min.css',
  '**/*.js.map',
  '**/*.css.map',
  '**/*.pb.go',
  '**/*_pb2.py',
  '**/*_pb2_grpc.py',
  '**/*.pb.{cc,h}',
  '**/*_pb.{js,d.ts}',
  '**/zz_generated.*.go',
  '**/__snapshots__/**',
];

const vendoredGlobs = [
  '**/vendor/**',
  '**/node_modules/**',
  '**/third_party/**',
  '**/third-party/**',
  '**/bower_components/**',
  '**/.yarn/releases/**',
  '**/.yarn/plugins/**',
];

const isGenerated = picomatch(generatedGlobs, { dot: true });
const isVendored = picomatch(vendoredGlobs, { dot: true });

/** What the well-known names say of a file. */
export function knownMarks(path: string): Pick<FileDiff, 'generated' | 'vendored'> {
  return { generated: isGenerated(path), vendored: isVendored(path) };
}

/** What `.gitattributes` says beats the well-known names, both ways. */
export function markFiles(
  files: readonly FileDiff[],
  attributes: ReadonlyMap<string, FileMarks>,
): FileDiff[] {
  return files.map((file) => {
    const said = attributes.get(file.path);
    if (said === undefined) return file;
    return {
      ...file,
      generated: said.generated ?? file.generated,
      vendored: said.vendored ?? file.vendored,
    };
  });
}
