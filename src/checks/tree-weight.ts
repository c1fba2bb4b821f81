import type { SgNode, SgRoot } from '../evidence/languages.ts';

/**
 * How much work a rule that looks around in a tree can have with it: the depths of all nodes, summed up. Counting ends
 * as soon as the sum is over `limit`.
 */
export function treeWeight(root: SgRoot, limit: number): number {
  let weight = 0;
  const open: { node: SgNode; depth: number }[] = [{ node: root.root(), depth: 0 }];
  for (let entry = open.pop(); entry !== undefined && weight <= limit; entry = open.pop()) {
    weight += entry.depth;
    for (const node of entry.node.children()) open.push({ node, depth: entry.depth + 1 });
  }
  return weight;
}
