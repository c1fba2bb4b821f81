import { promptLength } from '../agent/duplicates/duplicates-prompt.ts';
import type { ComparedFinding, DuplicatesQuestion } from '../agent/duplicates/duplicates-question.ts';
import { findingKey, type RawFinding } from '../domain/finding.ts';
import { reduceToStatement } from '../domain/reduce-to-statement.ts';
import type { FindingPair } from './pair-answers.ts';

/** What one session asks: pairs, UTF-16 units of their findings' texts. */
const limits = { pairs: 40, length: 60_000 };

export interface PairBatch {
  /** In the order of the question's pairs. */
  pairs: FindingPair[];
  question: DuplicatesQuestion;
}

/**
 * Divides pairs into sessions, in their order. Ids and order within a session follow the findings' own order, so that
 * neither tells who wrote a finding or how alike two are. A pair of which one is not among the findings is left out.
 */
export function batchPairs(pairs: readonly FindingPair[], findings: readonly RawFinding[]): PairBatch[] {
  const places = new Map(findings.map((finding, at) => [findingKey(finding), at]));
  const lengths = findings.map((finding) => promptLength(toCompared(finding)));
  const batches: { pairs: FindingPair[]; members: Set<number>; length: number }[] = [];
  for (const pair of pairs) {
    const [a, b] = [places.get(pair.a), places.get(pair.b)];
    if (a === undefined || b === undefined) continue;
    const added = (members: ReadonlySet<number>) =>
      [a, b].reduce((sum, at) => sum + (members.has(at) ? 0 : (lengths[at] ?? 0)), 0);
    let batch = batches.at(-1);
    const isFull =
      batch === undefined ||
      batch.pairs.length === limits.pairs ||
      batch.length + added(batch.members) > limits.length;
    if (batch === undefined || isFull) {
      batch = { pairs: [], members: new Set(), length: 0 };
      batches.push(batch);
    }
    batch.length += added(batch.members);
    batch.pairs.push(pair);
    batch.members.add(a).add(b);
  }
  return batches.map(({ pairs: own }) => toBatch(own, places, findings));
}

function toBatch(
  pairs: readonly FindingPair[],
  places: ReadonlyMap<string, number>,
  findings: readonly RawFinding[],
): PairBatch {
  const placed = pairs
    .map(({ a, b }) => ({ a, b, at: [places.get(a) ?? 0, places.get(b) ?? 0].sort((x, y) => x - y) }))
    .sort((x, y) => (x.at[0] ?? 0) - (y.at[0] ?? 0) || (x.at[1] ?? 0) - (y.at[1] ?? 0));
  const members = [...new Set(placed.flatMap(({ at }) => at))].sort((x, y) => x - y);
  const ids = new Map(members.map((at, index) => [at, `f${index + 1}`]));
  const idOf = (at: number | undefined) => ids.get(at ?? -1) ?? '';
  return {
    pairs: placed.map(({ a, b }) => ({ a, b })),
    question: {
      findings: members.flatMap((at): ComparedFinding[] => {
        const finding = findings[at];
        return finding === undefined ? [] : [{ id: idOf(at), ...toCompared(finding) }];
      }),
      pairs: placed.map(({ at: [a, b] }, index) => ({ id: `p${index + 1}`, a: idOf(a), b: idOf(b) })),
    },
  };
}

function toCompared({ claim, locations }: RawFinding): Omit<ComparedFinding, 'id'> {
  const { title, quote, absent, explanation, scenario } = claim;
  return { title: reduceToStatement(title), locations, quote, absent, explanation, scenario };
}
