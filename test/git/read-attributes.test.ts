import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodePath } from '../../src/domain/git-path.ts';
import { findAttributesFiles, readAttributes } from '../../src/git/read-attributes.ts';
import { useGitWorkshop } from '../support/git-open.ts';

const workshop = useGitWorkshop();
const signal = new AbortController().signal;

test('attributes are read as git understands them, at the commit asked for, for paths of all sorts', async () => {
  const fixture = workshop.fixture();
  const base = fixture.commit({
    '.gitattributes':
      '[attr]made linguist-generated\n*.gen made\ndocs/** linguist-vendored=true\n"sp ace" made\n',
    'docs/.gitattributes':
      '*.md -linguist-vendored\n*.txt linguist-generated=false\n*.odd linguist-generated=maybe\n',
    'docs/a.md': '1\n',
  });
  fixture.commit({
    '.gitattributes': '* linguist-generated linguist-vendored\n',
    'docs/.gitattributes': null,
  });
  const repository = await workshop.open(fixture);
  const odd = decodePath(Buffer.from('new\n\xff.gen', 'latin1'));
  const paths = ['x.gen', 'docs/a.md', 'docs/b.txt', 'docs/c.odd', 'sp ace', 'plain', odd, '-h', '"q".gen'];
  const answers = await readAttributes({
    repository,
    files: await findAttributesFiles(repository, base),
    paths,
    signal,
  });
  expect(Object.fromEntries(answers)).toEqual({
    'x.gen': { generated: true, vendored: null },
    'docs/a.md': { generated: null, vendored: false },
    'docs/b.txt': { generated: false, vendored: true },
    'docs/c.odd': { generated: null, vendored: true },
    'sp ace': { generated: true, vendored: null },
    plain: { generated: null, vendored: null },
    [odd]: { generated: true, vendored: null },
    '-h': { generated: null, vendored: null },
    '"q".gen': { generated: true, vendored: null },
  });
  expect(readdirSync(repository.gitDirectory).filter((name) => name.endsWith('.index'))).toEqual([]);
});

test('without .gitattributes, nothing is said', async () => {
  const fixture = workshop.fixture();
  const base = fixture.commit({ a: '1\n', '.gitattributes': { link: 'a' } });
  const repository = await workshop.open(fixture);
  const files = await findAttributesFiles(repository, base);
  expect(await readAttributes({ repository, files, paths: ['a'], signal })).toEqual(new Map());
});

test('names that no checkout can have are passed over', async () => {
  const fixture = workshop.fixture();
  fixture.commit({ '.gitattributes': '* linguist-generated\n' });
  const attributes = fixture.git('rev-parse', 'HEAD:.gitattributes');
  const tree = (...entries: [string, string, string][]) =>
    fixture.gitWithInput(
      Buffer.concat(
        entries.flatMap(([mode, name, oid]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]),
      ),
      'hash-object',
      '-t',
      'tree',
      '-w',
      '--literally',
      '--stdin',
    );
  const inner = tree(['100644', '.gitattributes', attributes], ['100644', 'x', attributes]);
  const names = ['.', '..', '.GIT', '.git', '.gitattributes', 'a\\b', 'git~1'];
  const root = tree(
    ...names.map((name): [string, string, string] =>
      name === '.gitattributes' ? ['100644', name, attributes] : ['40000', name, inner],
    ),
  );
  const commit = fixture.git('commit-tree', '-m', 'odd', root);
  const repository = await workshop.open(fixture);
  expect(await repository.readFile(commit, '../x')).toMatchObject({ outcome: 'found' });
  const paths = ['../x', './x', '.git/x', '.GIT/x', '/x', 'a//x', 'git~1/x', 'a\\b/x', 'plain'];
  const answers = await readAttributes({
    repository,
    files: await findAttributesFiles(repository, commit),
    paths,
    signal,
  });
  expect([...answers.keys()]).toEqual(['git~1/x', 'a\\b/x', 'plain']);
  expect([...answers.values()].every(({ generated }) => generated)).toBe(true);
});
