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

/** Marks generated and vendored files. What `.gitattributes` says beats the well-known names, both ways. */
export function markFiles(
  files: readonly FileDiff[],
  attributes: ReadonlyMap<string, FileMarks>,
): FileDiff[] {
  return files.map((file) => {
    const said = attributes.get(file.path);
    return {
      ...file,
      generated: said?.generated ?? isGenerated(file.path),
      vendored: said?.vendored ?? isVendored(file.path),
    };
  });
}
