import type { ObjectId } from '../domain/change.ts';
import { decodePath, encodePath } from '../domain/git-path.ts';
import { GitError } from '../errors.ts';
import type { ObjectReader } from './object-reader.ts';

export interface TreeNode {
  /** Six octal digits. */
  mode: string;
  oid: ObjectId;
}

/** Names are byte strings (latin1). */
type Tree = ReadonlyMap<string, TreeNode>;

const maxEntries = 1_000_000;

/** Walks trees by object id, name by name in exact bytes, and remembers the trees it has read. */
export class TreeCache {
  private readonly reader: ObjectReader;
  private readonly trees = new Map<ObjectId, Promise<Tree>>();
  private entries = 0;

  constructor(reader: ObjectReader) {
    this.reader = reader;
  }

  /** null is proved: every tree on the way was read. The empty path is the root. */
  async find(root: ObjectId, path: string): Promise<TreeNode | null> {
    let node: TreeNode = { mode: '040000', oid: root };
    if (path === '') return node;
    const bytes = encodePath(path);
    if (decodePath(bytes) !== path) return null;
    for (const name of bytes.toString('latin1').split('/')) {
      if (node.mode !== '040000') return null;
      const next: TreeNode | undefined = (await this.read(node.oid)).get(name);
      if (next === undefined) return null;
      node = next;
    }
    return node;
  }

  private read(oid: ObjectId): Promise<Tree> {
    const known = this.trees.get(oid);
    if (known !== undefined) return known;
    const tree = this.reader.read(oid, 'tree').then((bytes) => parseTree(bytes, oid));
    this.trees.set(oid, tree);
    tree.then(
      (names) => this.account(names.size + 1),
      () => this.trees.delete(oid),
    );
    return tree;
  }

  private account(size: number): void {
    this.entries += size;
    if (this.entries <= maxEntries) return;
    this.trees.clear();
    this.entries = 0;
  }
}

/** `<mode> <name> NUL <id>`, over and over. */
function parseTree(bytes: Buffer, oid: ObjectId): Tree {
  const idLength = oid.length / 2;
  const tree = new Map<string, TreeNode>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const end = bytes.indexOf(0, space);
    if (space < 0 || end < 0 || end + 1 + idLength > bytes.length)
      throw new GitError(`tree ${oid} is damaged at byte ${at}`);
    const name = bytes.toString('latin1', space + 1, end);
    const node = {
      mode: canonicalMode(bytes.toString('latin1', at, space)),
      oid: bytes.toString('hex', end + 1, end + 1 + idLength),
    };
    if (!tree.has(name)) tree.set(name, node);
    at = end + 1 + idLength;
  }
  return tree;
}

/** Old tools wrote modes such as 100664; git reads them as the nearest of its own. */
function canonicalMode(text: string): string {
  const mode = Number.parseInt(text, 8);
  const kind = mode & 0o170000;
  if (kind === 0o100000) return (mode & 0o100) === 0 ? '100644' : '100755';
  if (kind === 0o120000) return '120000';
  return kind === 0o040000 ? '040000' : '160000';
}
