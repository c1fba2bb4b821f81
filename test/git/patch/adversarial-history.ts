import type { GitFixture } from '../../support/git-fixture.ts';
import { editLines, randomBytes, randomPath, randomText, transform } from './hostile-content.ts';
import { RandomSource } from './random-source.ts';

/** Paths and contents are bytes, one character each; a submodule's content is the line git shows for it. */
export interface FileState {
  mode: '100644' | '100755' | '120000' | '160000';
  content: string;
}
export type TreeState = ReadonlyMap<string, FileState>;

export interface History {
  /** Oldest first, each the child of the one before. */
  commits: string[];
  /** What each commit's tree holds. */
  states: TreeState[];
}

const mostFiles = 40;

/** Writes a history of hostile changes into the fixture's `main`, in one `git fast-import`. */
export function writeAdversarialHistory(fixture: GitFixture, seed: number, length: number): History {
  const random = new RandomSource(seed);
  const tree = new Map<string, FileState>();
  const states: TreeState[] = [];
  const input: string[] = [];
  for (let number = 0; number < length; number += 1) {
    const before = states.at(-1) ?? new Map();
    for (let changes = number === 0 ? 12 : 1 + random.below(4); changes > 0; changes -= 1)
      change(random, tree);
    if (number % 100 === 50) addMany(random, tree);
    while (tree.size > mostFiles && number % 100 !== 50) tree.delete(random.pick([...tree.keys()]));
    states.push(new Map(tree));
    input.push(
      `commit refs/heads/main\ncommitter A <a@example.com> ${1_700_000_000 + number} +0000\ndata 0\n`,
    );
    input.push(...importCommands(before, tree), '\n');
  }
  fixture.gitWithInput(Buffer.from(input.join(''), 'latin1'), 'fast-import', '--quiet');
  return { commits: fixture.git('rev-list', '--reverse', 'main').split('\n'), states };
}

type Tree = Map<string, FileState>;
type Operation = (random: RandomSource, tree: Tree) => void;

function change(random: RandomSource, tree: Tree): void {
  if (tree.size < 8) add(random, tree);
  else random.pick(operations)(random, tree);
}

const edit: Operation = (random, tree) => {
  const { path, file } = pickText(random, tree);
  put(tree, path, { ...file, content: editLines(random, file.content) });
};

const add: Operation = (random, tree) => {
  put(tree, randomPath(random), {
    mode: random.pick(['100644', '100644', '100755', '120000']),
    content: randomText(random, random.pick([0, 1, 2, 5, 30, 80, 200])),
  });
};

const rename: Operation = (random, tree) => {
  const { path, file } = pick(random, tree);
  tree.delete(path);
  put(tree, randomPath(random), file);
};

const operations: readonly Operation[] = [
  edit,
  edit,
  edit,
  edit,
  add,
  add,
  rename,
  (random, tree) => {
    const { path, file } = pickText(random, tree);
    tree.delete(path);
    put(tree, randomPath(random), {
      mode: random.below(3) === 0 ? '100755' : file.mode,
      content: editLines(random, file.content),
    });
  },
  (random, tree) => {
    const { path, file } = pickText(random, tree);
    put(tree, path, { ...file, content: editLines(random, file.content) });
    for (let copies = random.below(3); copies >= 0; copies -= 1)
      put(tree, randomPath(random), {
        ...file,
        content: random.below(2) === 0 ? file.content : editLines(random, file.content),
      });
  },
  (random, tree) => {
    const { path, file } = pickText(random, tree);
    put(tree, path, { ...file, content: transform(random, file.content) });
  },
  (random, tree) => {
    const { path, file } = pickText(random, tree);
    put(tree, path, {
      mode: file.mode === '100644' ? '100755' : '100644',
      content: random.below(2) === 0 ? file.content : editLines(random, file.content),
    });
  },
  (random, tree) => {
    const { path, file } = pick(random, tree);
    const mode = random.pick(
      (['100644', '120000', '160000'] as const).filter((other) => other !== file.mode),
    );
    put(
      tree,
      path,
      mode === '160000'
        ? submodule(random)
        : { mode, content: random.below(2) === 0 ? file.content : randomText(random, 3) },
    );
  },
  (random, tree) => put(tree, randomPath(random), submodule(random)),
  (random, tree) => {
    for (const [path, file] of tree) if (file.mode === '160000') put(tree, path, submodule(random));
  },
  (random, tree) =>
    put(tree, randomPath(random), { mode: '100644', content: randomBytes(random, random.below(9000)) }),
  (random, tree) => {
    const { path, file } = pick(random, tree);
    if (file.mode !== '160000') put(tree, path, { ...file, content: randomBytes(random, 300) });
  },
  (random, tree) => void tree.delete(pick(random, tree).path),
  (random, tree) =>
    put(tree, `${pick(random, tree).path}/${randomPath(random)}`, {
      mode: '100644',
      content: 'a file became a folder\n',
    }),
  (random, tree) => {
    const [first, second] = [pick(random, tree), pick(random, tree)];
    put(tree, first.path, second.file);
    put(tree, second.path, first.file);
  },
  (random, tree) => {
    const folder = pick(random, tree).path.split('/')[0] ?? '';
    const target = randomPath(random);
    for (const [path, file] of [...tree])
      if (path.startsWith(`${folder}/`)) {
        tree.delete(path);
        put(tree, `${target}${path.slice(folder.length)}`, file);
      }
  },
];

function addMany(random: RandomSource, tree: Tree): void {
  for (let number = 0; number < 150; number += 1)
    put(tree, `many/${randomPath(random)}/${number}`, { mode: '100644', content: randomText(random, 2) });
}

function submodule(random: RandomSource): FileState {
  const id = random
    .list(40, () => random.below(15) + 1)
    .map((digit) => digit.toString(16))
    .join('');
  return { mode: '160000', content: `Subproject commit ${id}\n` };
}

function pick(random: RandomSource, tree: Tree): { path: string; file: FileState } {
  const [path, file] = random.pick([...tree]);
  return { path, file };
}

function pickText(random: RandomSource, tree: Tree): { path: string; file: FileState } {
  const files = [...tree].filter(([, file]) => file.mode !== '160000' && file.mode !== '120000');
  if (files.length === 0) return { path: 'x', file: { mode: '100644', content: 'first\n' } };
  const [path, file] = random.pick(files);
  return { path, file };
}

/** A file takes the place of what is in its way. */
function put(tree: Tree, path: string, file: FileState): void {
  for (const other of tree.keys())
    if (path.startsWith(`${other}/`) || other.startsWith(`${path}/`)) tree.delete(other);
  tree.set(path, file);
}

function importCommands(before: TreeState, after: TreeState): string[] {
  const commands: string[] = [];
  for (const path of before.keys()) if (!after.has(path)) commands.push(`D ${escapeAll(path)}\n`);
  for (const [path, { mode, content }] of after) {
    const old = before.get(path);
    if (old?.mode === mode && old.content === content) continue;
    if (mode === '160000') commands.push(`M ${mode} ${content.slice(18, 58)} ${escapeAll(path)}\n`);
    else commands.push(`M ${mode} inline ${escapeAll(path)}\ndata ${content.length}\n`, content, '\n');
  }
  return commands;
}

function escapeAll(path: string): string {
  return `"${[...path].map((byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`).join('')}"`;
}
