import type { FileDiff } from '../../domain/change.ts';

/** What a file is to a reviewer, in the order in which they are read. */
export const fileKinds = [
  'source',
  'test',
  'configuration',
  'documentation',
  'generated',
  'binary',
  'ignored',
] as const;
export type FileKind = (typeof fileKinds)[number];

type KindQuestion = Pick<FileDiff, 'path' | 'generated' | 'vendored' | 'binary'> & {
  ignored?: boolean | undefined;
};

/** By what the configuration and the repository say of the file, then by its path; what is not known is source. */
export function kindOf(file: KindQuestion): FileKind {
  if (file.ignored === true) return 'ignored';
  if (file.generated || file.vendored) return 'generated';
  if (file.binary) return 'binary';
  const path = file.path.toLowerCase();
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (isTest(path, name)) return 'test';
  if (configurationNames.test(name) || configurationFolders.test(path)) return 'configuration';
  if (documentationNames.test(name)) return 'documentation';
  return 'source';
}

function isTest(path: string, name: string): boolean {
  return testFolders.test(path) || testNames.test(name);
}

const testFolders = /(?:^|\/)(?:tests?|__tests__|__mocks__|specs?|testdata|fixtures|e2e|bats)\//;
const testNames =
  /(?:^(?:test_.*|conftest)\.py|_test\.[a-z]+|[._-](?:test|spec)\.[a-z]+|_spec\.rb|tests?\.(?:java|kt|cs|swift)|\.bats)$/;
const configurationFolders = /^\.(?:github|gitlab|circleci|ci|vscode|devcontainer)\//;
const configurationNames =
  /(?:^(?:dockerfile.*|makefile|jenkinsfile|vagrantfile|procfile|cmakelists\.txt|requirements.*\.txt|go\.(?:mod|work)|\..+(?:rc|ignore|attributes|config)|\.env.*)|\.(?:ya?ml|toml|json[5c]?|ini|cfg|conf|properties|xml|plist|csv|tsv|svg|lock|mk|gradle|tf|tfvars|hcl|nix))$/;
const documentationNames =
  /(?:\.(?:mdx?|markdown|rst|adoc|asciidoc|txt|[1-9])|^(?:readme|changelog|changes|license|licence|copying|notice|authors|contributing|security|codeowners|todo))$/;
