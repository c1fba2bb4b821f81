import { type LikenessWeights, reconcileRules } from './rules.ts';
import { createTokenizer, trigrams } from './tokenize.ts';

/** What one finding says, as far as likeness needs it. */
export interface FindingText {
  title: string;
  /** Everything it says about the defect, the title included. */
  text: string;
}

export interface LikePair {
  /** Places in the list given, the smaller one first. */
  a: number;
  b: number;
  /** 0 to 1. */
  score: number;
}

/** How alike the texts of a run's findings are. What is rare is told by the list itself. */
export class TextLikeness {
  private readonly documents: readonly Document[];
  private readonly terms: number;
  private readonly weights: LikenessWeights;

  constructor(texts: readonly FindingText[], weights: LikenessWeights = reconcileRules.weights) {
    const { documents, terms } = toDocuments(texts);
    this.weights = weights;
    this.documents = documents;
    this.terms = terms;
  }

  /** 0 to 1, of the texts at these places of the list. */
  between(a: number, b: number): number {
    const [one, other] = [this.documents[a], this.documents[b]];
    if (one === undefined || other === undefined) return 0;
    let shared = 0;
    let dot = 0;
    for (let i = 0, j = 0; i < one.terms.length && j < other.terms.length; ) {
      const [x, y] = [one.terms[i] ?? 0, other.terms[j] ?? 0];
      if (x === y) {
        shared += 1;
        dot += (one.weights[i] ?? 0) * (other.weights[j] ?? 0);
      }
      if (x <= y) i += 1;
      if (y <= x) j += 1;
    }
    return scoreOf({ one, other, shared, dot }, this.weights, 0);
  }

  /**
   * All pairs of different groups that are at least so much alike. Takes time with the number of words that pairs
   * share, not with the number of pairs.
   */
  pairs(groups: readonly string[], least: number): LikePair[] {
    const index = new TermIndex(this.documents, this.terms);
    const names = [...new Set(groups)];
    const numbers = Int32Array.from(this.documents, (_, at) => names.indexOf(groups[at] ?? ''));
    const shared = new Int32Array(this.documents.length);
    const dot = new Float64Array(this.documents.length);
    return this.documents.flatMap((document, b): LikePair[] => {
      index.addShared({ document: b, numbers, shared, dot });
      const pairs: LikePair[] = [];
      for (let a = 0; a < b; a += 1) {
        if (shared[a] === 0) continue;
        const one = this.documents[a] as Document;
        const pair = { one, other: document, shared: shared[a] ?? 0, dot: dot[a] ?? 0 };
        const score = scoreOf(pair, this.weights, least);
        if (score >= least) pairs.push({ a, b, score });
      }
      shared.fill(0, 0, b);
      dot.fill(0, 0, b);
      return pairs;
    });
  }
}

interface Document {
  /** Numbers of its terms, ascending. */
  terms: Int32Array;
  /** Of each term: its count times how rare it is. */
  weights: Float64Array;
  length: number;
  /** Numbers of the title's trigrams, ascending. */
  trigrams: Int32Array;
}

/** For each term the documents that use it, in the order of the list. */
class TermIndex {
  private readonly documents: readonly Document[];
  private readonly starts: Int32Array;
  private readonly users: Int32Array;
  private readonly weights: Float64Array;

  constructor(documents: readonly Document[], terms: number) {
    this.documents = documents;
    this.starts = new Int32Array(terms + 1);
    for (const document of documents)
      for (const term of document.terms) this.starts[term + 1] = (this.starts[term + 1] ?? 0) + 1;
    for (let term = 0; term < terms; term += 1)
      this.starts[term + 1] = (this.starts[term + 1] ?? 0) + (this.starts[term] ?? 0);
    const size = this.starts[terms] ?? 0;
    this.users = new Int32Array(size);
    this.weights = new Float64Array(size);
    const next = this.starts.slice();
    documents.forEach((document, at) => {
      document.terms.forEach((term, place) => {
        const free = next[term] ?? 0;
        this.users[free] = at;
        this.weights[free] = document.weights[place] ?? 0;
        next[term] = free + 1;
      });
    });
  }

  /** Adds up what a document shares with each one before it that is of another group. */
  addShared(input: { document: number; numbers: Int32Array; shared: Int32Array; dot: Float64Array }): void {
    const { document: b, numbers, shared, dot } = input;
    const { users, weights, starts } = this;
    const document = this.documents[b] as Document;
    const own = numbers[b] as number;
    for (let place = 0; place < document.terms.length; place += 1) {
      const term = document.terms[place] as number;
      const weight = document.weights[place] as number;
      const end = starts[term + 1] as number;
      for (let at = starts[term] as number; at < end; at += 1) {
        const a = users[at] as number;
        if (a >= b) break;
        if (numbers[a] === own) continue;
        shared[a] = (shared[a] as number) + 1;
        dot[a] = (dot[a] as number) + weight * (weights[at] as number);
      }
    }
  }
}

function toDocuments(texts: readonly FindingText[]): { documents: Document[]; terms: number } {
  const numbers = new Map<string, number>();
  const tokens = createTokenizer();
  const counted = texts.map(({ text }) => {
    const counts = new Map<number, number>();
    for (const token of tokens(text)) {
      const number = numbers.get(token) ?? numbers.size;
      numbers.set(token, number);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => a[0] - b[0]);
  });
  const users = new Float64Array(numbers.size);
  for (const counts of counted) for (const [term] of counts) users[term] = (users[term] ?? 0) + 1;
  const rarity = users.map((count) => Math.log((texts.length + 1) / (count + 0.5)));
  const trigramNumbers = new Map<string, number>();
  const numberOfTrigram = (three: string) => {
    const number = trigramNumbers.get(three) ?? trigramNumbers.size;
    trigramNumbers.set(three, number);
    return number;
  };
  const documents = texts.map(({ title }, at): Document => {
    const counts = counted[at] ?? [];
    const weights = Float64Array.from(counts, ([term, count]) => count * (rarity[term] ?? 0));
    return {
      terms: Int32Array.from(counts, ([term]) => term),
      weights,
      length: Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0)),
      trigrams: Int32Array.from(trigrams(title), numberOfTrigram).sort(),
    };
  });
  return { documents, terms: numbers.size };
}

interface ComparedPair {
  one: Document;
  other: Document;
  /** Number of terms that both have. */
  shared: number;
  /** Sum of the products of their weights. */
  dot: number;
}

/** Stops early, at a score below `least`, when the titles cannot make up for the rest. */
function scoreOf({ one, other, shared, dot }: ComparedPair, weights: LikenessWeights, least: number): number {
  if (shared === 0) return 0;
  const words = shared / (one.terms.length + other.terms.length - shared);
  const lengths = one.length * other.length;
  const rareWords = lengths === 0 ? 0 : dot / lengths;
  const score = weights.words * words + weights.rareWords * rareWords;
  if (weights.titles === 0 || score + weights.titles < least) return score;
  return score + weights.titles * dice(one.trigrams, other.trigrams, (least - score) / weights.titles - 1e-9);
}

/** Both ascending. 0 when it would come to less than `least`: most titles have little in common. */
function dice(a: Int32Array, b: Int32Array, least: number): number {
  if (a.length === 0 || b.length === 0) return 0;
  const needed = (least * (a.length + b.length)) / 2;
  let shared = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (shared + Math.min(a.length - i, b.length - j) < needed) return 0;
    const x = a[i] as number;
    const y = b[j] as number;
    if (x === y) shared += 1;
    if (x <= y) i += 1;
    if (y <= x) j += 1;
  }
  return (2 * shared) / (a.length + b.length);
}
